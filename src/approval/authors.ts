import type { Barred } from './vote.ts';

/** The part of an event of the registry that tells who has changed the plan. */
interface PlanEvent {
  readonly kind: string;
  readonly at: string;
  readonly actor: { readonly name: string };
}

/**
 * Who may not approve a run: who asked for it, and who has changed the plan since a version was last made stable under it.
 * Whoever writes the gates could else release what only those gates let through.
 *
 * @param events of the model, newest first
 */
export function barredFrom(requestedBy: string, events: readonly PlanEvent[]): readonly Barred[] {
  const released = events.findIndex(({ kind }) => kind === 'version.stable');
  const since = released < 0 ? events : events.slice(0, released);
  const changes = since.filter(({ kind, actor }) => kind === 'model.applied' && actor.name !== requestedBy);
  const authors = [...new Map(changes.map((event) => [event.actor.name, event])).values()];
  return [
    { name: requestedBy, why: 'asked for this run' },
    ...authors.map(({ actor, at }) => ({
      name: actor.name,
      why: `changed the plan on ${at.slice(0, 10)}, after the last promotion,`,
    })),
  ];
}
