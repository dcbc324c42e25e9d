import type { MachineType, Resources } from './offer.ts';

/** Why a machine type falls out: what it lacks, or what speaks against its pools. */
export type Misfit =
  | 'unnamed'
  | 'architecture'
  | 'bare-metal'
  | 'gpu'
  | 'fraction'
  | 'vram'
  | 'vcpus'
  | 'memory'
  | 'price'
  | 'zone'
  | 'dear'
  | 'avoided';

export interface Rejection {
  readonly type: string;
  /** The first that speaks against it, in the order of `Misfit`. */
  readonly because: Misfit;
  /** All that speak against it: a type with a single one is a near miss. */
  readonly misfits: readonly Misfit[];
  /** Which share of what is asked for it lacks: 1 = it has none; 0 where it is no matter of quantity. */
  readonly lack: number;
  readonly usdPerHour: number | null;
  /** For people: `has 16 GiB of vRAM, 20 are asked for`. */
  readonly reason: string;
}

/**
 * What a type lacks; empty: it fits. Types that the plan names may be bare metal, which is otherwise left out because it starts for
 * longer than a machine may take. The trainers' image is x86_64, so arm64 never fits.
 */
export function misfitsOf(
  machine: MachineType,
  resources: Resources,
  named: ReadonlySet<string> | null,
): readonly Misfit[] {
  const shortfalls = shortfallsOf(machine, resources).map(({ misfit }) => misfit);
  if (named !== null && !named.has(machine.type)) return ['unnamed', ...shortfalls];
  return [
    ...(machine.architecture === 'x86_64' ? [] : (['architecture'] as const)),
    ...(named === null && isBareMetal(machine) ? (['bare-metal'] as const) : []),
    ...shortfalls,
  ];
}

export interface Shortfall {
  readonly misfit: Misfit;
  readonly has: number;
  readonly wants: number;
}

/** The resources of which a type has too little, in the order GPU, vRAM, processors, memory. */
export function shortfallsOf(machine: MachineType, resources: Resources): readonly Shortfall[] {
  const { gpu } = machine;
  // Memory of a GPU can only be had with a GPU.
  const gpus = resources.vramGiB > 0 && resources.gpu === 0 ? Number.MIN_VALUE : resources.gpu;
  const all: readonly Shortfall[] = [
    { misfit: gpu && gpu.count < 1 ? 'fraction' : 'gpu', has: gpu?.count ?? 0, wants: gpus },
    { misfit: 'vram', has: gpu ? marketedGiB(gpu.vramGiB) : 0, wants: resources.vramGiB },
    { misfit: 'vcpus', has: machine.vcpus, wants: resources.vcpus },
    { misfit: 'memory', has: machine.memoryGiB, wants: resources.memoryGiB },
  ];
  return all.filter(({ has, wants }) => has < wants);
}

/**
 * GiB that the maker sells a GPU with. Cards that keep some memory for themselves report a broken number, at most 7 % less
 * (A10G: 22,888 MiB of "24 GB"); a whole number of GiB is the marketed one itself, and gets no discount.
 */
export function marketedGiB(reportedGiB: number): number {
  return Number.isInteger(reportedGiB) ? reportedGiB : reportedGiB / 0.93;
}

export function isBareMetal({ type }: MachineType): boolean {
  return /\.metal/.test(type);
}

/** @param otherwise what speaks against its pools, when the type itself fits */
export function rejectionOf(
  machine: MachineType,
  misfits: readonly Misfit[],
  resources: Resources,
  otherwise: Misfit,
): Rejection {
  const all = misfits.length > 0 ? misfits : [otherwise];
  const because = all[0] ?? otherwise;
  const shortfall = shortfallsOf(machine, resources).find(({ misfit }) => misfit === because);
  return {
    type: machine.type,
    because,
    misfits: all,
    lack: shortfall ? (shortfall.wants - shortfall.has) / shortfall.wants : 0,
    usdPerHour: machine.usdPerHour,
    reason: sentence(machine, because, shortfall),
  };
}

function sentence({ architecture, gpu }: MachineType, misfit: Misfit, shortfall: Shortfall | undefined): string {
  const { has = 0, wants = 0 } = shortfall ?? {};
  switch (misfit) {
    case 'unnamed':
      return 'is not among the types that are asked for';
    case 'architecture':
      return `is ${architecture}, and the training image is x86_64`;
    case 'bare-metal':
      return 'is bare metal, which takes long to start; name it in "types" to have it';
    case 'gpu':
      return gpu ? `has ${has} GPUs, ${wants} are asked for` : 'has no GPU';
    case 'fraction':
      return `has ${has} of a GPU, ${wants} are asked for`;
    case 'vram':
      return gpu ? `has ${gpu.vramGiB} GiB of vRAM, ${wants} are asked for` : 'has no GPU';
    case 'vcpus':
      return `has ${has} vCPUs, ${wants} are asked for`;
    case 'memory':
      return `has ${has} GiB of memory, ${wants} are asked for`;
    case 'price':
      return 'has no known price';
    case 'zone':
      return 'is offered in none of the zones';
    case 'dear':
      return 'can cost more than is allowed';
    case 'avoided':
      return 'has lately refused or been taken back in every zone';
  }
}
