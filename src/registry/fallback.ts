import type { Decision, Standing } from './moves.ts';

/**
 * Candidate name of a stand-in: a version of a segment's model that is the global model's champion under a number of its own, so that the
 * segment's first version has a stable one beside it, to be compared with and to fall back to. No stage has such a name.
 */
export function standInName(model: string, version: number): string {
  return `${model}@${version}`;
}

/** The model whose champion a version stands in for; null for every version that a stage has made. */
export function stoodInFor({ candidate }: { readonly candidate: string }): string | null {
  const at = candidate.lastIndexOf('@');
  return at < 0 ? null : candidate.slice(0, at);
}

/**
 * A stand-in is stable only while a rollout is measured against it: a move that would leave it on the route alone leaves nothing there, and
 * the global model answers again, whatever its champion is by then.
 */
export function withoutStandIn({ states, standIns }: Standing, decision: Decision): Decision {
  if (decision.kind !== 'change') return decision;
  const { live, versions } = decision;
  const { stable } = live;
  if (stable === null || live.rollout !== null || !standIns.includes(stable)) return decision;
  const others = versions.filter(({ version }) => version !== stable);
  const from = states[stable];
  const leaving = from === 'stable' ? [{ version: stable, from, to: 'deprecated', forced: false } as const] : [];
  return { ...decision, live: { ...live, stable: null }, versions: [...others, ...leaving] };
}
