import type { Actor } from '../registry/actor.ts';

export type Choice = 'approve' | 'reject';

/** A role that somebody else has lent the voter; looked up by the API, never said by the voter. */
export interface LentRole {
  readonly role: string;
  /** Whose role it is. */
  readonly holder: string;
  readonly until: string;
}

/** What somebody says to a question that waits. */
export interface Vote {
  readonly by: string;
  /** Roles of the voter as the API has authenticated them. */
  readonly roles: readonly string[];
  readonly lent?: readonly LentRole[];
  readonly reason: string;
  /** Digest of the evidence the voter saw; a signal from Temporal UI may leave it out. */
  readonly evidence?: string | undefined;
  /** Name of the approve stage, where several wait one after the other. */
  readonly stage?: string | undefined;
  readonly via: Actor['via'];
}

/** A vote that counts, as it is kept. */
export interface CountedVote {
  readonly choice: Choice;
  readonly by: string;
  readonly via: Actor['via'];
  /** False: the name came with a signal and nobody has checked it. */
  readonly proven: boolean;
  /** The role by which it counts; null for a signal. */
  readonly role: string | null;
  /** Whose role that is, when it was lent. */
  readonly holder: string | null;
  readonly reason: string;
  readonly evidence: string;
  readonly at: string;
}

export interface Barred {
  readonly name: string;
  /** "asked for this run" */
  readonly why: string;
}

/** What waits, and who may answer it. */
export interface Question {
  readonly stage: string;
  /** Counts the times that the stage has asked: a vote that was given before counts no more. */
  readonly round: number;
  /** sha256 of the evaluation report. */
  readonly evidence: string;
  readonly roles: readonly string[];
  /** How many different people must approve; one rejection is enough. */
  readonly quorum: number;
  /** Only votes of people whom the API has recognised count. */
  readonly proven: boolean;
  /** Who may not approve (four eyes). */
  readonly barred: readonly Barred[];
  readonly votes: readonly CountedVote[];
}
