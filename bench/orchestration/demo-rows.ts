import { join } from 'node:path';
import { runCapped } from '../report/child.ts';
import { compiled, inTempFolder, repository } from '../report/place.ts';
import { figure, goalRow, type Row } from '../report/row.ts';

/** The whole loop on real flights, once, as `npm run demo` plays it after set-up. */
export async function demoRows(): Promise<Row[]> {
  return await inTempFolder('demo', async (folder) => {
    const command = [process.execPath, compiled('examples/flights/demo.js'), '--state', join(folder, 'demo')];
    const { code, output, errors, ms } = await runCapped(command, { cwd: repository, capMs: 15 * 60_000 });
    if (code !== 0) throw new Error(`the demo ended with ${code}:\n${output.slice(-2000)}\n${errors}`);
    return [goalRow('the demo after set-up, s', 240, figure([ms / 1000]))];
  });
}
