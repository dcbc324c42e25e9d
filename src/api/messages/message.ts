import { PerennialError } from '../../errors/error.ts';
import { triggerBody } from '../requests.ts';

/** What a message asks for: a model by its name, or those whose data an object belongs to. */
export type Wanted =
  | { readonly by: 'model'; readonly model: string; readonly asOf: string | null; readonly reason: string | null }
  | { readonly by: 'object'; readonly bucket: string; readonly key: string };

export interface Message {
  readonly source: string;
  /** Null: the sender gave none, and a second delivery cannot be known. */
  readonly id: string | null;
  /** When it happened, by the sender's clock. */
  readonly time: string | null;
  readonly wanted: readonly Wanted[];
}

export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The model, instant and reason of a plain message, or of the data of a CloudEvent. */
export function readPlain(json: unknown) {
  const read = triggerBody.safeParse(json);
  if (read.success) return read.data;
  const told = read.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`).join('; ');
  throw unreadable(told);
}

export function unreadable(why: string): PerennialError {
  return new PerennialError('PRN-API-003', { message: `The message is not valid: ${why}.` });
}

export const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
