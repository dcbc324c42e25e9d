import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PerennialClient } from '../../client/client.ts';
import { readLabels } from '../../drift/duckdb/read-labels.ts';
import { type Command, exit, type Options, text } from '../command.ts';
import { remoteFiles } from '../remote-tables.ts';

/** Sends what really happened to the gateway, from a table; negative when the table has no label. */
export const run: Command = async ({ client, output, terminal }, [model = '', table = ''], options) => {
  const server = await client();
  const columns = await columnsOf(server, model, options);
  let sent = 0;
  const rows = await readLabels(
    { table, base: terminal.cwd, remote: await remoteFiles([table], terminal.env), ...columns },
    { tempFolder: join(tmpdir(), 'perennial-labels'), memoryLimit: '1GB' },
    async (labels) => {
      sent += (await server.label(model, labels)).accepted;
    },
  );
  output.document({ model, table, ...columns, rows, sent }, () => {
    const left =
      rows === sent ? '' : `; ${(rows - sent).toLocaleString('en')} rows have no ${columns.id} or no ${columns.label}`;
    return `${model}: the gateway has taken ${sent.toLocaleString('en')} labels${left}.`;
  });
  return sent > 0 ? exit.ok : exit.negative;
};

/** As the model file names them, unless told; the API is not asked where both are told. */
async function columnsOf(client: PerennialClient, model: string, options: Options) {
  const [id, label] = [text(options, 'id'), text(options, 'label')];
  if (id !== undefined && label !== undefined) return { id, label };
  const { data } = (await client.model(model)).record.plan.file;
  return { id: id ?? data.id, label: label ?? data.label.column };
}
