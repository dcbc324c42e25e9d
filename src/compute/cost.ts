import type { Offer } from './offer.ts';

/** US dollars that a machine costs when it lives to its deadline and its pool goes up to its ceiling. */
export function worstCaseUsd(offer: Offer, hours: number): number {
  return (offer.ceilingUsdPerHour ?? offer.usdPerHour) * hours;
}

/**
 * EC2 bills Linux machines by the second, and at least a minute, from `running` to `shutting-down`. Instants are ISO; a begun second
 * counts. Where nobody saw the machine come up, it counts from its launch, which is never too little.
 */
export function billed({
  launchedAt,
  runningAt = null,
  terminatedAt,
  usdPerHour,
}: {
  readonly launchedAt: string;
  readonly runningAt?: string | null;
  readonly terminatedAt: string;
  readonly usdPerHour: number;
}): { readonly seconds: number; readonly usd: number } {
  const seconds = Math.max(minimumSeconds, Math.ceil(between(runningAt ?? launchedAt, terminatedAt)));
  return { seconds, usd: (seconds * usdPerHour) / 3_600 };
}

const minimumSeconds = 60;

const between = (from: string, to: string) => Math.max(0, (Date.parse(to) - Date.parse(from)) / 1_000);
