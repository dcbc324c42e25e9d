/** How many equal bins of probability the calibration is looked at in. */
export const calibrationBins = 10;

/** Bins are closed above, as in scikit-learn's calibration curve. */
export function calibrationBin(probability: number): number {
  return Math.min(calibrationBins - 1, Math.max(0, Math.ceil(probability * calibrationBins) - 1));
}
