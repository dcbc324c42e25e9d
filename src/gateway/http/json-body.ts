import { PerennialError } from '../../errors/error.ts';
import { type PredictRequest, parsePredict } from '../predict-request.ts';
import type { Signature } from '../predictor.ts';
import { scanPredict } from '../scan/scan-predict.ts';

/** The rows of a prediction's body: by the scanner where it can read them, else by JSON.parse. @throws PRN-GATEWAY-001 */
export function readBody(body: Buffer, champion: Signature | null, mostRows: number): PredictRequest {
  const scanned = champion === null ? null : scanPredict(body, body.toString('latin1'), champion, mostRows);
  return scanned ?? parsePredict(parseJson(body.toString('utf8')), mostRows);
}

/** A body is JSON whatever its content type says: `curl -d` calls it a form. Undefined for an empty one. @throws PRN-GATEWAY-001 */
export function parseJson(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new PerennialError('PRN-GATEWAY-001', { message: `The body is not JSON: ${why}.` });
  }
}
