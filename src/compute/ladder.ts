import type { MachineEnd } from './ledger.ts';
import type { Launched } from './machines.ts';
import { type Offer, poolOf } from './offer.ts';
import { isOverQuota, quotaRefused, type SpentQuota } from './quota.ts';

/** The part of a "compute" entry of the model file that decides about the ladder. */
export interface LadderRules {
  readonly spot: boolean;
  /** Spot is looked for no longer after so many refusing pools, or minutes without a machine. */
  readonly onDemandAfter: { readonly misses: number; readonly minutes: number };
}

/** What the search for a machine has seen so far; plain data, so that a workflow can carry it. */
export interface Ladder {
  /** Pools that are done with in this round. */
  readonly tried: readonly string[];
  /** Spot pools that have refused since the last machine. */
  readonly misses: number;
  /** Machines that AWS has taken back, over all attempts. */
  readonly interruptions: number;
  /** Waits in a row, for the back-off. */
  readonly waits: number;
  /** Quotas that have refused in this round. */
  readonly spent: readonly SpentQuota[];
}

export type Choice =
  | { readonly kind: 'launch'; readonly offer: Offer }
  /** No rung is left: rank the offers anew after this time, and go on with `ladder`. `why` is for people. */
  | { readonly kind: 'wait'; readonly milliseconds: number; readonly ladder: Ladder; readonly why: string };

export type AfterRefusal =
  /** Choose again at once; all runs leave the pool alone for `avoidMilliseconds`, 0 where a quota refused and not the pool. */
  | { readonly kind: 'next-offer'; readonly ladder: Ladder; readonly avoidMilliseconds: number }
  /** Choose again after this time; `ladder` leads to the same offer (throttle) or to the first one (a quota that binds them all). */
  | { readonly kind: 'wait'; readonly ladder: Ladder; readonly milliseconds: number }
  /** The token belongs to a machine that is gone: count the attempt up, which makes a new token, and choose again. */
  | { readonly kind: 'next-attempt'; readonly ladder: Ladder }
  | { readonly kind: 'fail'; readonly code: 'PRN-COMPUTE-006' | 'PRN-COMPUTE-007'; readonly message: string };

export type Refused = Extract<Launched, { readonly kind: 'refused' }>;

export const freshLadder: Ladder = { tried: [], misses: 0, interruptions: 0, waits: 0, spent: [] };

/** A pool that has refused or interrupted is left alone for so long: Karpenter's measure for EC2. */
export const avoidMilliseconds = 180_000;

const second = 1_000;
/** Interruptions after which a spot machine costs more in lost work than it saves. */
const patience = 2;

/**
 * The next rung. `offers` are ranked as `rankOffers` ranks them; `minutesWaited` is the time without a machine, as the caller's
 * clock has it.
 */
export function chooseOffer(
  offers: readonly Offer[],
  ladder: Ladder,
  rules: LadderRules,
  minutesWaited: number,
): Choice {
  const there = offers.filter((offer) => !isOverQuota(offer, ladder.spent));
  const open = there.filter((offer) => !ladder.tried.includes(poolOf(offer)));
  const [offer] = permitted(open, there, prefersOnDemand(ladder, rules, minutesWaited));
  if (offer) return { kind: 'launch', offer };
  const why = whyNone(ladder);
  // A quota frees as slowly as a machine ends; a pool without capacity may have some in a minute.
  const quotaAlone = offers.length > 0 && there.length === 0;
  return quotaAlone
    ? { kind: 'wait', why, ...pauseForQuota(ladder) }
    : { kind: 'wait', why, milliseconds: backOff(ladder.waits, 30 * second, 300 * second), ladder: nextRound(ladder) };
}

/** A wait of 1 to 10 minutes, after which the first offer is tried again. */
export function pauseForQuota(ladder: Ladder): { readonly milliseconds: number; readonly ladder: Ladder } {
  return { milliseconds: backOff(ladder.waits, 60 * second, 600 * second), ladder: nextRound(ladder) };
}

/** What a refusal means for the search. Deterministic: it depends on the class, never on a clock. */
export function afterRefusal(ladder: Ladder, offer: Offer, refused: Refused): AfterRefusal {
  switch (refused.class) {
    case 'capacity':
      return { kind: 'next-offer', avoidMilliseconds, ladder: missed(ladder, offer) };
    case 'quota':
      return afterQuota(ladder, quotaRefused(refused.code, offer));
    case 'throttle':
      return {
        kind: 'wait',
        milliseconds: backOff(ladder.waits, 2 * second, 60 * second),
        ladder: { ...ladder, waits: ladder.waits + 1 },
      };
    case 'spent-token':
      return { kind: 'next-attempt', ladder };
    case 'config':
      return { kind: 'fail', code: 'PRN-COMPUTE-006', message: told(refused, offer) };
    case 'auth':
      return { kind: 'fail', code: 'PRN-COMPUTE-007', message: told(refused, offer) };
  }
}

/** A machine came and was lost: its pool is left alone in this round, and an interruption counts against spot. */
export function afterLoss(ladder: Ladder, offer: Offer, end: MachineEnd): Ladder {
  return {
    tried: [...ladder.tried, poolOf(offer)],
    misses: 0,
    interruptions: ladder.interruptions + (end === 'interrupted' ? 1 : 0),
    waits: 0,
    spent: [],
  };
}

function afterQuota(ladder: Ladder, spent: SpentQuota | null): AfterRefusal {
  if (spent === null) return { kind: 'wait', ...pauseForQuota(ladder) };
  return { kind: 'next-offer', avoidMilliseconds: 0, ladder: { ...ladder, spent: [...ladder.spent, spent] } };
}

function nextRound(ladder: Ladder): Ladder {
  return { ...ladder, tried: [], spent: [], waits: ladder.waits + 1 };
}

function whyNone({ tried, spent }: Ladder): string {
  const quotas = [...new Set(spent.map(({ quota }) => quota))].join('; ');
  if (quotas === '') return 'every pool has refused';
  const others = tried.length > 0 ? ', and every other pool has refused' : '';
  return `used up the AWS quota of ${quotas}${others}: end other machines, or ask AWS for more`;
}

function missed(ladder: Ladder, offer: Offer): Ladder {
  return {
    ...ladder,
    tried: [...ladder.tried, poolOf(offer)],
    misses: ladder.misses + (offer.market === 'spot' ? 1 : 0),
  };
}

function prefersOnDemand(ladder: Ladder, { spot, onDemandAfter }: LadderRules, minutesWaited: number): boolean {
  return (
    !spot ||
    ladder.interruptions >= patience ||
    ladder.misses >= onDemandAfter.misses ||
    minutesWaited >= onDemandAfter.minutes
  );
}

/** Where nothing is to be had on demand at all, spot stays better than nothing - unless the plan has ruled it out. */
function permitted(open: readonly Offer[], all: readonly Offer[], onDemandOnly: boolean): readonly Offer[] {
  if (!onDemandOnly || !all.some(({ market }) => market === 'on-demand')) return open;
  return open.filter(({ market }) => market === 'on-demand');
}

const backOff = (waits: number, first: number, most: number) => Math.min(most, first * 2 ** Math.min(waits, 16));

function told({ code, message }: Refused, { type, zone, market }: Offer): string {
  const concerned = concernOf(code);
  const about = concerned === null ? '' : ` (look at ${concerned})`;
  return `AWS refused to launch ${type} in ${zone} (${market}): ${code}${about}: ${message}`;
}

/** The setting that a code complains about, as docs/compute-ec2.md explains it. */
function concernOf(code: string): string | null {
  return concerns.find(([pattern]) => pattern.test(code))?.[1] ?? null;
}

const concerns: readonly (readonly [RegExp, string])[] = [
  [/AMI/, 'PERENNIAL_EC2_AMI'],
  [/Subnet/, 'PERENNIAL_EC2_SUBNETS'],
  [/Zone/, 'the zones of PERENNIAL_EC2_SUBNETS'],
  [/Group/, 'PERENNIAL_EC2_SECURITY_GROUP'],
  [/Iam|InstanceProfile|PassRole/, 'PERENNIAL_EC2_INSTANCE_PROFILE'],
  [/IdempotentParameterMismatch/, 'a bug: one token was used for two different orders'],
  [/UnauthorizedOperation|AccessDenied/, "the control worker's permission for ec2:RunInstances"],
  [/OptInRequired|PendingVerification|Blocked/, 'the state of the AWS account'],
  [/Token|Credential|Signature|Auth|Expired|UnrecognizedClient/, "the control worker's AWS credentials"],
];
