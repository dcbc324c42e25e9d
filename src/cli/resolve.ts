import type { RunDetail } from '../api/wire.ts';
import type { PerennialClient } from '../client/client.ts';
import { isPerennialError, PerennialError } from '../errors/error.ts';
import { usageError } from './failure.ts';

/** `flight-delay-r3` is a run; anything else a model, whose open run, or else newest, is meant. @throws PRN-CLI-005 it has none */
export async function resolveRun(client: PerennialClient, target: string): Promise<string> {
  if (/-r\d+$/.test(target) && (await exists(() => client.run(target)))) return target;
  const runs = await client.runs(target, 20);
  const found = runs.find(({ endedAt }) => endedAt === null) ?? runs[0];
  if (found) return found.run;
  await client.model(target);
  throw new PerennialError('PRN-CLI-005', {
    message: `${target} has no run yet.`,
    hint: `Start one: perennial retrain ${target}`,
  });
}

/** The run that waits for a person. @throws PRN-CLI-005 it does not wait */
export async function resolvePending(client: PerennialClient, target: string): Promise<RunDetail> {
  const detail = await client.run(await resolveRun(client, target));
  if (detail.progress.approval) return detail;
  const { run, outcome } = detail.record;
  const state = outcome ? `ended: ${outcome}` : `is ${detail.progress.state.replaceAll('-', ' ')}`;
  throw new PerennialError('PRN-CLI-005', {
    message: `${run} does not wait for approval; it ${state}.`,
    hint: `See where it stands: perennial watch ${run}`,
  });
}

/** A rollout's own id, or a model whose rollout is under way. */
export async function resolveRollout(client: PerennialClient, target: string): Promise<string> {
  if (/-v\d+-[a-z0-9]+$/.test(target)) return target;
  return (await client.currentRollout(target)).progress.rollout;
}

/** `model@3`, `model 3`, or the stable version of `model`. @throws PRN-CLI-002 not a number · PRN-CLI-005 nothing is stable */
export async function resolveVersion(
  client: PerennialClient,
  target: string,
  separate: string | undefined,
): Promise<{ readonly model: string; readonly version: number }> {
  const [model = '', joined] = target.split('@');
  const given = joined ?? separate;
  if (given !== undefined) return { model, version: parseVersion(given) };
  const { route } = await client.model(model);
  if (route.stable !== null) return { model, version: route.stable };
  throw new PerennialError('PRN-CLI-005', {
    message: `${model} has no stable version.`,
    hint: `Name one: perennial explain ${model}@<version>; list them: perennial status ${model}`,
  });
}

/** `flight-delay@7`. @throws PRN-CLI-002 no version is named */
export function namedVersion(target: string): { readonly model: string; readonly version: number } {
  const [model = '', version] = target.split('@');
  if (version !== undefined && model !== '') return { model, version: parseVersion(version) };
  throw usageError(`${JSON.stringify(target)} names no version.`, 'Give model and version, such as flight-delay@7.');
}

/** `3` or `v3`. */
export function parseVersion(text: string): number {
  const [, digits] = /^v?(\d+)$/.exec(text) ?? [];
  if (digits) return Number(digits);
  throw usageError(`${JSON.stringify(text)} is not a version.`, 'Give its number, such as 3.');
}

/** `0.25`, or `25%`. @throws PRN-CLI-002 not a share */
export function parseShare(text: string): number {
  const [, digits, percent] = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(text.trim()) ?? [];
  const share = Number(digits) / (percent === '%' ? 100 : 1);
  if (share >= 0 && share <= 1) return share;
  throw usageError(`${JSON.stringify(text)} is not a share.`, 'Give one such as 0.25 or 25%.');
}

/** @throws PRN-CLI-002 not a number */
export function parseAlarm(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw usageError(`${JSON.stringify(text)} is not an alarm.`, 'Give its number; list them: perennial alarms');
}

export function parseCount(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (/^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= 500) return Number(text);
  throw usageError(`${JSON.stringify(text)} is not a number from 1 to 500.`, 'Give a number such as 20.');
}

async function exists(look: () => Promise<unknown>): Promise<boolean> {
  try {
    await look();
    return true;
  } catch (error) {
    // A model may be named like a run.
    if (isPerennialError(error) && error.code === 'PRN-REGISTRY-002') return false;
    throw error;
  }
}
