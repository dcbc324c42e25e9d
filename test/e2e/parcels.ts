import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One parcel: what is known when it is sent, and what turns out later. */
export interface Parcel {
  readonly id: string;
  readonly sentAt: string;
  readonly features: {
    readonly hour: number;
    readonly weight: number;
    readonly temp: number;
    readonly depot: string;
    readonly driver: string;
  };
  readonly late: 0 | 1;
}

export const firstDay = '2026-01-01';
/** From here on it is warm, and light parcels are the late ones: what a model learned before is wrong. */
export const changeDay = '2026-01-25';
const days = 62;
const parcelsADay = 250;

/** Writes a file a day below `folder`/data. The same rows every time. */
export async function writeParcels(folder: string): Promise<void> {
  await mkdir(join(folder, 'data'), { recursive: true });
  for (const day of dayList()) await writeFile(join(folder, 'data', `${day}.csv`), csv(parcelsOf(day)));
}

/** The parcels of one day, in the order of time. */
export function parcelsOf(day: string): readonly Parcel[] {
  const random = seeded(Date.parse(day) / 1000);
  return Array.from({ length: parcelsADay }, (_, index) => parcel(day, index, random));
}

function dayList(): string[] {
  return Array.from({ length: days }, (_, index) =>
    new Date(Date.parse(firstDay) + index * 86_400_000).toISOString().slice(0, 10),
  );
}

function parcel(day: string, index: number, random: () => number): Parcel {
  const seconds = Math.floor((index / parcelsADay) * 86_400);
  const hour = Math.floor(seconds / 3_600);
  const changed = day >= changeDay;
  const weight = Math.round(random() * 300) / 10;
  const temp = Math.round(((changed ? 18 : 5) + 6 * (random() + random() + random() - 1.5)) * 10) / 10;
  const depot = 'ABCD'[Math.floor(random() * 4)] ?? 'A';
  const driver = `driver-${Math.floor(random() * 40)}`;
  const score = -0.8 + (changed ? -0.16 : 0.16) * (weight - 15) + (hour > 16 ? 0.8 : 0) + (depot === 'D' ? 0.7 : 0);
  return {
    id: `${day}-${index}`,
    sentAt: new Date(Date.parse(day) + seconds * 1_000).toISOString(),
    features: { hour, weight, temp, depot, driver },
    late: random() < 1 / (1 + Math.exp(-score)) ? 1 : 0,
  };
}

function csv(parcels: readonly Parcel[]): string {
  const lines = parcels.map(({ id, sentAt, features: { hour, weight, temp, depot, driver }, late }) =>
    [id, sentAt, hour, weight, temp, depot, driver, 'somebody', late].join(','),
  );
  return `parcel_id,sent_at,hour,weight,temp,depot,driver,customer,late\n${lines.join('\n')}\n`;
}

/** Mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
