import { checkpointsPrefix, type JobName, jobPrefix, logPrefix, newestManifests, resultKey } from './keys.ts';

/** What a rented machine has of the object store to itself: nobody else reads or writes there but the control plane. */
export interface Workspace {
  /** Keys below it are those of the run, with this before them. */
  readonly prefix: string;
  /** The attempt that the machine was rented for; nothing else that it writes is taken over. */
  readonly label: string;
}

export const workspacesPrefix = 'machines/';

/** @param arn the name that policies know a machine by, `ec2:SourceInstanceARN` */
export const workspacePrefix = (arn: string) => `${workspacesPrefix}${arn}`;

/** Taken apart; null for what lies in no machine's workspace. */
export function parseWorkspaceKey(
  key: string,
): { readonly prefix: string; readonly machine: string; readonly inside: string } | null {
  const [, prefix, machine, inside] = /^(machines\/arn:[^/]+:instance\/([^/]+))\/(.+)$/.exec(key) ?? [];
  return prefix && machine && inside ? { prefix, machine, inside } : null;
}

/** What is to be taken over of an attempt, by the keys that it has in its workspace; everything else there is not looked at. */
export interface Work {
  readonly logs: readonly string[];
  /** Manifests, the newest first. */
  readonly checkpoints: readonly string[];
  /** Files of the trained model; worth nothing without a result. */
  readonly artifact: readonly string[];
  readonly hasResult: boolean;
}

export function workIn(inside: readonly string[], job: JobName, label: string): Work {
  const below = (prefix: string) => inside.filter((key) => key.startsWith(prefix));
  return {
    logs: below(logPrefix(job, label)).filter((key) => /\/\d{6,}\.log$/.test(key)),
    checkpoints: newestManifests(below(`${checkpointsPrefix(job)}${label}/`)),
    artifact: below(`${jobPrefix(job)}/${label}/`),
    hasResult: inside.includes(resultKey(job)),
  };
}

/** Job and attempt of a part of a log; null for any other key. */
export function parseLogKey(key: string): { readonly job: JobName; readonly label: string } | null {
  const [, model, run, stage, trial, label] =
    /^models\/([^/]+)\/runs\/([^/]+)\/([^/]+)\/(single|t\d+)\/logs\/(a[\d-]+)\/\d{6,}\.log$/.exec(key) ?? [];
  if (!model || !run || !stage || !trial || !label) return null;
  return { job: { model, run, stage, trial: trial === 'single' ? null : Number(trial.slice(1)) }, label };
}
