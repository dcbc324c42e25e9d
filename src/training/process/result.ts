import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { PerennialError } from '../../errors/error.ts';
import { type TrainerReport, type TrainingJob, trainerReport } from '../contract.ts';
import { parseTrainerJson } from '../trainer-json.ts';

export interface TrainerResult {
  readonly report: TrainerReport;
  readonly folder: string;
  readonly model: readonly string[];
  readonly files: readonly string[];
}

/**
 * What a trainer that claims success left in its output folder.
 *
 * @throws PRN-TRAINING-002 (metrics.json), -003 (model.onnx, or any file where that is not needed), -004 (device).
 */
export async function readResult(job: TrainingJob, withoutOnnx: boolean): Promise<TrainerResult> {
  const report = parseReport(await readText(join(job.output, 'metrics.json')), job);
  const files = await filesBelow(job.output);
  const onnx = files.filter((file) => file === 'model.onnx');
  const model = withoutOnnx && onnx.length === 0 ? files.filter((file) => file !== 'metrics.json') : onnx;
  if (model.length === 0) {
    const wanted = withoutOnnx ? 'nothing that its predict command could answer from' : 'no model.onnx';
    throw new PerennialError('PRN-TRAINING-003', {
      message: `The trainer ended well, but ${job.output} has ${wanted}; it has ${files.join(', ')}.`,
    });
  }
  return { report, folder: job.output, model, files };
}

function parseReport(text: string | null, job: TrainingJob): TrainerReport {
  if (text === null) throw badReport(job, 'there is none');
  const parsed = trainerReport.safeParse(parseJson(text, job));
  if (!parsed.success) {
    throw badReport(job, parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
  }
  if (job.device === 'cuda' && parsed.data.device !== 'cuda') {
    throw deviceMissing(job, `${join(job.output, 'metrics.json')} says that the trainer used ${parsed.data.device}`);
  }
  return parsed.data;
}

/** A GPU that is paid for and not used is an error, however good the model. */
export function deviceMissing(job: TrainingJob, why: string): PerennialError {
  return new PerennialError('PRN-TRAINING-004', { message: `The job asked for ${job.device}, but ${why}.` });
}

function parseJson(text: string, job: TrainingJob): unknown {
  try {
    return parseTrainerJson(text);
  } catch (error) {
    throw badReport(job, `it is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function badReport(job: TrainingJob, why: string): PerennialError {
  return new PerennialError('PRN-TRAINING-002', {
    message: `The trainer ended well, but its report ${join(job.output, 'metrics.json')} cannot be used: ${why}.`,
  });
}

async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}
