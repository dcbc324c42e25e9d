import { formatNumber } from './numbers.ts';

interface Decides {
  readonly yesFrom?: number;
}

/** By which thresholds two classes were told apart; null where a half decided throughout. */
export function thresholdWords(own: Decides, champion: Decides | null): string | null {
  if (own.yesFrom === undefined && champion?.yesFrom === undefined) return null;
  const words = ({ yesFrom }: Decides) => (yesFrom === undefined ? 'above 0.5' : `from ${formatNumber(yesFrom)} on`);
  return `answers yes ${words(own)}${champion ? `, the champion ${words(champion)}` : ''}`;
}
