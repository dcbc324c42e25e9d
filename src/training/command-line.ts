import { PerennialError } from '../errors/error.ts';

/** The trainers that come with Perennial, as the model file names them: argv with placeholders, the job's path is appended. */
export const builtinTrainers: Readonly<Record<'xgboost' | 'logistic-regression', readonly string[]>> = {
  xgboost: ['{python}', '-m', 'perennial_trainer.xgboost'],
  'logistic-regression': ['{python}', '-m', 'perennial_trainer.logistic_regression'],
};

export interface Placeholders {
  /** The interpreter that has the trainers' libraries. */
  readonly python: string;
  /** Absolute folder of the model file. */
  readonly here: string;
}

/** A trainer of one's own, and what answers for its versions where ONNX cannot hold them. */
interface TrainerPrograms {
  readonly command: readonly string[];
  readonly predict?: { readonly command: readonly string[] } | undefined;
}

/**
 * What a trainer needs of the folder of the model file: `{here}/trainers/mine.py` needs `trainers` and all in it, `{here}/mine.py` the
 * whole folder, which is called `.`; nothing where it does not say `{here}`.
 */
export function neededParts(trainer: string | TrainerPrograms): readonly string[] {
  if (typeof trainer === 'string') return [];
  const paths = [...trainer.command, ...(trainer.predict?.command ?? [])].flatMap((argument) =>
    [...argument.matchAll(/\{here\}(\/[^\s:;,]*)?/g)].map(([, path]) => path),
  );
  const parts = paths.map((path = '') => /^\/+([^/]+)\/+[^/]/.exec(path)?.[1] ?? '.');
  return parts.some((part) => part.startsWith('.')) ? ['.'] : [...new Set(parts)].sort();
}

/**
 * Fills `{python}` and `{here}` in every argument. There is no shell: an argument stays one argument, spaces and all.
 *
 * @throws PRN-TRAINING-005 for any other `{word}`.
 */
export function expandCommand(argv: readonly string[], placeholders: Placeholders): string[] {
  return argv.map((argument) =>
    argument.replace(/\{([a-z]+)\}/gi, (whole, name: string) => {
      if (name === 'python' || name === 'here') return placeholders[name];
      throw new PerennialError('PRN-TRAINING-005', {
        message: `The command ${JSON.stringify(argv)} has the placeholder ${whole}, which does not exist.`,
      });
    }),
  );
}
