import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { dirname } from 'node:path';
import type { Figure, Row } from './row.ts';

export interface Report {
  readonly measuredAt: string;
  readonly machine: string;
  /** One-minute load averages: what else ran decides how far the figures can be trusted. */
  readonly load: { readonly before: number; readonly after: number };
  readonly commit: string;
  readonly rows: readonly KeptRow[];
}

/** `of` says where a row is from that was not measured with the others; `section` which part of the bench prints it. */
export interface KeptRow extends Row {
  readonly section?: string;
  readonly of?: Omit<Report, 'rows'>;
}

/** Who measured, when, on what; `rows` and the load afterwards come last. */
export function openReport(repository: string): (rows: readonly KeptRow[]) => Report {
  const measuredAt = new Date().toISOString();
  const before = currentLoad();
  return (rows) => ({
    measuredAt,
    machine: machine(),
    load: { before, after: currentLoad() },
    commit: commitOf(repository),
    rows,
  });
}

export function currentLoad(): number {
  return Number((loadavg()[0] ?? 0).toFixed(2));
}

export async function writeReport(path: string, report: Report): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${JSON.stringify(report, rounded, 2)}\n`);
}

/** Null where nothing was kept yet. */
export async function readReport(path: string): Promise<Report | null> {
  if (!existsSync(path)) return null;
  return JSON.parse(await readFile(path, 'utf8')) as Report;
}

/**
 * A report in which rows of a later part have taken the place of the same rows, and new ones stand at the end. What a section that was
 * measured again no longer prints is gone.
 */
export function withPart(whole: Report | null, { rows, ...of }: Report): Report {
  if (whole === null) return { ...of, rows };
  const keyOf = ({ what, peer }: Row) => `${what} ${peer?.name ?? ''}`;
  const later = new Map(rows.map((row) => [keyOf(row), { ...row, of }]));
  const measured = new Set(rows.flatMap(({ section }) => section ?? []));
  const kept = whole.rows.flatMap((row) => {
    const again = later.get(keyOf(row));
    if (again !== undefined) return [again];
    return row.section !== undefined && measured.has(row.section) ? [] : [row];
  });
  const known = new Set(whole.rows.map(keyOf));
  return { ...whole, rows: [...kept, ...[...later].flatMap(([key, row]) => (known.has(key) ? [] : [row]))] };
}

export function printReport({ rows, machine, load, commit }: Report): void {
  const cells = rows.map((row) => [
    row.what,
    row.goal ?? '',
    shown(row.ours),
    row.peer ? `${row.peer.name}: ${row.peer.figure ? shown(row.peer.figure) : '-'}` : '',
    row.ratio === null ? '' : `${row.ratio.toPrecision(2)}x`,
    row.holds === null ? '?' : row.holds ? 'yes' : 'NO',
  ]);
  const table = [['what', 'goal', 'ours (min-max, n)', 'peer', 'ratio', 'holds'], ...cells];
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0)));
  for (const [at, line] of table.entries()) {
    console.log(
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
    const note = rows[at - 1]?.note;
    if (note) console.log(`    ${note}`);
  }
  console.log(`\n${machine}; load ${load.before} before, ${load.after} after; commit ${commit}`);
}

function shown({ median, min, max, n }: Figure): string {
  return n === 1 ? short(median) : `${short(median)} (${short(min)}-${short(max)}, n=${n})`;
}

function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : `${Number(value.toFixed(2))}`;
}

function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toFixed(3)) : value;
}

function machine(): string {
  const processors = cpus();
  const memory = `${(totalmem() / 2 ** 30).toFixed(0)} GiB`;
  return `${processors.length} x ${processors[0]?.model.trim()}, ${memory}, ${type()} ${release()}, Node ${process.version}`;
}

/** With a plus where the checkout differs from the commit. */
function commitOf(repository: string): string {
  const git = (...args: string[]) => spawnSync('git', args, { cwd: repository, encoding: 'utf8' }).stdout?.trim() ?? '';
  const changed = git('status', '--porcelain', '--untracked-files=no') !== '';
  return `${git('rev-parse', '--short', 'HEAD') || 'unknown'}${changed ? '+' : ''}`;
}
