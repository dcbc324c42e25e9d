import { appendFile } from 'node:fs/promises';

/** Adds a figure to the file that the benchmark reads: one JSON object a line, values of equal names in the order of measurement. */
export async function noteFigure(name: string, ...values: readonly number[]): Promise<void> {
  const file = process.env.PERENNIAL_FIGURES;
  const line = JSON.stringify({ name, values });
  if (file) await appendFile(file, `${line}\n`);
  else console.log(line);
}
