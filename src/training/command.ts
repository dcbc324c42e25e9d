/** Port: runs a command stage's program to its end. Adapter: process/. */
export type RunCommand = (request: {
  readonly argv: readonly string[];
  /** Folder of the model file: the program's working directory. */
  readonly base: string;
  readonly stdin: string;
  readonly signal: AbortSignal;
}) => Promise<{
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly lastLine: string;
  readonly tail: string;
  readonly seconds: number;
}>;
