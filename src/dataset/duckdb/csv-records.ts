/** A record of a CSV file: each value as it is spelled, with its quotes. */
export interface CsvRecord {
  /** Of its first line, counted from 1. */
  readonly line: number;
  readonly values: readonly string[];
}

/** What is wrong with a file; the line is counted from 1. */
export class CsvFault extends Error {
  readonly line: number;
  constructor(line: number, says: string) {
    super(`line ${line} ${says}`);
    this.line = line;
  }
}

/**
 * Cuts the text of a file into its records (RFC 4180, commas), piece by piece; a value may hold line ends inside of quotes. Lines that
 * are empty are none.
 * @throws CsvFault
 */
export async function* csvRecords(pieces: AsyncIterable<string>): AsyncGenerator<CsvRecord> {
  let [line, begun] = [0, 1];
  let record = new RecordInParts();
  for await (const text of linesOf(pieces)) {
    line += 1;
    if (!record.isOpen) begun = line;
    if (!record.isOpen && (text === '' || text === '\r')) continue;
    const values = record.add(text, begun);
    if (values === null) continue;
    yield { line: begun, values };
    record = new RecordInParts();
  }
  if (record.isOpen) throw new CsvFault(begun, 'begins a quoted value that does not end');
}

/** A line without its line feed; the last one may have none. */
async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  // Joined once: a line of many columns comes in several pieces.
  let begun: string[] = [];
  for await (const piece of pieces) {
    let at = 0;
    for (let end = piece.indexOf('\n'); end >= 0; end = piece.indexOf('\n', at)) {
      yield begun.length === 0 ? piece.slice(at, end) : [...begun, piece.slice(at, end)].join('');
      begun = [];
      at = end + 1;
    }
    if (at < piece.length) begun.push(piece.slice(at));
  }
  if (begun.length > 0) yield begun.join('');
}

/** A quote that is never closed would take in the rest of the file. */
const longestValue = 2 ** 21;

class RecordInParts {
  readonly #values: string[] = [];
  /** Lines of a quoted value that goes on in the next one; none where no quote is open. */
  #open: string[] = [];
  #openLength = 0;

  get isOpen(): boolean {
    return this.#open.length > 0;
  }

  /** The values, once the line is the record's last. */
  add(line: string, begun: number): readonly string[] | null {
    const text = line.endsWith('\r') ? line.slice(0, -1) : line;
    if (!this.isOpen && !text.includes('"')) return text.split(',');
    let at = 0;
    while (at <= text.length) {
      const end = this.isOpen ? quotedEnd(text, at, begun) : valueEnd(text, at, begun);
      // The carriage return was inside of the quotes.
      if (end === null) return this.#keep(line.slice(at), begun);
      this.#values.push([...this.#open, text.slice(at, end)].join('\n'));
      this.#open = [];
      at = end + 1;
    }
    return this.#values;
  }

  #keep(part: string, begun: number): null {
    this.#openLength = part.length + 1 + (this.isOpen ? this.#openLength : 0);
    if (this.#openLength > longestValue) throw new CsvFault(begun, 'has a quoted value that does not end');
    this.#open.push(part);
    return null;
  }
}

/** Where the value that starts at `at` ends; null where its quote is still open. */
function valueEnd(text: string, at: number, line: number): number | null {
  let start = at;
  while (text[start] === ' ') start += 1;
  if (text[start] === '"') return quotedEnd(text, start + 1, line);
  const comma = text.indexOf(',', at);
  return comma < 0 ? text.length : comma;
}

/** The same for a value whose quote was opened before `from`. */
function quotedEnd(text: string, from: number, line: number): number | null {
  let close = text.indexOf('"', from);
  while (close >= 0 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
  if (close < 0) return null;
  let end = close + 1;
  while (text[end] === ' ') end += 1;
  if (end < text.length && text[end] !== ',') throw new CsvFault(line, 'has text behind a closing quote');
  return end;
}
