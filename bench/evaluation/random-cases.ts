import type { Random } from '../../src/evaluation/random.ts';
import type { Task } from '../../src/plan/schema.ts';

export interface MetricCase {
  readonly task: Task;
  readonly labels: readonly number[];
  readonly classes: readonly number[];
  readonly width: number;
  /** Null is NaN. */
  readonly scores: readonly (number | null)[];
  readonly weights: readonly number[] | null;
}

/** One case a number: task, size, ties, balance, weights and what is awkward about it all follow from the generator. */
export function randomCase(random: Random): MetricCase {
  const tasks = ['binary-classification', 'multiclass-classification', 'regression'] as const;
  const task = tasks[pick(random, 3)] as Task;
  const rows = random() < 0.2 ? 1 + pick(random, 5) : 10 + pick(random, 400);
  const weights = random() < 0.4 ? Array.from({ length: rows }, () => 0.05 + 3 * random()) : null;
  const made = task === 'regression' ? regressionCase(random, rows) : classCase(random, rows, task);
  const scores = made.scores.map(Math.fround);
  const broken = random() < 0.05 ? pick(random, scores.length) : -1;
  return { task, ...made, weights, scores: scores.map((score, at) => (at === broken ? null : score)) };
}

type Made = Pick<MetricCase, 'labels' | 'classes' | 'width'> & { readonly scores: readonly number[] };

function classCase(random: Random, rows: number, task: Task): Made {
  const width = task === 'binary-classification' ? 2 : 3 + pick(random, 5);
  const levels = [0, 0, 1, 2, 4, 8, 32][pick(random, 7)] as number;
  const onlyClass = random() < 0.15 ? pick(random, width) : null;
  const skill = random();
  const rare = random() ** 3;
  const labels: number[] = [];
  const scores: number[] = [];
  for (let row = 0; row < rows; row += 1) {
    const label = onlyClass ?? (random() < rare ? 0 : pick(random, width));
    labels.push(label);
    scores.push(...probabilities(random, width, label, { skill, levels }));
  }
  return { labels, classes: Array.from({ length: width }, (_, at) => at), width, scores };
}

/** Adds up to one; with levels only so many different values, certain ones among them. */
function probabilities(
  random: Random,
  width: number,
  label: number,
  { skill, levels }: { readonly skill: number; readonly levels: number },
): number[] {
  const raw = Array.from({ length: width }, (_, at) => random() ** 2 + (at === label ? skill * random() : 0));
  const total = raw.reduce((sum, value) => sum + value, 0);
  const shares = raw.map((value) => value / total);
  if (levels === 0) return shares;
  let left = levels;
  const tied = shares.slice(0, -1).map((share) => {
    const steps = Math.min(left, Math.round(share * levels));
    left -= steps;
    return steps / levels;
  });
  return [...tied, left / levels];
}

function regressionCase(random: Random, rows: number): Made {
  const centre = [0, 50, 1e6][pick(random, 3)] as number;
  const constant = random() < 0.1;
  const whole = random() < 0.2;
  const labels: number[] = [];
  const scores: number[] = [];
  for (let row = 0; row < rows; row += 1) {
    const value = constant ? centre + 3 : centre + 20 * (random() + random() - 1);
    const label = whole ? Math.round(value) : value;
    labels.push(label);
    scores.push(random() < 0.1 ? label : label + 5 * (random() + random() - 1));
  }
  return { labels, classes: [], width: 1, scores };
}

function pick(random: Random, below: number): number {
  return Math.floor(random() * below);
}
