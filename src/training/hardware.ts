/** What a machine is made of, as far as it can change the last bit of a model. */
export interface MachineParts {
  readonly architecture: string;
  /** As the processor calls itself. */
  readonly processor: string;
  /** Cores for each trainer: sums over more threads are added up in another order. */
  readonly threads: number;
  readonly gpu: string | null;
}

/** `x64, AMD EPYC 7B13, 1 thread, NVIDIA H100`: two machines of one class are expected to make the same model, to the bit. */
export function hardwareClass({ architecture, processor, threads, gpu }: MachineParts): string {
  const name = processor
    .replaceAll(/\((R|TM)\)/gi, '')
    .replace(/ @ .*$/, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return [architecture, name || 'unknown processor', `${threads} ${threads === 1 ? 'thread' : 'threads'}`, gpu]
    .filter((part) => part !== null)
    .join(', ');
}

/** Class of a machine, by what a trainer used of it. */
export type HardwareByDevice = Readonly<Record<'cpu' | 'cuda', string>>;
