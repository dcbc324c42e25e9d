import { compareAttempts } from './attempt.ts';

/** Where a training job keeps its things in the object store. Nothing here is written twice under one key. */

/** What tells the jobs of all runs apart. */
export interface JobName {
  readonly model: string;
  readonly run: string;
  readonly stage: string;
  /** Trial of a sweep; null for a single job. */
  readonly trial: number | null;
}

/** Everything of one job: its result, and below it each attempt's artifact, log and checkpoints. */
export function jobPrefix(job: JobName): string {
  return `${runPrefix(job)}/${job.stage}/${trialPart(job.trial)}`;
}

export const resultKey = (job: JobName) => `${jobPrefix(job)}/result.json`;

/** Written once when an attempt begins: whoever writes it owns the label. */
export const attemptKey = (job: JobName, label: string) => `${attemptsPrefix(job)}${label}.json`;

/** Prefix of the attempts of one job, or of all jobs of a stage or run. */
export function attemptsPrefix(job: Pick<JobName, 'model' | 'run'> & Partial<JobName>): string {
  const all = `${runPrefix(job)}/attempts/`;
  if (job.stage === undefined) return all;
  return job.trial === undefined ? `${all}${job.stage}/` : `${all}${job.stage}/${trialPart(job.trial)}/`;
}

export interface AttemptName {
  readonly stage: string;
  readonly trial: number | null;
  readonly label: string;
}

export function parseAttemptKey(key: string): AttemptName | null {
  const [, stage, trial, label] = /\/attempts\/([^/]+)\/(?:single|t(\d+))\/(a[\d-]+)\.json$/.exec(key) ?? [];
  return stage && label ? { stage, trial: trial === undefined ? null : Number(trial), label } : null;
}

/** Parts of an attempt's log, counted from 1. */
export const logPrefix = (job: JobName, label: string) => `${jobPrefix(job)}/logs/${label}/`;
export const logKey = (job: JobName, label: string, part: number) => logKeyIn(logPrefix(job, label), part);
export const logKeyIn = (prefix: string, part: number) => `${prefix}${String(part).padStart(6, '0')}.log`;
export const logPart = (key: string) => Number(/\/(\d+)\.log$/.exec(key)?.[1] ?? 0);

/** The folder of the model file, for machines that do not have it. */
export const codeKey = (run: Pick<JobName, 'model' | 'run'>, digest: string) =>
  `${runPrefix(run)}/code/${digest}.json.gz`;

export const checkpointsPrefix = (job: JobName) => `${jobPrefix(job)}/checkpoints/`;
export const checkpointKey = (job: JobName, label: string, file: string) => `${checkpointsPrefix(job)}${label}/${file}`;

/** Manifests among the keys below {@link checkpointsPrefix}: the highest step first, of equal ones the newest attempt's. */
export function newestManifests(keys: readonly string[]): string[] {
  const found = keys.flatMap((key) => {
    const [, label, step] = /\/([^/]+)\/step-(\d+)\.json$/.exec(key) ?? [];
    return label && step ? [{ key, label, step: Number(step) }] : [];
  });
  return found.sort((a, b) => b.step - a.step || compareAttempts(b.label, a.label)).map(({ key }) => key);
}

const runPrefix = ({ model, run }: Pick<JobName, 'model' | 'run'>) => `models/${model}/runs/${run}`;
const trialPart = (trial: number | null) => (trial === null ? 'single' : `t${trial}`);
