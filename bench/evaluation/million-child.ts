import { evaluateMillionRows } from './million-rows.ts';

/** A process of its own, so that its peak memory is that of the evaluation. */
console.log(JSON.stringify(await evaluateMillionRows(Number(process.argv[2]))));
