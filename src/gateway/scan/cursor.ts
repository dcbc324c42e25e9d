/** A place in the bytes of a body, and what the JSON around it can be read with. Nothing here throws: what does not fit is refused. */
export class Cursor {
  readonly bytes: Uint8Array;
  /** The same bytes, a letter each. */
  readonly text: string;
  at = 0;
  /** Whether all since this was last set is written as the request log would write it. */
  canonical = true;

  /** @param text one letter for each byte: latin1 */
  constructor(bytes: Uint8Array, text: string) {
    this.bytes = bytes;
    this.text = text;
  }

  /** Passes one letter, and white space before it; false when another stands there. */
  pass(letter: number): boolean {
    if (this.bytes[this.at] !== letter) {
      this.skipSpace();
      if (this.bytes[this.at] !== letter) return false;
    }
    this.at += 1;
    return true;
  }

  /** Passes these letters when all of them stand here; else stays. */
  passAll(letters: Uint8Array): boolean {
    const { bytes, at } = this;
    for (let index = 0; index < letters.length; index++) if (bytes[at + index] !== letters[index]) return false;
    this.at = at + letters.length;
    return true;
  }

  skipSpace(): void {
    const { bytes } = this;
    let { at } = this;
    for (let byte = bytes[at]; byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09; byte = bytes[at])
      at += 1;
    if (at !== this.at) this.canonical = false;
    this.at = at;
  }

  /** A text without escapes, of visible ASCII; null for any other. Stands behind its first quote, and passes the last. */
  readText(): string | null {
    const { bytes, at: start } = this;
    let at = start;
    let byte = bytes[at];
    while (byte !== undefined && byte >= 0x20 && byte < 0x7f && byte !== quote && byte !== backslash) {
      at += 1;
      byte = bytes[at];
    }
    if (byte !== quote) return null;
    this.at = at + 1;
    return this.text.substring(start, at);
  }
}

export const quote = 0x22;
const backslash = 0x5c;
