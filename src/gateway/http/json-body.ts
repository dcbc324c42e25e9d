import { PerennialError } from '../../errors/error.ts';

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
