import type { Explanation } from '../decision/story.ts';
import type { ModelPicture } from '../evaluation/pictures.ts';
import { scoredByCommand } from '../training/predict-command.ts';
import { html, type Markup } from './markup.ts';
import { formatCount, formatInstant } from './numbers.ts';
import { badge, renderPage, type Section, type Tone } from './page.ts';
import { thresholdWords } from './threshold-words.ts';
import { besideSections } from './version-beside.ts';
import { comparisonSection, gateSection, sliceSection } from './version-evidence.ts';
import { pictureSections } from './version-pictures.ts';

/** A version as a page with pictures: verdicts, curves, slices, its story. Self-contained. */
export function versionPage(story: Explanation, pictures: readonly ModelPicture[] = []): string {
  const { model, version, state, headline, forced, candidate, run, evaluation, recipe } = story;
  const decides = evaluation && thresholdWords(evaluation.own, evaluation.champion);
  return renderPage({
    title: `${model} v${version}`,
    verdict: { tone: tones[state] ?? 'plain', word: forced.length > 0 ? `${state}, forced` : state },
    summary: headline,
    facts: [
      ['candidate', `${candidate} of ${run}`],
      ...(story.scoredBy ? ([['answers', scoredByCommand]] as const) : []),
      ...(decides ? ([['measured as it', decides]] as const) : []),
      ['snapshot', recipe.snapshot],
      ...(evaluation ? ([['held-out rows', formatCount(evaluation.holdoutRows)]] as const) : []),
      ['champion of that day', evaluation?.champion ? `v${evaluation.champion.version}` : 'none'],
    ],
    sections: [
      ...forceSections(story),
      ...(story.gates.length > 0 ? [gateSection(story, evaluation?.own)] : []),
      ...(evaluation
        ? [comparisonSection(evaluation.own), ...pictureSections(version, evaluation.champion?.version, pictures)]
        : []),
      ...(evaluation && evaluation.own.slices.length > 0 ? [sliceSection(evaluation.own)] : []),
      ...(evaluation?.beside ? besideSections(evaluation.beside, version) : []),
      { title: 'What happened', body: steps(story) },
      { title: 'What reproduces it', body: reproduces(story) },
    ],
    footer: footer(story),
  });
}

const tones: Readonly<Partial<Record<Explanation['state'], Tone>>> = {
  stable: 'good',
  canary: 'warn',
  shadow: 'warn',
  challenger: 'warn',
  rejected: 'bad',
  failed: 'bad',
};

function forceSections({ forced }: Explanation): Section[] {
  if (forced.length === 0) return [];
  const marks = forced.map(
    ({ at, by, via, reason, from, gates }) =>
      html`<p class="force">${badge('bad', 'forced')} <strong>${by}</strong> (${via}) overruled the gates at ${formatInstant(at)} UTC, when it was ${from}: “${reason}”.<br>Overruled: ${gates.join('; ') || 'the end of an earlier rollout'}.</p>`,
  );
  return [{ title: 'Forced past its gates', body: html`${marks}` }];
}

function steps({ steps: all }: Explanation): Markup {
  const lines = all.map(
    ({ at, what, verdict, by, via, reason, says }) =>
      html`<li><span class="plain">${formatInstant(at)}</span> ${what}: <strong>${verdict}</strong>${via === 'workflow' ? '' : ` by ${by} (${via})`}${says.length > 0 ? `; ${says.join('; ')}` : ''}${reason === '' ? null : html`<br><span class="plain">“${reason}”</span>`}</li>`,
  );
  return html`<ul>${lines}</ul>`;
}

function reproduces({ recipe: { snapshot, seed, parameters, environment, artifactDigest } }: Explanation): Markup {
  const rows: readonly (readonly [string, string])[] = [
    ['snapshot', snapshot],
    ['seed', String(seed)],
    ['parameters', JSON.stringify(parameters)],
    ...Object.entries(environment),
    ['sha256 of the artifact', artifactDigest],
  ];
  return html`<dl>${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd class="code">${value}</dd></div>`)}</dl>`;
}

function footer({ checked, evaluation }: Explanation): string[] {
  const { evidence, derived, different, notDerivable } = checked;
  const state = {
    intact: `The evaluation in the store is the one that was decided on (sha256 ${evaluation?.digest ?? ''}).`,
    changed: 'The evaluation in the store is NOT the one that was decided on.',
    missing: 'The evaluation is not in the store any more.',
    unnamed: 'The decision does not name the digest of its evaluation: an earlier release made it.',
    none: 'It was never judged.',
  }[evidence];
  const otherwise = different.length > 0 ? ` ${different.length} come out OTHERWISE: ${different.join('; ')}.` : '';
  const kept = notDerivable > 0 ? ` ${notDerivable} keep too little to be derived.` : '';
  return [
    state,
    `${derived - different.length} of ${derived} verdicts follow again from the stored figures.${otherwise}${kept}`,
    'Intervals hold together at their confidence over all comparisons of all challengers. Everything here was stored when it was decided; nothing is measured anew.',
  ];
}
