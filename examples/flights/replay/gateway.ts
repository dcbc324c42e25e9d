import * as http from 'node:http';
import * as https from 'node:https';

export interface Reply {
  readonly status: number;
  readonly body: string;
}

/** A gateway over connections that stay open. */
export interface Gateway {
  /** Rejects with the network's error; an answer of any status is a reply. */
  post(path: string, body: string): Promise<Reply>;
  /** Closes all connections; requests that are under way reject. */
  close(): void;
}

const timeoutMs = 10_000;

export function connectGateway(url: string, connections: number): Gateway {
  const base = new URL(url);
  const secure = base.protocol === 'https:';
  const options = { keepAlive: true, maxSockets: connections, maxFreeSockets: connections };
  const agent = secure ? new https.Agent(options) : new http.Agent(options);
  const { request } = secure ? https : http;
  const open = new Set<http.ClientRequest>();
  let closed = false;

  const send = (path: string, body: string) =>
    new Promise<Reply>((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      const sent = request(new URL(path, base), { method: 'POST', agent, headers, timeout: timeoutMs }, (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (part: string) => {
          text += part;
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: text }));
        answer.on('error', reject);
      });
      open.add(sent);
      sent.on('close', () => open.delete(sent));
      sent.on('timeout', () => sent.destroy(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' })));
      sent.on('error', (error) => reject(Object.assign(error, { reused: sent.reusedSocket })));
      sent.end(body);
    });

  return {
    // A server may close an idle connection just as it is used again: that says nothing about the gateway.
    post: (path, body) =>
      send(path, body).catch((error: unknown) => {
        if (closed || !isStale(error)) throw error;
        return send(path, body);
      }),
    close: () => {
      closed = true;
      for (const request of open) request.destroy();
      agent.destroy();
    },
  };
}

function isStale(error: unknown): boolean {
  return (
    error instanceof Error &&
    'reused' in error &&
    error.reused === true &&
    'code' in error &&
    error.code === 'ECONNRESET'
  );
}
