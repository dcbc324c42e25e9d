import { html, type Markup } from './markup.ts';

export type Tone = 'good' | 'warn' | 'bad' | 'plain';

export interface Page {
  readonly title: string;
  readonly verdict: { readonly tone: Tone; readonly word: string };
  /** One sentence for people. */
  readonly summary: string;
  /** Name and value, shown in one row below the title. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly sections: readonly Section[];
  /** What the reader must know to trust the figures. */
  readonly footer: readonly string[];
}

export interface Section {
  readonly title: string;
  readonly body: Markup;
}

/** One file that needs nothing else: no script, no font, no request. Light or dark as the reader's system is. */
export function renderPage({ title, verdict, summary, facts, sections, footer }: Page): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${{ markup: styles }}</style>
</head>
<body>
<header>
<h1>${title} ${badge(verdict.tone, verdict.word)}</h1>
<p class="summary">${summary}</p>
<dl>${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
</header>
${sections.map(({ title: heading, body }) => html`<section><h2>${heading}</h2>${body}</section>\n`)}
<footer>${footer.map((line) => html`<p>${line}</p>`)}</footer>
</body>
</html>
`.markup;
}

export function badge(tone: Tone, word: string): Markup {
  return html`<span class="badge ${tone}">${word}</span>`;
}

const styles = `
:root { color-scheme: light dark; --ink: #1d232b; --soft: #5b6673; --line: #dfe3e8; --paper: #fff; --old: #9aa7b5; --new: #2f6fde; --moved: #d1453b;
  --good: #1c7c4a; --warn: #9a6700; --bad: #c0362c; --tint: #f5f7f9; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ed; --soft: #98a4b1; --line: #2c343d; --paper: #12161b; --old: #5d6a78; --new: #6aa0ff;
  --moved: #ff7a6e; --good: #4cc38a; --warn: #e0b04c; --bad: #ff7a6e; --tint: #191f26; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 2rem 1.5rem 4rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; } h2 { font-size: 1.05rem; margin: 2.25rem 0 .5rem; }
.summary { margin: 0 0 1rem; color: var(--soft); max-width: 60rem; }
dl { display: flex; flex-wrap: wrap; gap: .5rem 2rem; margin: 0; } dt { color: var(--soft); font-size: .8rem; } dd { margin: 0; }
.badge { border: 1px solid currentColor; border-radius: 1rem; font-size: .8rem; font-weight: 600; padding: .1rem .6rem; vertical-align: middle; white-space: nowrap; }
.good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); } .plain { color: var(--soft); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; } th { color: var(--soft); font-size: .8rem; font-weight: 600; text-align: left; }
th, td { border-bottom: 1px solid var(--line); padding: .4rem .6rem; vertical-align: middle; }
td.number, th.number { font-variant-numeric: tabular-nums; text-align: right; white-space: nowrap; }
td small { color: var(--soft); display: block; min-width: 9rem; } td.number small { min-width: 0; }
th:first-child, td:first-child { min-width: 8rem; } p, li, dd { overflow-wrap: anywhere; }
ul { margin: 0; padding-left: 1.1rem; } li { margin: .15rem 0; }
svg { display: block; } svg .old { fill: var(--old); } svg .new { fill: var(--new); } svg .moved { fill: var(--moved); }
svg text { fill: var(--soft); font: 10px system-ui, sans-serif; } svg .axis { stroke: var(--line); }
svg .line { stroke-width: 2; } svg .line.old { fill: none; stroke: var(--old); } svg .line.new { fill: none; stroke: var(--new); }
svg .diagonal { stroke: var(--soft); stroke-dasharray: 3 3; } svg .unsure { color: var(--soft); } svg .whisker { stroke: currentColor; stroke-width: 2; }
svg .zero { stroke: var(--soft); stroke-dasharray: 2 2; } svg .spot { fill: currentColor; } .figures { display: flex; flex-wrap: wrap; gap: 1rem 2rem; } figure { margin: 0; } figcaption small { color: var(--soft); display: block; }
.force { border: 2px solid var(--bad); border-radius: .4rem; margin: .5rem 0; padding: .6rem .8rem; } .inner { display: block; padding-left: 1.2rem; } .deeper { padding-left: 2.4rem; }
dd.code { font: 12px ui-monospace, monospace; overflow-wrap: anywhere; }
svg .track { fill: var(--tint); } svg .range { stroke: var(--ink); stroke-width: 2; }
.legend { color: var(--soft); font-size: .8rem; margin: .25rem 0 .5rem; } .legend i { border-radius: 2px; display: inline-block; height: .7rem; margin: 0 .3rem 0 .9rem; width: .7rem; }
footer { border-top: 1px solid var(--line); color: var(--soft); font-size: .85rem; margin-top: 3rem; padding-top: .75rem; } footer p { margin: .25rem 0; }
`;
