import type { Answer } from './answer.ts';
import type { FeatureRow } from './features.ts';
import type { Signature } from './predictor.ts';
import type { RequestLogLine } from './request-log.ts';

/** One event, before it becomes a line. */
export interface AnsweredEvent {
  readonly at: string;
  readonly id: string;
  readonly model: string;
  readonly version: number;
  readonly role: RequestLogLine['role'];
  readonly rollout: string | null;
  readonly share: number;
  readonly consumer: string | null;
  readonly holdback: boolean;
  readonly latencyMs: number;
  readonly answer: Answer | null;
  /** Null when there is an answer. */
  readonly error: string | null;
  readonly signature: Signature;
  readonly row: FeatureRow;
  /** The JSON of the row's features, as it would be put together here; null where nobody has it. */
  readonly text: string | null;
  readonly sensitive: ReadonlySet<string>;
}

/**
 * The JSON of a {@link RequestLogLine}, put together by hand: an object made for JSON.stringify costs twice as much, and this is paid
 * with every request.
 */
export function logLine(event: AnsweredEvent): string {
  const { answer } = event;
  const who = `${event.consumer === null ? '' : `,"consumer":${quoted(event.consumer)}`}${event.holdback ? ',"holdback":true' : ''}`;
  return (
    `{"at":"${event.at}","id":${quoted(event.id)}${routeText(event)},"ok":${answer !== null},"error":${event.error === null ? 'null' : quoted(event.error)}` +
    `,"latencyMs":${Math.round(event.latencyMs * 1e4) / 1e4},"score":${answer === null ? 'null' : answer.score}` +
    `,"prediction":${answer === null ? 'null' : scalar(answer.prediction)}${who},"features":${featuresOf(event)}}`
  );
}

type Routed = Pick<AnsweredEvent, 'model' | 'version' | 'role' | 'rollout' | 'share'>;

let lastRouted: Routed = { model: '', version: 0, role: 'stable', rollout: null, share: 0 };
let lastText = '';

/** What nearly every line shares with the one before. */
function routeText({ model, version, role, rollout, share }: Routed): string {
  const last = lastRouted;
  const same =
    model === last.model &&
    version === last.version &&
    role === last.role &&
    rollout === last.rollout &&
    share === last.share;
  if (same) return lastText;
  lastRouted = { model, version, role, rollout, share };
  const named = rollout === null ? 'null' : quoted(rollout);
  lastText = `,"model":${quoted(model)},"version":${version},"role":"${role}","rollout":${named},"share":${share}`;
  return lastText;
}

/** Letters that stand in JSON as they are. Most ids and names have no others, and a look is cheaper than JSON.stringify. */
const plain = /^[\w .:/@+-]*$/;

/**
 * A text as JSON that every reader takes: half a surrogate pair, which JSON lets a caller write as an escape, is replaced. DuckDB refuses a
 * whole file of lines for one.
 */
export function quoted(text: string): string {
  return plain.test(text) ? `"${text}"` : JSON.stringify(text.replace(loneSurrogates, '\ufffd'));
}

const loneSurrogates = /\p{Surrogate}/gu;

function scalar(value: string | number): string | number {
  return typeof value === 'string' ? quoted(value) : value;
}

/** Shadow lines leave them out: the stable line with the same id has them. */
function featuresOf({ role, signature, row, text: sent, sensitive }: AnsweredEvent): string {
  if (role === 'shadow') return 'null';
  const { labels, complete } = labelsOf(signature, sensitive);
  if (sent !== null && complete) return sent;
  let text = '{';
  for (let index = 0; index < labels.length; index++) {
    const label = labels[index];
    if (label === null || label === undefined) continue;
    const value = row[index] ?? null;
    text += (text.length === 1 ? '' : ',') + label + (typeof value === 'string' ? quoted(value) : value);
  }
  return `${text}}`;
}

interface Labels {
  readonly sensitive: ReadonlySet<string>;
  /** `"name":` of each feature; null for those that no log may hold. */
  readonly labels: readonly (string | null)[];
  /** Whether none is left out. */
  readonly complete: boolean;
}

const remembered = new WeakMap<Signature, Labels>();

function labelsOf(signature: Signature, sensitive: ReadonlySet<string>): Labels {
  const known = remembered.get(signature);
  if (known !== undefined && known.sensitive === sensitive) return known;
  const labels = signature.features.map(({ name }) => (sensitive.has(name) ? null : `${JSON.stringify(name)}:`));
  const made = { sensitive, labels, complete: !labels.includes(null) };
  remembered.set(signature, made);
  return made;
}
