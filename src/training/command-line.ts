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

/** Whether a trainer needs the folder of the model file. */
export function usesFolder(trainer: string | { readonly command: readonly string[] }): boolean {
  return typeof trainer !== 'string' && trainer.command.some((argument) => argument.includes('{here}'));
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
