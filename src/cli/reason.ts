import { type CommandContext, type Options, text } from './command.ts';
import { needsAnswer } from './failure.ts';

/** The reason that was given, or that a person types now. @throws PRN-CLI-003 nobody is there to ask */
export async function askReason(
  { terminal, output }: CommandContext,
  options: Options,
  command: string,
): Promise<string> {
  const given = text(options, 'reason');
  if (given !== undefined) return given;
  if (!terminal.interactive || output.mode === 'json') {
    throw needsAnswer('--reason', `${command} --reason "<why>"`);
  }
  return await terminal.ask('Reason: ');
}
