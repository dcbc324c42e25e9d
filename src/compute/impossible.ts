import { PerennialError } from '../errors/error.ts';
import { isBareMetal, type Misfit, type Shortfall, shortfallsOf } from './fit.ts';
import type { MachineType, Resources } from './offer.ts';

/** No type fits: names the closest one, and what it lacks - a field that no type has at all, where there is one. */
export function impossible(
  catalogue: readonly MachineType[],
  resources: Resources,
  named: ReadonlySet<string> | null,
): PerennialError {
  const eligible = catalogue.filter(
    (machine) => machine.architecture === 'x86_64' && (named ? named.has(machine.type) : !isBareMetal(machine)),
  );
  const [closest] = eligible
    .map((machine) => ({ machine, shortfalls: shortfallsOf(machine, resources) }))
    .sort((a, b) => distance(a.shortfalls) - distance(b.shortfalls) || dollars(a.machine) - dollars(b.machine));
  const scope = named ? `None of ${[...named].join(', ')}` : 'No machine type';
  if (!closest) {
    return new PerennialError('PRN-COMPUTE-004', {
      message: `${scope} can run the training image, which is x86_64.`,
      hint: 'Name x86_64 types, or leave "types" out.',
      details: { fields: ['types'], closest: null },
    });
  }
  const { machine, shortfalls } = closest;
  const fields = shortfalls.map(({ misfit }) => fieldOf(misfit));
  return new PerennialError('PRN-COMPUTE-004', {
    message: `${scope} has ${asked(resources)}. Closest is ${machine.type}: ${shortfalls.map((lack) => lacks(machine, lack)).join(', ')}.`,
    hint: `Lower ${fields.map((field) => `"${field}"`).join(' or ')}; see what there is: perennial compute offers`,
    details: { fields, closest: machine.type },
  });
}

/** Sum of relative shortfalls: half of the GPUs that are asked for weighs as much as half of the memory. */
function distance(shortfalls: readonly Shortfall[]): number {
  return shortfalls.reduce((sum, { has, wants }) => sum + (wants - has) / wants, 0);
}

const dollars = ({ usdPerHour }: MachineType) => usdPerHour ?? Number.POSITIVE_INFINITY;

function asked({ gpu, vramGiB, vcpus, memoryGiB }: Resources): string {
  const parts = [
    gpu > 0 ? `${gpu} GPU` : '',
    vramGiB > 0 ? `${vramGiB} GiB of vRAM` : '',
    vcpus > 0 ? `${vcpus} vCPUs` : '',
    memoryGiB > 0 ? `${memoryGiB} GiB of memory` : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function lacks({ gpu }: MachineType, { misfit, has }: Shortfall): string {
  switch (misfit) {
    case 'gpu':
    case 'fraction':
      return has === 0 ? 'no GPU' : `only ${has} GPU`;
    case 'vram':
      return gpu ? `only ${gpu.vramGiB} GiB of vRAM` : 'no vRAM';
    case 'vcpus':
      return `only ${has} vCPUs`;
    default:
      return `only ${has} GiB of memory`;
  }
}

/** The field of a "compute" entry in the model file. */
function fieldOf(misfit: Misfit): keyof Resources {
  if (misfit === 'vram') return 'vramGiB';
  if (misfit === 'memory') return 'memoryGiB';
  return misfit === 'vcpus' ? 'vcpus' : 'gpu';
}
