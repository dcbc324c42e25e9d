import type { Severity } from '../alarm/finding.ts';
import type { Task } from '../plan/schema.ts';
import { shareAtLeast } from '../quality/evidence.ts';
import { decidedValue, predictsAlone } from './alone.ts';
import type { Leak } from './leak.ts';
import type { BinTally, LeakTallies } from './leakage.ts';

export interface LeakRules {
  /** A feature that reaches this by itself has seen the label: AUC, of a regression R². */
  readonly alone: number;
  /** Columns that may be so good: somebody has looked. */
  readonly trusted: readonly string[];
}

/** Above what repeats by nature, so much of the hold-out in training makes its figures worthless. */
const [leastSeenShare, criticalSeenShare] = [0.005, 0.05];

/** Worst first; the same tallies give the same list. */
export function findLeaks(task: Task, tallies: LeakTallies, rules: LeakRules): Leak[] {
  const columns = Object.entries(tallies.features)
    .filter(([column]) => !rules.trusted.includes(column))
    .flatMap(([column, bins]) => ofFeature(task, column, bins, rules));
  const found = [...columns, ...seenById(tallies), ...seenByContent(tallies), ...overlap(tallies)];
  return found.toSorted((a, b) => rank(b) - rank(a));
}

const order: readonly Severity[] = ['info', 'warning', 'critical'];
const rank = ({ severity }: Leak): number => order.indexOf(severity);

function ofFeature(task: Task, column: string, bins: readonly BinTally[], { alone }: LeakRules): Leak[] {
  const found = predictsAlone(task, bins);
  if (found && found.strength >= alone) {
    const measure = task === 'regression' ? 'R²' : 'AUC';
    const where = found.part === 'training' ? 'training rows that it was not fitted to' : 'the hold-out';
    const says = `predicts the label by itself with ${measure} ${found.strength.toFixed(4)} on ${found.n} rows of ${where}: is it known before the label is?`;
    return [{ code: 'predicts-alone', column, severity: 'critical', says }];
  }
  if (task === 'regression') return [];
  const decided = decidedValue(bins);
  if (!decided) return [];
  const says = `is ${decided.bin} in ${decided.n} rows (${(100 * decided.share).toFixed(1)} %), and the label is ${decided.label} in every one of them`;
  return [{ code: 'decides-alone', column, severity: 'warning', says }];
}

function seenById({ byId: { rows, seen, examples } }: LeakTallies): Leak[] {
  if (seen === 0) return [];
  const says = `${seen} of ${rows} hold-out rows were trained on: their ids are in both, such as ${examples.join(', ')}`;
  return [{ code: 'seen-by-id', column: null, severity: 'critical', says }];
}

function seenByContent({ byContent: { rows, seen, examples }, repeats }: LeakTallies): Leak[] {
  const share = rows === 0 ? 0 : seen / rows;
  const usual = repeats.rows === 0 ? 0 : repeats.seen / repeats.rows;
  // What repeats day by day, such as a daily order for milk, is no leak.
  const beyond = rows === 0 ? 0 : shareAtLeast(seen, rows, 3) - usual;
  if (beyond < leastSeenShare) return [];
  const says = `${seen} of ${rows} hold-out rows (${(100 * share).toFixed(1)} %) have the features and label of a training row under another id, such as ${examples.join(', ')}; ${(100 * usual).toFixed(1)} % repeat by nature`;
  return [
    { code: 'seen-by-content', column: null, severity: beyond >= criticalSeenShare ? 'critical' : 'warning', says },
  ];
}

function overlap({ lastTrained, firstHeldOut }: LeakTallies): Leak[] {
  if (lastTrained === null || firstHeldOut === null || lastTrained < firstHeldOut) return [];
  const says = `training rows reach to ${lastTrained}, the hold-out begins at ${firstHeldOut}: what it is to predict has been seen`;
  return [{ code: 'time-overlap', column: null, severity: 'critical', says }];
}
