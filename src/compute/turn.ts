import { priorities } from '../plan/priorities.ts';
import type { ModelFile, Priority } from '../plan/schema.ts';

/** In what order standing machines take up the work that waits: by priority, and among equals each team by its weight. */
export interface Turn {
  readonly team: string;
  /** Share of a team beside that of the others: 3 is taken up three times as often as 1. */
  readonly weight: number;
  readonly priority: Priority;
}

/** What Temporal calls the same. */
export interface TaskPriority {
  /** 1 comes first, 5 last. */
  readonly priorityKey: number;
  readonly fairnessKey: string;
  readonly fairnessWeight: number;
}

export type TeamWeights = ReadonlyMap<string, number>;

/** Bytes that Temporal takes. */
const longestKey = 64;
const usualWeight = 1;
const usualPriority: Priority = 'normal';

/** `priority` is asked for one run only. Who names no team is of the owner's; without an owner each model stands for itself. */
export function turnOf(
  file: Pick<ModelFile, 'model' | 'owner' | 'team' | 'priority'>,
  weights: TeamWeights,
  priority?: Priority,
): Turn {
  const team = fitting(file.team ?? file.owner ?? file.model);
  return { team, weight: weights.get(team) ?? usualWeight, priority: priority ?? file.priority ?? usualPriority };
}

export function taskPriority({ team, weight, priority }: Turn): TaskPriority {
  return { priorityKey: priorities.indexOf(priority) + 1, fairnessKey: team, fairnessWeight: weight };
}

/** What goes before the work of any team: it guards traffic, or ends what costs money. */
export const beforeAllTeams = { priorityKey: 1 } as const;

/** The turn of a task, as Temporal tells it; of a task without one, that of nobody. */
export function turnFrom(task: { readonly [Key in keyof TaskPriority]?: TaskPriority[Key] | undefined }): Turn {
  return {
    team: task.fairnessKey || '–',
    weight: task.fairnessWeight || usualWeight,
    priority: priorities[(task.priorityKey || 3) - 1] ?? usualPriority,
  };
}

function fitting(name: string): string {
  const bytes = new TextEncoder();
  const letters = [...name];
  while (bytes.encode(letters.join('')).length > longestKey) letters.pop();
  return letters.join('');
}
