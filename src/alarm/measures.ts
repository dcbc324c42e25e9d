/** The part of a check that a measure belongs to. */
export type MeasureArea = 'quality' | 'drift' | 'prediction' | 'performance';

export interface Measure {
  readonly area: MeasureArea;
  /** Lower-case words with underscores, without a unit that shares or counts do not need: `effect`, `missing_share`, `auc`. */
  readonly name: string;
  /** What the area tells apart: a column; of performance `realised`, `estimated` or `reference`. Empty for the whole model. */
  readonly label: string;
}

/**
 * Reads the name of a measure of a check: `area.name` or `area.name/label`, such as `drift.effect/temp`, `quality.rows`,
 * `performance.auc/realised`. Whatever a check stores under such a name is exported to Prometheus; other names are only kept.
 */
export function readMeasure(text: string): Measure | null {
  const [, area, name, label = ''] =
    /^(quality|drift|prediction|performance)\.([A-Za-z]\w*)(?:\/(.+))?$/su.exec(text) ?? [];
  return area === undefined || name === undefined ? null : { area: area as MeasureArea, name, label };
}
