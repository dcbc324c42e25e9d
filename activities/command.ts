import { Context } from '@temporalio/activity';
import { PerennialError } from '../src/errors/error.ts';
import type { RunCommand } from '../src/training/command.ts';
import { heartbeating, translateErrors } from './failure.ts';

export interface CommandRequest {
  readonly run: string;
  readonly model: string;
  readonly stage: string;
  readonly base: string;
  readonly argv: readonly string[];
  readonly asOf: string;
  /** Results of the stages that this one needs; the command reads them as JSON from its standard input. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

export interface CommandResult {
  readonly lastLine: string;
  readonly seconds: number;
}

export function createCommandActivities({ runCommand }: { readonly runCommand: RunCommand }) {
  return translateErrors({
    /** The user's own program between two stages: exit 0 passes, 64 fails for good, anything else is tried again. */
    async runCommand(request: CommandRequest): Promise<CommandResult> {
      const ended = await heartbeating(() =>
        runCommand({ ...request, stdin: JSON.stringify(request), signal: Context.current().cancellationSignal }),
      );
      if (ended.exitCode === 0) return { lastLine: ended.lastLine, seconds: ended.seconds };
      await Promise.race([Context.current().cancelled, Promise.resolve()]);
      const code = ended.exitCode === 64 ? 'PRN-RUN-001' : 'PRN-RUN-002';
      throw new PerennialError(code, {
        message: `Command stage "${request.stage}" of ${request.run} (${request.argv.join(' ')}) ended with ${ended.signal ?? `exit code ${ended.exitCode}`}. Its last lines: ${ended.tail}`,
      });
    },
  });
}
