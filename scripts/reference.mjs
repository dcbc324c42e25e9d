// Writes what is made from the code and kept in the repository: schema/model.schema.json and docs/errors.md. Needs a build (dist/).
import { mkdir, writeFile } from 'node:fs/promises';
import { errorReference } from '../dist/src/errors/reference.js';
import { modelFileJsonSchemaText } from '../dist/src/plan/json-schema.js';

const root = new URL('../', import.meta.url);
const pages = { 'schema/model.schema.json': modelFileJsonSchemaText(), 'docs/errors.md': errorReference() };

for (const [path, text] of Object.entries(pages)) {
  const file = new URL(path, root);
  await mkdir(new URL('.', file), { recursive: true });
  await writeFile(file, text);
  process.stdout.write(`${path}\n`);
}
