import type { Answer } from './answer.ts';
import { quoted } from './log-line.ts';
import type { Served } from './serve.ts';

/** The JSON of one answered row; `model` stands in it where it is an answer of its own. */
export function answerText(id: string, served: Served & { readonly answer: Answer }, model: string | null): string {
  const { answer } = served;
  const named = model === null ? '' : `,"model":${quoted(model)}`;
  const prediction = typeof answer.prediction === 'string' ? quoted(answer.prediction) : answer.prediction;
  let rest = '';
  if (answer.probability !== undefined) rest = `,"probability":${answer.probability}`;
  else if (answer.probabilities !== undefined) rest = `,"probabilities":${JSON.stringify(answer.probabilities)}`;
  else if (answer.value !== undefined) rest = `,"value":${answer.value}`;
  const holdback = served.holdback ? ',"holdback":true' : '';
  return `{"id":${quoted(id)}${named},"version":${served.version},"role":"${served.role}","prediction":${prediction}${rest}${holdback}}`;
}
