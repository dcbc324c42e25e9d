import type { RunDetail } from '../../api/wire.ts';
import type { GateResult } from '../../evaluation/report.ts';
import { formatDuration, formatNumber } from '../../report/numbers.ts';
import { paint, type Style } from './style.ts';
import { type Cell, renderTable } from './table.ts';
import { verdictMark } from './verdict.ts';

/** A smoke run for programs: what passed, stage by stage and gate by gate. docs/reproducible.md tells its fields. */
export interface SmokeDocument {
  readonly run: string;
  readonly model: string;
  readonly passed: boolean;
  readonly summary: string;
  readonly seconds: number;
  readonly stages: readonly {
    readonly name: string;
    readonly kind: string;
    readonly state: string;
    readonly seconds: number | null;
    readonly detail: string;
    readonly fromCache: boolean;
  }[];
  readonly gates: readonly {
    readonly candidate: string;
    readonly gate: string;
    readonly verdict: GateResult['verdict'];
    readonly value: number | null;
    /** False: it is only reported, as cheap parameters cannot beat a champion. */
    readonly decides: boolean;
    readonly counterfactual: string;
  }[];
}

export function smokeDocument({ record, progress, evaluation }: RunDetail): SmokeDocument {
  const { run, model, outcome, summary, startedAt, endedAt } = record;
  return {
    ...{ run, model, passed: outcome === 'smoke-passed', summary: summary ?? '' },
    seconds: secondsBetween(startedAt, endedAt) ?? 0,
    stages: progress.stages.map(({ name, kind, state, detail, cache, ...times }) => ({
      ...{ name, kind, state, detail, fromCache: cache?.taken ?? false },
      seconds: secondsBetween(times.startedAt, times.endedAt),
    })),
    gates: (evaluation?.candidates ?? []).flatMap(({ candidate, gates }) =>
      gates.map(({ name, verdict, value, gate, counterfactual }) => ({
        ...{ candidate, gate: name, verdict, value, decides: !gate.dryRun, counterfactual },
      })),
    ),
  };
}

/** The stages have been watched already: the gates, and the end. */
export function renderSmoke({ gates, passed, run }: SmokeDocument, style: Style): string {
  const columns = [
    { title: 'candidate' },
    { title: 'gate', shrinkTo: 20 },
    { title: 'value', align: 'right' as const },
    { title: 'verdict' },
  ];
  const rows = gates.map(({ candidate, gate, value, verdict, decides }): Cell[] => {
    const { glyph, word, tone } = verdictMark(verdict);
    const only = decides ? '' : ', only reported';
    return [candidate, gate, formatNumber(value), { text: `${glyph} ${word}${only}`, tone: decides ? tone : 'muted' }];
  });
  const end = passed ? paint(style, 'good', `✔ ${run} passed`) : paint(style, 'bad', `✖ ${run} failed`);
  return rows.length > 0 ? `\n${renderTable(columns, rows, style)}\n\n${end}` : end;
}

/** For the page of a pull request. */
export function smokeMarkdown({ run, model, passed, summary, stages, gates, seconds }: SmokeDocument): string {
  const cell = (value: string) => value.replaceAll('|', '\\|').replaceAll('\n', ' ');
  const stageRows = stages.map(
    ({ name, state, detail, seconds: took }) =>
      `| ${name} | ${state} | ${took === null ? '' : formatDuration(took * 1_000)} | ${cell(detail)} |`,
  );
  const gateRows = gates.map(
    ({ candidate, gate, value, verdict, decides }) =>
      `| ${candidate} | ${cell(gate)} | ${formatNumber(value)} | ${verdict}${decides ? '' : ' (only reported)'} |`,
  );
  const lines = [
    `### ${passed ? '✔' : '✖'} ${model}: smoke run ${run} ${passed ? 'passed' : 'failed'} in ${formatDuration(seconds * 1_000)}`,
    ...['', cell(summary), '', '| stage | | time | |', '|---|---|---|---|', ...stageRows],
    ...(gateRows.length > 0 ? ['', '| candidate | gate | value | verdict |', '|---|---|---|---|', ...gateRows] : []),
  ];
  return `${lines.join('\n')}\n\n`;
}

function secondsBetween(from: string | null, to: string | null): number | null {
  return from === null || to === null ? null : (Date.parse(to) - Date.parse(from)) / 1_000;
}
