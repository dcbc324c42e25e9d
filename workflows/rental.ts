import { ApplicationFailure, CancellationScope, patched, setCurrentDetails, sleep } from '@temporalio/workflow';
import { billed, worstCaseUsd } from '../src/compute/cost.ts';
import {
  type AfterRefusal,
  afterLoss,
  afterRefusal,
  chooseOffer,
  freshLadder,
  pauseForQuota,
  type Refused,
} from '../src/compute/ladder.ts';
import type { MachineEnd } from '../src/compute/ledger.ts';
import type { Launched, LaunchOrder } from '../src/compute/machines.ts';
import { type Offer, poolOf } from '../src/compute/offer.ts';
import { rootMessage } from '../src/errors/root-message.ts';
import type { RentedCompute } from '../src/plan/schema.ts';
import type { TrainRequest } from '../src/training/request.ts';
import { launches, machineEnds, machineStarts, machinesThere } from './proxies.ts';

export interface Rental {
  readonly order: LaunchOrder;
  /** Counts the machines that were made for this job, also those of which nobody ever heard. */
  readonly attempt: number;
  readonly machine: string;
  readonly launchedAt: string;
}

/** What is left of the money must be worth a machine's start. */
const shortestUsefulMinutes = 5;

/** The machines of one training job: climbs the ladder of offers, remembers what it cost, tells it in Temporal UI. */
export class RentedJob {
  readonly request: TrainRequest;
  readonly spec: RentedCompute;
  readonly #workflowId: string;
  readonly #tried: string[] = [];
  readonly lost: string[] = [];
  #ladder = freshLadder;
  #tokens = 0;
  /** Orders whose machine may have lived and is gone, though no answer ever named it: each of them was an attempt. */
  #unheard = 0;
  #usd = 0;

  constructor(request: TrainRequest, spec: RentedCompute, workflowId: string) {
    this.request = request;
    this.spec = spec;
    this.#workflowId = workflowId;
  }

  /** A machine, sooner or later: spot pools by price, then on-demand. Waits for quota and capacity, fails on what waiting cannot mend. */
  async rent(attempt: number): Promise<Rental> {
    const since = Date.now();
    let offers = await this.#offers();
    for (;;) {
      const choice = chooseOffer(offers, this.#ladder, this.spec, (Date.now() - since) / 60_000);
      if (choice.kind === 'launch') {
        const rental = await this.#try(choice.offer, attempt + this.#unheard);
        if (rental) return rental;
        continue;
      }
      this.#ladder = choice.ladder;
      this.#tell(`| | ${choice.why} | looking again in ${choice.milliseconds / 1000} s | |`);
      await sleep(choice.milliseconds);
      offers = await this.#offers();
    }
  }

  account({ machine, launchedAt, order }: Rental, end: MachineEnd, detail: string): void {
    const { offer } = order;
    if (end !== 'finished') {
      this.#ladder = afterLoss(this.#ladder, offer, end);
      this.lost.push(`${machine} ${end}: ${detail}`);
    }
    const { usdPerHour } = offer;
    const { seconds, usd } = billed({ launchedAt, terminatedAt: new Date().toISOString(), usdPerHour });
    this.#usd += usd;
    this.#tell(`| ${machine} | ${poolOf(offer)} | ${end} | ${detail}; ${seconds} s, ${usd.toFixed(4)} USD |`);
  }

  get details(): string {
    return [
      `Trains **${this.request.stage}** of run ${this.request.run} on a rented machine; ${this.#usd.toFixed(4)} of ${this.spec.maxUsd} USD used.`,
      '',
      '| machine | offer | | |',
      '|---|---|---|---|',
      ...this.#tried.slice(-60),
    ].join('\n');
  }

  /** One order, one call. Null: refused, and the ladder has moved on. */
  async #try(offer: Offer, attempt: number): Promise<Rental | null> {
    const order = this.#order(offer, attempt);
    const launched = await launchOrNothing(order);
    if (launched.kind === 'launched') {
      this.#tell(`| ${launched.machine} | ${poolOf(offer)} at ${offer.usdPerHour} USD/h | launched | |`);
      noteStart(launched);
      return { order, attempt, machine: launched.machine, launchedAt: launched.launchedAt };
    }
    this.#tell(`| | ${poolOf(offer)} at ${offer.usdPerHour} USD/h | ${launched.class} | ${launched.code} |`);
    const after = this.#after(offer, launched);
    if (after.kind === 'fail')
      throw ApplicationFailure.create({ type: after.code, nonRetryable: true, message: after.message });
    this.#ladder = after.ladder;
    // A throttled order is repeated as it is; everything else becomes a new order.
    if (launched.class !== 'throttle') this.#tokens++;
    if (launched.class === 'spent-token' || launched.code === answerLost) this.#unheard++;
    if (after.kind === 'wait') await sleep(after.milliseconds);
    return null;
  }

  #after(offer: Offer, refused: Refused): AfterRefusal {
    // Runs that are older than this release waited for whatever quota refused.
    if (refused.class === 'quota' && !patched('other-quotas-at-once'))
      return { kind: 'wait', ...pauseForQuota(this.#ladder) };
    return afterRefusal(this.#ladder, offer, refused);
  }

  #tell(row: string): void {
    this.#tried.push(row);
    setCurrentDetails(this.details);
  }

  #order(offer: Offer, attempt: number): LaunchOrder {
    const { model, run } = this.request;
    const name = `${this.#workflowId.slice(this.#workflowId.indexOf(run) + run.length + 1).replaceAll('/', '-')}-${attempt}`;
    return {
      offer,
      token: `${this.#workflowId}:${attempt}:${this.#tokens}`,
      model,
      run,
      attempt: name,
      // A machine that was made though its order was refused must not take the job of the next one.
      queue: patched('queue-of-order') ? `vm-${run}-${name}-${this.#tokens}` : `vm-${run}-${name}`,
      minutes: this.#minutes(offer),
    };
  }

  /** As long as the plan allows and the money lasts. */
  #minutes(offer: Offer): number {
    return Math.floor(60 * Math.min(this.spec.maxHours, (this.spec.maxUsd - this.#usd) / worstCaseUsd(offer, 1)));
  }

  /** The first machine must be payable for its longest life; later ones for what is left, if that is worth a start. */
  async #offers(): Promise<readonly Offer[]> {
    const { offers } = await machinesThere.machineOffers(this.spec);
    const { maxHours, maxUsd } = this.spec;
    const affordable = offers.filter((offer) =>
      this.#usd === 0 ? worstCaseUsd(offer, maxHours) <= maxUsd : this.#minutes(offer) >= shortestUsefulMinutes,
    );
    if (affordable.length > 0 || offers.length === 0) return affordable;
    const cheapest = Math.min(...offers.map((offer) => worstCaseUsd(offer, 1)));
    throw ApplicationFailure.create({
      type: 'PRN-COMPUTE-003',
      nonRetryable: true,
      message:
        this.#usd === 0
          ? `"maxUsd": ${maxUsd} is too little: the cheapest offer may cost ${cheapest} USD an hour, for "maxHours": ${maxHours} that is ${(cheapest * maxHours).toFixed(2)} USD`
          : `${this.#usd.toFixed(2)} of "maxUsd": ${maxUsd} are used up by lost machines; what is left is too little for another. ${this.lost.join('; ')}`,
    });
  }
}

const answerLost = 'AnswerLost';

/** Goes on beside the training, which waits for nothing but its worker: what it finds is for the books. */
function noteStart({ machine, launchedAt }: Extract<Launched, { kind: 'launched' }>): void {
  if (patched('machine-start')) machineStarts.noteMachineStart({ machine, launchedAt }).catch(() => undefined);
}

/** Not cancelled half-way: a machine whose launch was under way must be known, or it could not be ended. */
async function launchOrNothing(order: LaunchOrder): Promise<Launched> {
  const launched = await CancellationScope.nonCancellable(async (): Promise<Launched> => {
    try {
      return await launches.launchMachine(order);
    } catch (error) {
      const found = await machineEnds.endMachineOf(order);
      const message = `${rootMessage(error)} (machines ended: ${found})`;
      return { kind: 'refused', class: 'capacity', code: answerLost, message, milliseconds: 0 };
    }
  });
  if (CancellationScope.current().consideredCancelled) await endUnused(order, launched);
  return launched;
}

async function endUnused(order: LaunchOrder, launched: Launched): Promise<void> {
  if (launched.kind === 'launched')
    await CancellationScope.nonCancellable(() =>
      machineEnds.endMachine({
        machine: launched.machine,
        token: order.token,
        pool: poolOf(order.offer),
        end: 'cancelled',
        lostSince: launched.launchedAt,
      }),
    );
  // Throws the cancellation.
  await sleep(1);
}
