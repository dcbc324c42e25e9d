import { type FileHandle, mkdir, open, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { GatewayStore } from '../ports.ts';
import { LinePages, type Page, PagePool } from './line-pages.ts';
import type { GatewayLogger } from './logger.ts';
import { within } from './within.ts';

export interface SegmentLogOptions {
  readonly store: Pick<GatewayStore, 'put'>;
  readonly stateFolder: string;
  readonly name: string;
  readonly logger: GatewayLogger;
  /** A segment is closed and sent this long after its first line. */
  readonly segmentMs?: number;
  readonly onUpload?: (ok: boolean) => void;
}

interface Segment {
  readonly path: string;
  readonly lines: LinePages;
  file: FileHandle | null;
  /** Writes of one segment stand in line. */
  written: Promise<void>;
}

const flushMs = 50;
const longestUploadMs = 60_000;
const lastUploadMs = 5_000;

/**
 * Lines go to memory, within 50 ms to a spool file, within a second to the object store as a segment that never changes again. A spool
 * file lies under its future key, so a gateway that was killed leaves nothing to be guessed: whatever is there is sent at the next start.
 */
export class SegmentLog {
  readonly #options: SegmentLogOptions;
  readonly #spool: string;
  readonly #open = new Map<string, Segment>();
  readonly #pages = new PagePool();
  /** Sorts after the segments of every earlier process of this name. */
  readonly #boot = Date.now();
  #sequence = 0;
  /** Rotations stand in line: who waits for one waits for those before it, too. */
  #rotated: Promise<void> = Promise.resolve();
  #unsent: string[] = [];
  #uploading: Promise<void> | null = null;
  #uploadFailed = false;
  #flushing: NodeJS.Timeout | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SegmentLogOptions) {
    this.#options = options;
    this.#spool = join(options.stateFolder, 'spool');
  }

  /** Takes over what an earlier gateway left, then sends at a steady pace. */
  async start(): Promise<void> {
    this.#unsent = await leftOver(this.#spool);
    if (this.#unsent.length > 0) this.#options.logger.info({ segments: this.#unsent.length }, 'left-over log found');
    this.#timer = setInterval(() => void this.#rotate().then(() => this.#upload()), this.#options.segmentMs ?? 800);
    this.#timer.unref();
  }

  /** `stream` is the key's folder: `requests/<model>/<day>`. Never waits. */
  append(stream: string, line: string): void {
    let segment = this.#open.get(stream);
    if (segment === undefined) {
      segment = this.#begin(stream);
      this.#open.set(stream, segment);
    }
    if (segment.lines.add(line)) this.#flush(segment);
    else this.#flushing ??= setTimeout(() => this.#flushAll(), flushMs);
  }

  /** Resolves when every line so far is in a file: it survives a kill. */
  async spooled(): Promise<void> {
    this.#flushAll();
    await Promise.all([this.#rotated, ...[...this.#open.values()].map(({ written }) => written)]);
  }

  /** Segments that the object store does not have yet. */
  unsent(): number {
    return this.#unsent.length;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#rotate();
    const sent = (this.#uploading ?? Promise.resolve()).then(() => this.#upload());
    // What a silent store does not take in time lies on disk for the next start.
    await within(sent, lastUploadMs).catch(() => undefined);
  }

  #begin(stream: string): Segment {
    this.#sequence += 1;
    // As wide as a gateway's life is long: names are sorted by it, and what is left over is sent in the order of the names.
    const sequence = `${this.#boot}${String(this.#sequence).padStart(9, '0')}`;
    const path = join(this.#spool, ...stream.split('/'), `${this.#options.name}-${sequence}.ndjson`);
    return { path, lines: new LinePages(this.#pages), file: null, written: Promise.resolve() };
  }

  #flushAll(): void {
    clearTimeout(this.#flushing);
    this.#flushing = undefined;
    for (const segment of this.#open.values()) this.#flush(segment);
  }

  #flush(segment: Segment): void {
    for (const page of segment.lines.takeAll())
      segment.written = segment.written.then(() => this.#write(segment, page));
  }

  /** A full disk must not end the gateway: the lines are lost, and it says so. */
  async #write(segment: Segment, page: Page): Promise<void> {
    try {
      if (segment.file === null) {
        await mkdir(dirname(segment.path), { recursive: true });
        segment.file = await open(segment.path, 'a');
      }
      // All of it: a single write may take only a part.
      await segment.file.appendFile(page);
    } catch (error) {
      this.#lost(`${page.length} bytes`, segment, error);
    } finally {
      this.#pages.giveBack(page);
    }
  }

  /** Closes every open segment and lines it up to be sent. */
  #rotate(): Promise<void> {
    this.#rotated = this.#rotated.then(() => this.#closeOpen());
    return this.#rotated;
  }

  async #closeOpen(): Promise<void> {
    this.#flushAll();
    const closing = [...this.#open.values()];
    this.#open.clear();
    await Promise.all(closing.map(({ written }) => written));
    for (const segment of closing) {
      if (segment.file === null) continue;
      // Some file systems say only now that they had no room. What is there is sent, and the other segments are closed, too.
      await segment.file.close().catch((error: unknown) => this.#lost('some', segment, error));
      this.#unsent.push(segment.path);
    }
  }

  #lost(much: string, { path }: Segment, error: unknown): void {
    const message = `PRN-GATEWAY-014 ${much} of the request log lost: ${path} cannot be written`;
    this.#options.logger.error({ error: String(error) }, message);
  }

  async #upload(): Promise<void> {
    this.#uploading ??= this.#sendAll().finally(() => {
      this.#uploading = null;
    });
    await this.#uploading;
  }

  /** Stops at the first failure: the next round begins with it again. */
  async #sendAll(): Promise<void> {
    for (let path = this.#unsent[0]; path !== undefined; path = this.#unsent[0]) {
      const key = relative(this.#spool, path).split(sep).join('/');
      try {
        // An earlier process may have sent it and died before removing it: the same bytes lie there.
        await within(this.#options.store.put(key, { path }, { ifAbsent: true }), longestUploadMs);
        await rm(path, { force: true });
      } catch (error) {
        this.#options.onUpload?.(false);
        const message = `PRN-GATEWAY-014 request log not sent; ${this.#unsent.length} segments wait in ${this.#spool}`;
        if (!this.#uploadFailed) this.#options.logger.warn({ error: String(error) }, message);
        this.#uploadFailed = true;
        return;
      }
      this.#uploadFailed = false;
      this.#options.onUpload?.(true);
      this.#unsent.shift();
    }
  }
}

/** A kill in the middle of a write leaves half a line, which is cut off. */
async function leftOver(spool: string): Promise<string[]> {
  const entries = await readdir(spool, { recursive: true, withFileTypes: true }).catch(() => []);
  const paths: string[] = [];
  for (const entry of entries) {
    if (!entry.isFile() || !entry.name.endsWith('.ndjson')) continue;
    const path = join(entry.parentPath, entry.name);
    const content = await readFile(path);
    const end = content.lastIndexOf(0x0a) + 1;
    if (end < content.length) await truncate(path, end);
    if (end > 0) paths.push(path);
    else await rm(path, { force: true });
  }
  return paths.sort();
}
