import { Agent, request } from 'node:http';

export interface Sent {
  /** Milliseconds from the instant at which each answered request was due, ascending. */
  readonly latencies: Float64Array;
  readonly errors: number;
  /** Until the last answer. */
  readonly seconds: number;
}

const [socketsAtMost, answeredWithinMs] = [256, 5_000];

/** Sends a request at each of its times, whether or not those before are answered. */
export async function sendOpenLoop(url: string, due: Float64Array, bodies: readonly string[]): Promise<Sent> {
  const agent = new Agent({ keepAlive: true, maxSockets: socketsAtMost });
  const latencies: number[] = [];
  let errors = 0;
  const startedAt = performance.now();
  const open: Promise<void>[] = [];
  for (let next = 0; next < due.length; ) {
    const wait = (due[next] as number) - (performance.now() - startedAt);
    if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait - 1));
    else if (wait > 0) await new Promise((resolve) => setImmediate(resolve));
    else {
      const at = startedAt + (due[next] as number);
      const body = bodies[next % bodies.length] as string;
      next += 1;
      open.push(
        post(url, body, agent).then(
          (ok) => {
            if (ok) latencies.push(performance.now() - at);
            else errors += 1;
          },
          () => {
            errors += 1;
          },
        ),
      );
    }
  }
  await Promise.all(open);
  agent.destroy();
  const seconds = (performance.now() - startedAt) / 1_000;
  return { latencies: Float64Array.from(latencies).toSorted(), errors, seconds };
}

/** Whether it was answered with 200. */
async function post(url: string, body: string, agent: Agent): Promise<boolean> {
  return await new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const asked = request(url, { method: 'POST', agent, headers, timeout: answeredWithinMs }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode === 200));
      answer.once('error', reject);
    });
    asked.once('timeout', () => asked.destroy(new Error('too late')));
    asked.once('error', reject);
    asked.end(body);
  });
}
