import type { ModelPicture } from '../evaluation/pictures.ts';
import { type Curve, curveLegend, curveSvg } from './curve-svg.ts';
import { histogramSvg } from './histogram-svg.ts';
import { html, type Markup } from './markup.ts';
import type { Section } from './page.ts';

/** ROC, reliability and scores of a version, with the champion's behind them. */
export function pictureSections(
  version: number,
  champion: number | undefined,
  pictures: readonly ModelPicture[],
): Section[] {
  const own = pictures.find((picture) => picture.version === version);
  if (own === undefined) return [];
  const other = pictures.find((picture) => picture.version === champion);
  const both = [...(other ? [{ picture: other, tone: 'old' as const }] : []), { picture: own, tone: 'new' as const }];
  const named = both.map(({ picture, tone }) => ({ name: `v${picture.version}`, tone }));
  const figures = [...roc(both), reliability(both), scores(own, other)];
  return [{ title: 'Pictures', body: html`${curveLegend(named)}<div class="figures">${figures}</div>` }];
}

type Drawn = readonly { readonly picture: ModelPicture; readonly tone: Curve['tone'] }[];

function roc(both: Drawn): Markup[] {
  const curves = both.flatMap(({ picture, tone }) =>
    picture.roc && picture.roc.length > 0 ? [{ name: `v${picture.version}`, tone, points: picture.roc }] : [],
  );
  if (curves.length === 0) return [];
  const axes = { x: 'false positive rate', y: 'true positive rate', range: [0, 1], diagonal: 'a coin' } as const;
  return [figure('ROC', curveSvg(curves, axes), 'further up and left is better')];
}

function reliability(both: Drawn): Markup {
  const curves = both.map(({ picture, tone }) => ({
    ...{ name: `v${picture.version}`, tone, dots: true },
    points: picture.reliability.map(({ predicted, observed }) => [predicted, observed] as const),
  }));
  const task = both.at(-1)?.picture.task;
  const regression = task === 'regression';
  const ends = curves.flatMap(({ points }) => points.flat());
  const range = regression ? ([Math.min(...ends), Math.max(...ends)] as const) : ([0, 1] as const);
  const words = regression
    ? { x: 'predicted', y: 'what came' }
    : task === 'binary-classification'
      ? { x: 'predicted probability', y: 'share of positives' }
      : { x: 'predicted probability', y: 'share of right answers' };
  const drawing = curveSvg(curves, { ...words, range, diagonal: 'said and came alike' });
  return figure('Reliability', drawing, 'tenths of the rows; on the diagonal what was said is what came');
}

function scores(own: ModelPicture, other: ModelPicture | undefined): Markup {
  const { low, high, counts } = own.scores;
  const step = (high - low) / counts.length;
  const labels = counts.map((_, bin) => String(Number((low + bin * step).toPrecision(3))));
  const same = other && other.scores.low === low && other.scores.high === high;
  const reference = same ? other.scores.counts : counts.map(() => 0);
  const words = same ? 'shares of rows by score; the champion’s behind' : 'shares of rows by score';
  return figure('Scores', histogramSvg({ labels, reference, current: counts }, false), words);
}

function figure(title: string, drawing: Markup, says: string): Markup {
  return html`<figure><figcaption><strong>${title}</strong><small>${says}</small></figcaption>${drawing}</figure>`;
}
