/** A run of lines as bytes. */
export type Page = Uint8Array;

const pageBytes = 256 * 1024;
/** Lines are made bytes a few at a time: one by one the calls cost more, and a longer text would outlive a collection of garbage. */
const textLength = 4 * 1024;
/** A UTF-16 unit takes at most three bytes of UTF-8. */
const bytesOfUnit = 3;
const keptPages = 4;

/** Memory for lines on their way to a file, used again and again: hundreds of pages a second would otherwise be asked of the system. */
export class PagePool {
  readonly #free: Buffer[] = [];

  take(bytes: number): Buffer {
    const page = bytes <= pageBytes ? this.#free.pop() : undefined;
    return page ?? Buffer.allocUnsafeSlow(Math.max(bytes, pageBytes));
  }

  /** The caller looks at no part of the page any more. */
  giveBack({ buffer }: Page): void {
    if (buffer.byteLength === pageBytes && this.#free.length < keptPages) this.#free.push(Buffer.from(buffer));
  }
}

/** Lines that wait for their file, as bytes: a text put together of many is copied over and over while it waits. */
export class LinePages {
  readonly #pool: PagePool;
  #text = '';
  #page: Buffer | null = null;
  #used = 0;
  #full: Page[] = [];

  constructor(pool: PagePool) {
    this.#pool = pool;
  }

  /** @returns whether a page is full */
  add(line: string): boolean {
    this.#text += `${line}\n`;
    if (this.#text.length >= textLength) this.#encode();
    return this.#full.length > 0;
  }

  /** All lines so far, whole lines to a page; the pages are the caller's until they go back to the pool. */
  takeAll(): readonly Page[] {
    if (this.#text !== '') this.#encode();
    this.#closePage();
    const pages = this.#full;
    this.#full = [];
    return pages;
  }

  #encode(): void {
    const most = this.#text.length * bytesOfUnit;
    if (this.#page !== null && this.#used + most > this.#page.length) this.#closePage();
    this.#page ??= this.#pool.take(most);
    this.#used += this.#page.write(this.#text, this.#used, 'utf8');
    this.#text = '';
  }

  #closePage(): void {
    if (this.#page !== null) this.#full.push(this.#page.subarray(0, this.#used));
    this.#page = null;
    this.#used = 0;
  }
}
