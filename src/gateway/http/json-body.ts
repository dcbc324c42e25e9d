import { isUtf8 } from 'node:buffer';
import { PerennialError } from '../../errors/error.ts';
import { type PredictRequest, parsePredict } from '../predict-request.ts';
import type { Signature } from '../predictor.ts';
import { scanPredict } from '../scan/scan-predict.ts';

/** The rows of a prediction's body: by the scanner where it can read them, else by JSON.parse. @throws PRN-GATEWAY-001 */
export function readBody(body: Buffer, champion: Signature | null, mostRows: number): PredictRequest {
  const scanned = champion === null ? null : scanPredict(body, body.toString('latin1'), champion, mostRows);
  return scanned ?? parsePredict(parseJson(body), mostRows);
}

/**
 * A body is JSON whatever its content type says: `curl -d` calls it a form. Undefined for an empty one. Bytes that are no text are refused:
 * two categories or ids that differ would be read as one.
 * @throws PRN-GATEWAY-001
 */
export function parseJson(body: Uint8Array): unknown {
  if (body.length === 0) return undefined;
  if (!isUtf8(body)) throw new PerennialError('PRN-GATEWAY-001', { message: 'The body is not UTF-8.' });
  const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new PerennialError('PRN-GATEWAY-001', { message: `The body is not JSON: ${why}.` });
  }
}
