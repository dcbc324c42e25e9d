import { PerennialError } from '../../errors/error.ts';
import { optunaProcess } from '../../sweep/process/ask-optuna.ts';
import { type Verification, verifySweep } from '../../sweep/verify.ts';
import { type Command, exit } from '../command.ts';
import { paint, type Style } from '../output/style.ts';
import { sweepOf } from '../sweep-of.ts';
import { trainersPython } from '../trainers-python.ts';

/** Makes every suggestion again, here, from what the sweep's record says that it was made from; negative where one differs. */
export const run: Command = async ({ client, output, terminal }, [target = '', named]) => {
  const { run: of, stage, sweep } = await sweepOf(await client(), target, named);
  if (!sweep.record)
    throw new PerennialError('PRN-CLI-005', {
      message: `The sweep of ${stage} of ${of} has not ended.`,
      hint: `Its record is complete when it has: perennial sweep show ${of} ${stage}`,
    });
  const verification = await verifySweep(sweep.record, optunaProcess({ python: trainersPython(terminal.env) }));
  output.document({ run: of, stage, ...verification }, (style) => render(`${stage} of ${of}`, verification, style));
  return verification.differing.length === 0 ? exit.ok : exit.negative;
};

function render(name: string, { checked, matched, differing, unknown }: Verification, style: Style): string {
  const verdict = differing.length === 0 ? paint(style, 'good', '✔') : paint(style, 'bad', '✖');
  const cut = unknown > 0 ? `; ${unknown} ended with the sweep and are not recorded in full` : '';
  return [
    `${verdict} ${matched} of ${checked} suggestions of ${name} are the same bit for bit${cut}`,
    ...differing
      .slice(0, 10)
      .flatMap(({ trial, recorded, suggested }) => [
        `  trial ${trial}  trained    ${JSON.stringify(recorded)}`,
        `  ${' '.repeat(`trial ${trial}`.length)}  suggested  ${JSON.stringify(suggested)}`,
      ]),
    ...(differing.length > 0
      ? [
          paint(
            style,
            'muted',
            '  another release samples differently; a retried stage keeps what it had trained before; a trainer may report other parameters than it was given',
          ),
        ]
      : []),
  ].join('\n');
}
