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
import { rootMessage } from '../src/errors/root-message.ts';
import { durationMs } from '../src/plan/duration.ts';
import type { RentedCompute } from '../src/plan/schema.ts';
import { neededParts } from '../src/training/command-line.ts';
import type { TrainRequest, TrainResult } from '../src/training/request.ts';
import type { Workspace } from '../src/training/workspace.ts';
import { stopsHere } from './failures.ts';
import { folders, machineEnds, machinesThere, trainerOnRented, workspaces } from './proxies.ts';
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
  let workspace: Workspace | null | undefined;
  try {
    const { machine, attempt, launchedAt } = rental;
    if (patched('workspaces')) workspace = await workspaces.openWorkspace({ machine, request: job.request, attempt });
    use =
      workspace === null
        ? { end: 'never-started', detail: 'it was gone before it could begin', lostSince: launchedAt }
        : await trainIn(workspace, job, rental, timeoutMs);
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
  const result = workspace ? await takenOver(workspace, job.request, use) : use.result;
  if (stopped) throw stopped;
  return { ...use, end: ended.end, ...(result && { result }) };
}

/** On the machine. @param workspace absent where it works in the run's own place, as machines of earlier releases did */
async function trainIn(
  workspace: Workspace | undefined,
  { request, spec }: RentedJob,
  { order, attempt }: Rental,
  timeoutMs: number,
): Promise<Use & { readonly lostSince: null }> {
  const trainer = trainerOnRented(order.queue, timeoutMs, {
    startWithinMs: durationMs(spec.startWithin),
    silentForMs: durationMs(spec.silentFor),
  });
  const machine = { attempt, stallAfterMs: durationMs(spec.stalledFor), ...(workspace && { workspace }) };
  const result = await trainer.train({ ...request, machine });
  return { end: 'finished', detail: `trained in ${result.seconds.toFixed(0)} s`, result, lostSince: null };
}

/** What the machine has left, now that it is gone: also one that fell silent may have come to its result. */
async function takenOver(
  workspace: Workspace,
  { model, run, stage, trial }: TrainRequest,
  { result }: Use,
): Promise<TrainResult | undefined> {
  const isPaused = result?.paused !== undefined;
  const job = { model, run, stage, trial };
  const adopted = await CancellationScope.nonCancellable(() =>
    workspaces.adoptWork({ job, workspace, isDone: result !== undefined && !isPaused }),
  );
  return isPaused ? result : (adopted ?? undefined);
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
