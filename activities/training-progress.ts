import type { ProgressLine } from '../src/training/contract.ts';
import type { GpuUse, ReadGpu } from '../src/training/gpu.ts';
import type { CheckpointKeeper } from './training-checkpoints.ts';
import type { TrainerLog } from './training-log.ts';
import type { TrainingStop } from './training-stop.ts';

const meterEveryMs = 5_000;
const stepLineEveryMs = 1_000;

/** The heartbeat details of `train`: small, and the latest state as a whole. */
export interface TrainingHeartbeat {
  /** Label of the attempt. */
  readonly attempt: string;
  readonly step: number;
  readonly of: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly lastLine: string;
  /** Number of the last part of the log in the object store. */
  readonly log: number;
  /** Step of the newest checkpoint in the object store; 0 for none. */
  readonly checkpoint: number;
  /** When it was stored; null: this attempt has stored none. */
  readonly storedAt: string | null;
  readonly gpu?: GpuUse;
}

/** Passes what a trainer says on: to the heartbeat, to the log, and to those who watch for silence. */
export class TrainingProgress {
  readonly #to: {
    readonly label: string;
    readonly log: TrainerLog;
    readonly stop: TrainingStop;
    readonly keeper: CheckpointKeeper;
    readonly note: (details: unknown) => void;
  };
  #said: { step: number; of: number; metrics: Readonly<Record<string, number>>; lastLine: string };
  #gpu: GpuUse | null = null;
  #stepLineAt = Number.NEGATIVE_INFINITY;

  constructor({
    step,
    ...to
  }: {
    readonly step: number;
    readonly label: string;
    readonly log: TrainerLog;
    readonly stop: TrainingStop;
    readonly keeper: CheckpointKeeper;
    readonly note: (details: unknown) => void;
  }) {
    this.#to = to;
    this.#said = { step, of: 0, metrics: {}, lastLine: '' };
    if (step > 0) to.log.add(`[perennial: attempt ${to.label} goes on from the checkpoint of step ${step}]`);
    this.#tell();
  }

  get last(): { readonly step: number; readonly of: number; readonly lastLine: string } {
    return this.#said;
  }

  step({ step, of, metrics }: ProgressLine): void {
    this.#said = { ...this.#said, step, of, metrics };
    this.#to.stop.heard();
    this.#tell();
    // A fast trainer's steps would drown its log.
    if (performance.now() - this.#stepLineAt < stepLineEveryMs && step !== of) return;
    this.#stepLineAt = performance.now();
    this.#to.log.add(stepLine({ step, of, metrics }));
  }

  line(text: string): void {
    this.#said = { ...this.#said, lastLine: text.slice(0, 200) };
    this.#to.stop.heard();
    this.#to.log.add(text);
    this.#tell();
  }

  /** Looks at the GPU now and then, until the function that is returned is called. */
  meter(read: ReadGpu | undefined): () => void {
    if (!read) return () => undefined;
    const look = async () => {
      this.#gpu = await read();
      this.#tell();
    };
    void look();
    const timer = setInterval(() => void look(), meterEveryMs);
    return () => clearInterval(timer);
  }

  #tell(): void {
    const { label, log, keeper, note } = this.#to;
    const heartbeat: TrainingHeartbeat = {
      attempt: label,
      ...this.#said,
      log: log.stored,
      checkpoint: keeper.step,
      storedAt: keeper.storedAt,
      ...(this.#gpu ? { gpu: this.#gpu } : {}),
    };
    note(heartbeat);
  }
}

/** `step 40 of 120  auc 0.7432`; figures as the trainer gave them, to four digits. */
function stepLine({ step, of, metrics }: ProgressLine): string {
  const figures = Object.entries(metrics).map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`);
  return [`step ${step} of ${of}`, ...figures].join('  ');
}
