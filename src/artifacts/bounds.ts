import { PerennialError } from '../errors/error.ts';

/** The longest that a signature of S3 may be valid. */
const maxLinkSeconds = 7 * 86_400;

/** @throws PRN-ARTIFACTS-006 unless both are whole numbers with 0 <= start <= endInclusive */
export function checkRange(key: string, start: number, endInclusive: number): void {
  const isFine =
    Number.isSafeInteger(start) && Number.isSafeInteger(endInclusive) && start >= 0 && endInclusive >= start;
  if (isFine) return;
  const message = `The bytes ${start} to ${endInclusive} of the object "${key}" are no range`;
  throw new PerennialError('PRN-ARTIFACTS-006', { message, details: { key, start, endInclusive } });
}

/** @throws PRN-ARTIFACTS-006 unless `seconds` is a whole number from one to seven days */
export function checkLifetime(key: string, seconds: number): void {
  if (Number.isSafeInteger(seconds) && seconds >= 1 && seconds <= maxLinkSeconds) return;
  const message = `A link to the object "${key}" cannot be valid for ${seconds} seconds, only for 1 to ${maxLinkSeconds}`;
  throw new PerennialError('PRN-ARTIFACTS-006', { message, details: { key, seconds } });
}
