import type { Priority } from '../plan/schema.ts';
import type { ModelText } from './model-text.ts';

export interface RetrainOptions {
  /** A day or an ISO instant; now by default. */
  readonly asOf?: string;
  readonly reason?: string;
  /** Few trials, no approval, no rollout: for tests and pull requests. */
  readonly smoke?: boolean;
  /** False: every stage is done again, whatever was made of the same before. */
  readonly cache?: boolean;
  readonly trigger?: 'manual' | 'webhook' | 'pull-request';
  /** For this run only, instead of the applied file: a path, or text and the folder that its paths start from. */
  readonly plan?: string | ModelText;
  /** Instead of the model's, for this run only; an open run that is joined keeps its own. */
  readonly priority?: Priority;
}

export interface LogOptions {
  readonly stage?: string;
  readonly trial?: number;
  /** Label of an attempt: `a1`, or `a2-1` on the second rented machine. */
  readonly attempt?: string;
  /** Only the parts of the log after this one. */
  readonly after?: number;
}

export interface GivenVote {
  readonly reason: string;
  /** Digest of the report that the voter saw. */
  readonly evidence?: string;
  /** Name of the approve stage, where several wait one after the other. */
  readonly stage?: string;
}

export interface Watching {
  readonly signal?: AbortSignal;
}

export interface UpstreamVersion {
  /** Of the model, by the Open Inference Protocol v2: `http://host:8000/v2/models/<name>`. */
  readonly url: string;
  readonly reason: string;
  /** Of the candidate: `upstream` unless told. */
  readonly name?: string;
}
