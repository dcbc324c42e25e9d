import { type Decision, refused, type Standing, same } from './moves.ts';

/** Every shadow costs its gateway a prediction a request. */
export const mostShadows = 4;

/** Puts a standing shadow on the route, or takes it off; rollouts go on as they are. */
export function decideShadow(
  { route }: Standing,
  { version, how }: { readonly version: number; readonly how: 'add' | 'remove' },
): Decision {
  const { model: _model, segment: _segment, rev: _rev, shadows = [], ...live } = route;
  if (shadows.includes(version) === (how === 'add')) return same;
  if (how === 'remove') {
    return changed({ ...live, shadows: shadows.filter((standing) => standing !== version) });
  }
  if (route.stable === null) return refused('there is no stable version yet, whose requests could be copied');
  if (route.stable === version) return refused(`version ${version} is the stable version: it answers these requests`);
  if (shadows.length >= mostShadows)
    return refused(`versions ${shadows.join(', ')} are shadows already, and ${mostShadows} is the most`);
  return changed({ ...live, shadows: [...shadows, version].sort((a, b) => a - b) });

  function changed(next: Extract<Decision, { kind: 'change' }>['live']): Decision {
    const kind = how === 'add' ? 'route.shadow-added' : 'route.shadow-removed';
    return { kind: 'change', live: next, versions: [], rollout: null, event: { kind, version } };
  }
}
