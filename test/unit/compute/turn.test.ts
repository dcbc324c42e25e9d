import { describe, expect, it } from 'vitest';
import { parseQueues, parseTeamWeights, readWorkerName, workerName } from '../../../src/compute/standing.ts';
import { taskPriority, turnFrom, turnOf } from '../../../src/compute/turn.ts';

const weights = new Map([
  ['vision', 3],
  ['ops', 0.5],
]);

describe('the turn of a run', () => {
  it.each([
    ['its team', { model: 'm', owner: 'ops', team: 'vision' }, 'vision', 3],
    ['its owner where no team is named', { model: 'm', owner: 'ops' }, 'ops', 0.5],
    ['the model itself where nobody is', { model: 'm' }, 'm', 1],
    ['weight 1 for a team that is not named', { model: 'm', team: 'constructor' }, 'constructor', 1],
  ])('is that of %s', (_, file, team, weight) => {
    expect(turnOf(file, weights)).toEqual({ team, weight, priority: 'normal' });
  });

  it('has the priority of the model, unless the run was asked for with another', () => {
    expect(turnOf({ model: 'm', priority: 'low' }, weights).priority).toBe('low');
    expect(turnOf({ model: 'm', priority: 'low' }, weights, 'urgent').priority).toBe('urgent');
  });

  it('travels to Temporal and back', () => {
    const turn = turnOf({ model: 'm', team: 'vision', priority: 'background' }, weights);
    expect(taskPriority(turn)).toEqual({ priorityKey: 5, fairnessKey: 'vision', fairnessWeight: 3 });
    expect(turnFrom(taskPriority(turn))).toEqual(turn);
    expect(turnFrom({})).toEqual({ team: '–', weight: 1, priority: 'normal' });
  });

  it('names a team in at most the 64 bytes that Temporal takes, whole letters only', () => {
    const { team } = turnOf({ model: 'm', owner: 'é'.repeat(50) }, weights);
    expect(team).toBe('é'.repeat(32));
  });
});

describe('the settings of standing machines', () => {
  it('are queues with slots of their own, or the usual number', () => {
    expect(parseQueues('training', 2)).toEqual({ ok: true, value: [{ queue: 'training', slots: 2 }] });
    expect(parseQueues('training-gpu=1, training =4', 2)).toEqual({
      ok: true,
      value: [
        { queue: 'training-gpu', slots: 1 },
        { queue: 'training', slots: 4 },
      ],
    });
  });

  it.each([
    ['', 'names no queue'],
    ['a=0', '"a=0" is not a queue'],
    ['a=many', '"a=many" is not a queue'],
    ['a b', '"a b" is not a queue'],
    ['a=1,a=2', '"a" is named twice'],
  ])('do not take the queues %j', (text, fault) => {
    expect(parseQueues(text, 1)).toMatchObject({ ok: false, fault: expect.stringContaining(fault) });
  });

  it('are weights by team', () => {
    const parsed = parseTeamWeights('vision=3, Ana Smith=0.5,');
    expect(parsed.ok && [...parsed.value]).toEqual([
      ['vision', 3],
      ['Ana Smith', 0.5],
    ]);
    expect(parseTeamWeights('')).toEqual({ ok: true, value: new Map() });
  });

  it.each(['vision', 'vision=', 'vision=0', 'vision=-1', 'vision=2000', '=3', 'a=1,a=1'])(
    'do not take the weights %j',
    (text) => {
      expect(parseTeamWeights(text).ok).toBe(false);
    },
  );

  it('put the slots into the name of a worker, where the fleet reads them', () => {
    expect(readWorkerName(workerName('gpu box', 12, 4))).toEqual({ host: 'gpu box/12', slots: 4 });
    expect(readWorkerName('12@elsewhere')).toEqual({ host: '12@elsewhere', slots: null });
  });
});
