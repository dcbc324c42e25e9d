// Writes what is made from the code and kept in the repository: the schemas and docs/errors.md. Needs a build (dist/).
// With --check nothing is written: it fails where a file differs from what would be.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { errorReference } from '../dist/src/errors/reference.js';
import { modelFileJsonSchemaText } from '../dist/src/plan/json-schema.js';
import { schemaOf } from './report-schema.mjs';

const root = new URL('../', import.meta.url);
const checks = process.argv.includes('--check');
const pages = {
  'schema/model.schema.json': modelFileJsonSchemaText(),
  'schema/check-report.schema.json': schemaOf('src/monitor/report.ts', 'CheckReport', 'What a check found'),
  'schema/comparison.schema.json': schemaOf(
    'src/drift/comparison.ts',
    'Comparison',
    'What two tables say to each other',
  ),
  'docs/errors.md': errorReference(),
};

for (const [path, text] of Object.entries(pages)) {
  const file = new URL(path, root);
  if (!checks) {
    await mkdir(new URL('.', file), { recursive: true });
    await writeFile(file, text);
    process.stdout.write(`${path}\n`);
  } else if ((await readFile(file, 'utf8').catch(() => '')) !== text) {
    process.stdout.write(`${path} is not what the code says; run: npm run build && node scripts/reference.mjs\n`);
    process.exitCode = 1;
  }
}
