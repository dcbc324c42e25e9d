import type { Notice } from './notice.ts';

/** How often an address is tried before it is given up. */
export const triesAtMost = 4;

/** Longer than any attempt lasts: who took a notice that long ago and has not said what became of it is dead. */
export const attemptEndsWithinMs = 12_000;

/** `at`: when it was first taken. */
export interface NoticeRecord extends Omit<Notice, 'link'> {
  readonly key: string;
  /** Whom, as it may be shown. */
  readonly to: string;
  readonly state: 'sending' | 'sent' | 'refused' | 'uncertain';
  readonly attempts: number;
  readonly why: string | null;
}

export interface NewNotice
  extends Pick<NoticeRecord, 'key' | 'event' | 'on' | 'model' | 'run' | 'version' | 'text' | 'to'> {
  /** A link that opens the evidence: the sha256 of its secret, and the key of the report. */
  readonly link: { readonly sha256: string; readonly until: string; readonly evidence: string } | null;
}

/** Port: what was told to whom, so that nothing is told twice. Part of the registry. */
export interface NoticeBook {
  /**
   * Takes a notice to send it. It is `sent` or `uncertain` for ever; `being-sent` while another attempt lasts. An attempt that was
   * never settled may have arrived: it becomes `uncertain`, which is an event of the model.
   */
  takeNotice(
    notice: NewNotice,
  ): Promise<
    { readonly state: 'taken'; readonly attempt: number } | { readonly state: 'sent' | 'uncertain' | 'being-sent' }
  >;
  /** What became of the attempt. `last`: it is given up, which is an event of the model. */
  settleNotice(settled: {
    readonly key: string;
    readonly state: 'sent' | 'refused' | 'uncertain';
    readonly why?: string;
    readonly last?: boolean;
  }): Promise<void>;
  /** Newest first, at most 50 unless told. */
  notices(model: string, limit?: number): Promise<readonly NoticeRecord[]>;
  /** What the link with this secret opens; null when it is unknown or has ended. */
  linkedEvidence(sha256: string): Promise<{ readonly model: string; readonly evidence: string } | null>;
}
