import { setTimeout as sleep } from 'node:timers/promises';
import type { RunProgress, RunResult } from '../../workflows/messages.ts';
import type { RunDetail, RunStarted } from '../api/wire.ts';
import { PerennialError } from '../errors/error.ts';
import type { RunRecord } from '../registry/registry.ts';

/** What a handle asks the client for. */
export interface RunReader {
  runs(model: string): Promise<readonly RunRecord[]>;
  run(run: string): Promise<RunDetail>;
  follow(run: string, options?: { readonly signal?: AbortSignal }): AsyncIterable<RunProgress>;
}

/** A run that was started or joined. */
export class RunHandle {
  readonly model: string;
  readonly workflowId: string;
  /** True when a run was already open: this trigger was added to it. */
  readonly joined: boolean;
  readonly #started: RunStarted;
  readonly #reader: RunReader;
  #run: string | null;

  constructor(started: RunStarted, reader: RunReader) {
    this.model = started.model;
    this.workflowId = started.workflowId;
    this.joined = started.joined;
    this.#started = started;
    this.#reader = reader;
    this.#run = started.run;
  }

  /** `<model>-r<number>`. Waits until the workflow has registered the run. @throws PRN-API-012 when no worker takes it up in a minute */
  async run(): Promise<string> {
    for (let waitedMs = 0; this.#run === null; waitedMs += 500) {
      if (waitedMs >= 60_000) throw notTakenUp(this.workflowId);
      const runs = await this.#reader.runs(this.model);
      this.#run = runs.find((record) => this.#isMine(record))?.run ?? null;
      if (this.#run === null) await sleep(500);
    }
    return this.#run;
  }

  async detail(): Promise<RunDetail> {
    return await this.#reader.run(await this.run());
  }

  /** Every change of the run until it is closed. */
  async *follow(options: { readonly signal?: AbortSignal } = {}): AsyncGenerator<RunProgress, void> {
    yield* this.#reader.follow(await this.run(), options);
  }

  /** Waits until the run is closed. A rejected or failed run is a result, not an error. */
  async result(onProgress: (progress: RunProgress) => void = () => undefined): Promise<RunResult> {
    for await (const progress of this.follow()) {
      onProgress(progress);
      if (progress.result) return progress.result;
    }
    const { record } = await this.detail();
    return { run: record.run, outcome: record.outcome ?? 'failed', version: null, summary: record.summary ?? '' };
  }

  #isMine(record: RunRecord): boolean {
    const { temporalRunId, workflowId } = this.#started;
    if (temporalRunId !== null) return record.temporalRunId === temporalRunId;
    return record.workflowId === workflowId && record.endedAt === null;
  }
}

function notTakenUp(workflowId: string): PerennialError {
  return new PerennialError('PRN-API-012', {
    message: `${workflowId} was started, but no worker has taken it up in a minute.`,
  });
}
