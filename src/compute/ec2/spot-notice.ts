const metadataService = 'http://169.254.169.254';
const answerMs = 1_000;

/** Either the cloud takes the machine back at `time` (ISO instant, two minutes ahead as a rule), or the watch was called off. */
export type SpotWatch =
  | { readonly kind: 'interrupted'; readonly action: string; readonly time: string }
  | { readonly kind: 'called-off' };

/**
 * Watches the machine's own metadata service (version 2 tokens) for the notice that the cloud takes the machine back.
 * A service that does not answer is asked again: a worker that trains must not end because of its watch.
 *
 * @param endpoint of the metadata service; default AWS_EC2_METADATA_SERVICE_ENDPOINT, else the link-local address of EC2.
 */
export async function watchSpotNotice({
  endpoint = process.env.AWS_EC2_METADATA_SERVICE_ENDPOINT || metadataService,
  everyMs = 2_000,
  signal,
}: {
  readonly endpoint?: string;
  readonly everyMs?: number;
  readonly signal: AbortSignal;
}): Promise<SpotWatch> {
  const service = new MetadataService(endpoint.replace(/\/+$/, ''));
  while (!signal.aborted) {
    const notice = await service.spotNotice().catch(() => null);
    if (notice !== null) return { kind: 'interrupted', ...notice };
    await pause(everyMs, signal);
  }
  return { kind: 'called-off' };
}

class MetadataService {
  readonly #endpoint: string;
  #token: string | null = null;

  constructor(endpoint: string) {
    this.#endpoint = endpoint;
  }

  /** Null: no notice so far. */
  async spotNotice(): Promise<{ readonly action: string; readonly time: string } | null> {
    this.#token ??= await this.#newToken();
    const answer = await fetch(`${this.#endpoint}/latest/meta-data/spot/instance-action`, {
      headers: { 'x-aws-ec2-metadata-token': this.#token },
      signal: AbortSignal.timeout(answerMs),
    });
    const text = await answer.text();
    if (answer.status === 401) this.#token = null;
    return answer.ok ? noticeIn(text) : null;
  }

  async #newToken(): Promise<string> {
    const answer = await fetch(`${this.#endpoint}/latest/api/token`, {
      method: 'PUT',
      headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '21600' },
      signal: AbortSignal.timeout(answerMs),
    });
    const token = await answer.text();
    if (!answer.ok) throw new Error(`the metadata service gives no token: ${answer.status}`);
    return token;
  }
}

function noticeIn(text: string): { readonly action: string; readonly time: string } {
  const { action, time } = JSON.parse(text) as { readonly action?: string; readonly time?: string };
  return { action: action ?? 'terminate', time: time ?? '' };
}

/** Ends early when the watch is called off. Does not keep a process alive that has nothing else to do. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  // Called off while the service was being asked: the event has passed and will not come again.
  if (signal.aborted) return;
  await new Promise<void>((done) => {
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      done();
    };
    const timer = setTimeout(finish, ms).unref();
    signal.addEventListener('abort', finish);
  });
}
