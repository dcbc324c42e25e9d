import { describe, expect, it } from 'vitest';
import { parseLogKey, parseWorkspaceKey, workIn, workspacePrefix } from '../../../src/training/workspace.ts';

const job = { model: 'delays', run: 'delays-r1', stage: 'fit', trial: null };
const own = 'models/delays/runs/delays-r1/fit/single';

describe('the work of an attempt in its workspace', () => {
  it('is its logs, checkpoints, model and result, and nothing that another attempt could have written', () => {
    const work = workIn(
      [
        `${own}/logs/a2-1/000001.log`,
        `${own}/logs/a2-1/notes.txt`,
        `${own}/logs/a1-1/000009.log`,
        `${own}/checkpoints/a2-1/step-20.json`,
        `${own}/checkpoints/a2-1/step-20.ubj`,
        `${own}/checkpoints/a2-1/step-40.json`,
        `${own}/checkpoints/a1-1/step-90.json`,
        `${own}/a2-1/model.onnx`,
        `${own}/a1-1/model.onnx`,
        `${own}/result.json`,
        'models/delays/runs/delays-r2/fit/single/a2-1/model.onnx',
        'models/parcels/runs/parcels-r1/fit/single/result.json',
      ],
      job,
      'a2-1',
    );
    expect(work).toEqual({
      logs: [`${own}/logs/a2-1/000001.log`],
      checkpoints: [`${own}/checkpoints/a2-1/step-40.json`, `${own}/checkpoints/a2-1/step-20.json`],
      artifact: [`${own}/a2-1/model.onnx`],
      hasResult: true,
    });
    expect(workIn(['models/delays/runs/delays-r2/fit/single/result.json'], job, 'a2-1').hasResult).toBe(false);
  });

  it('lies below the name of the machine that policies know', () => {
    const prefix = workspacePrefix('arn:aws:ec2:us-east-1:123456789012:instance/i-0a');
    expect(parseWorkspaceKey(`${prefix}/${own}/result.json`)).toEqual({
      prefix,
      machine: 'i-0a',
      inside: `${own}/result.json`,
    });
    expect(parseWorkspaceKey('machines/README')).toBeNull();
    expect(parseWorkspaceKey(`${prefix}`)).toBeNull();
    expect(parseWorkspaceKey(`models/x/${prefix}/y`)).toBeNull();
  });

  it('is told from the key of a part of a log', () => {
    expect(parseLogKey(`${own}/logs/a2-1/000001.log`)).toEqual({ job, label: 'a2-1' });
    expect(parseLogKey('models/m/runs/r/s/t12/logs/a1-3/000002.log')).toMatchObject({ job: { trial: 12 } });
    expect(parseLogKey(`${own}/checkpoints/a2-1/step-1.json`)).toBeNull();
  });
});
