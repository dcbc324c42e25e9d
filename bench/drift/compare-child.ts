import { join } from 'node:path';
import { compareTables } from '../../src/drift/duckdb/compare-tables.ts';

/** A process of its own, as each peer is: prints what reading and comparing took, and the peak of memory. */
const [reference = '', current = '', folder = '', store = ''] = process.argv.slice(2);
const startedAt = performance.now();
const { columns, tests } = await compareTables(
  { reference, current, base: folder, alpha: 0.05, minimumEffect: 0.05, ...(store === '' ? {} : { store }) },
  { tempFolder: join(folder, 'temp'), memoryLimit: '512MB' },
);
const ms = performance.now() - startedAt;
const rssMiB = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ ms, rssMiB, columns: columns.length, tests }));
