/** What a GPU is doing, summed up over all that the machine has. */
export interface GpuUse {
  /** Mean share of time with work, 0 to 1. */
  readonly utilisation: number;
  readonly memoryMiB: number;
}

/** Port: how busy the GPUs are now; null where there is none. Never throws. Adapter: process/nvidia.ts. */
export type ReadGpu = () => Promise<GpuUse | null>;
