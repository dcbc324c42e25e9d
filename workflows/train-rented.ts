import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  patched,
  setCurrentDetails,
  TimeoutFailure,
  workflowInfo,
} from '@temporalio/workflow';
import type { MachineEnd } from '../src/compute/ledger.ts';
import { poolOf } from '../src/compute/offer.ts';
import { durationMs } from '../src/plan/duration.ts';
import type { RentedCompute } from '../src/plan/schema.ts';
import { neededParts } from '../src/training/command-line.ts';
import type { TrainRequest, TrainResult } from '../src/training/request.ts';
import { rootMessage, stopsHere } from './failures.ts';
import { folders, machineEnds, machinesThere, trainerOnRented } from './proxies.ts';
import { type Rental, RentedJob } from './rental.ts';

/** How often a job may lose its machine before the stage fails; a trainer that fails by itself gets one more try. */
const machinesAtMost = 8;
const ownFailuresAtMost = 2;

/**
 * One training on machines that are rented for it alone and ended after it. A lost machine's work goes on from the last stored
 * checkpoint on the next one. Whatever happens, no machine is left: its end is waited for outside the reach of a cancel.
 */
export async function trainOnRented(
  request: TrainRequest,
  spec: RentedCompute,
  timeoutMs: number,
): Promise<TrainResult> {
  const job = new RentedJob(await withFolder(request), spec, workflowInfo().workflowId);
  let ownFailures = 0;
  for (let attempt = 1; attempt <= machinesAtMost; attempt++) {
    const rental = await job.rent(attempt);
    const use = await useMachine(job, rental, timeoutMs);
    job.account(rental, use.end, use.detail);
    setCurrentDetails(job.details);
    if (use.result) return use.result;
    if (use.failure && (isFinal(use.failure) || ++ownFailures >= ownFailuresAtMost)) throw use.failure;
  }
  throw ApplicationFailure.create({
    type: 'PRN-COMPUTE-002',
    nonRetryable: true,
    message: `${machinesAtMost} machines were lost, one after the other. ${job.lost.join('; ')}`,
  });
}

/** A rented machine does not have the folder of the model file: it is kept once, and every machine of this job fetches the same. */
async function withFolder(request: TrainRequest): Promise<TrainRequest> {
  // Kept already, where a version is trained again from its record.
  if (request.code !== undefined) return request;
  const { model, run, base: folder, trainer } = request;
  const parts = neededParts(trainer);
  if (parts.length === 0 || !patched('folder-of-trainer')) return request;
  const { key } = await folders.shipFolder({ model, run, folder, parts });
  return { ...request, code: key };
}

interface Use {
  readonly end: MachineEnd;
  readonly detail: string;
  readonly result?: TrainResult;
  /** The trainer's own fault, not the machine's. */
  readonly failure?: unknown;
}

async function useMachine(job: RentedJob, rental: Rental, timeoutMs: number): Promise<Use> {
  let use: Use & { readonly lostSince: string | null };
  let stopped: unknown;
  try {
    const trainer = trainerOnRented(rental.order.queue, timeoutMs, {
      startWithinMs: durationMs(job.spec.startWithin),
      silentForMs: durationMs(job.spec.silentFor),
    });
    const result = await trainer.train({
      ...job.request,
      machine: { attempt: rental.attempt, stallAfterMs: durationMs(job.spec.stalledFor) },
    });
    use = { end: 'finished', detail: `trained in ${result.seconds.toFixed(0)} s`, result, lostSince: null };
  } catch (error) {
    if (stopsHere(error)) stopped = error;
    use = await lossOf(error, rental);
  }
  const ended = await CancellationScope.nonCancellable(() =>
    machineEnds.endMachine({
      machine: rental.machine,
      token: rental.order.token,
      pool: poolOf(rental.order.offer),
      end: stopped ? 'cancelled' : use.end,
      lostSince: use.lostSince,
    }),
  );
  if (stopped) throw stopped;
  return { ...use, end: ended.end };
}

/** What became of a machine, from how its activity failed. */
async function lossOf(error: unknown, rental: Rental): Promise<Use & { readonly lostSince: string }> {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  const detail = rootMessage(error);
  const now = new Date().toISOString();
  if (cause instanceof TimeoutFailure) {
    if (cause.timeoutType === 'SCHEDULE_TO_START') {
      const console = await CancellationScope.nonCancellable(() => machinesThere.machineConsole(rental.machine));
      const detail = `its training worker never came up; the machine printed: ${console || 'nothing'}`;
      return { end: 'never-started', detail, lostSince: rental.launchedAt };
    }
    const lostSince = storedAt(cause.lastHeartbeatDetails) ?? rental.launchedAt;
    if (cause.timeoutType === 'HEARTBEAT') return { end: 'crashed', detail: 'it fell silent', lostSince };
    return { end: 'crashed', detail, lostSince, failure: error };
  }
  const type = cause instanceof ApplicationFailure ? cause.type : undefined;
  if (type === 'PRN-RUN-003') return { end: 'interrupted', detail, lostSince: now };
  if (type === 'PRN-RUN-006') return { end: 'stalled', detail, lostSince: rental.launchedAt };
  return { end: 'crashed', detail, lostSince: rental.launchedAt, failure: error };
}

function storedAt(details: unknown): string | null {
  const at = (details as { storedAt?: unknown } | null | undefined)?.storedAt;
  return typeof at === 'string' ? at : null;
}

/** Trying again cannot help: the trainer refused its job, the GPU was not used, the training took too long. */
function isFinal(failure: unknown): boolean {
  const cause = failure instanceof ActivityFailure ? failure.cause : failure;
  if (cause instanceof TimeoutFailure) return true;
  return cause instanceof ApplicationFailure && cause.nonRetryable === true;
}
