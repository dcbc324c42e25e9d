import type { InstanceTypeInfo } from '@aws-sdk/client-ec2';
import type { MachineType } from '../offer.ts';

/** Where a type may be had, and at which on-demand price an hour. */
export interface Sale {
  readonly zones: readonly string[];
  readonly usdPerHour: number | null;
}

/**
 * A type as the catalogue holds it. Null: nobody would train on it, as its architecture is none of ours, its GPU is not NVIDIA's, or it has
 * no GPU and is old or without a price. A GPU's memory is kept as reported; what it is sold as is worked out where it is compared.
 */
export function machineTypeFrom(info: InstanceTypeInfo, { zones, usdPerHour }: Sale): MachineType | null {
  const { InstanceType: type, VCpuInfo, MemoryInfo, ProcessorInfo, GpuInfo, CurrentGeneration } = info;
  const known = ProcessorInfo?.SupportedArchitectures ?? [];
  const architecture = (['x86_64', 'arm64'] as const).find((name) => known.includes(name));
  const vcpus = VCpuInfo?.DefaultVCpus;
  const memory = MemoryInfo?.SizeInMiB;
  if (!type || !architecture || !vcpus || !memory || zones.length === 0) return null;
  const [card] = GpuInfo?.Gpus ?? [];
  if (card ? card.Manufacturer !== 'NVIDIA' : usdPerHour === null || !CurrentGeneration) return null;
  const gpu = card && {
    name: card.Name ?? 'GPU',
    // A partition of a GPU counts zero GPUs; its size is a share of one.
    count: card.Count || (card.GpuPartitionSize ?? 0),
    vramGiB: gib(card.MemoryInfo?.SizeInMiB ?? 0),
  };
  return { type, vcpus, memoryGiB: gib(memory), architecture, usdPerHour, gpu: gpu ?? null, zones };
}

const gib = (mib: number) => Number((mib / 1_024).toFixed(2));
