import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on the loopback interface that answers as the test says; for what a healthy S3 server never does. */
export async function startAnswering(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ readonly endpoint: string; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    request.resume();
    request.once('end', () => answer(request, response));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { endpoint: `http://127.0.0.1:${port}`, stop };
}

/** A refusal as Amazon words it: without a body where the request was HEAD. */
export function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { status, code, text, headers = {} }: Refusal,
): void {
  response.writeHead(status, { 'content-type': 'application/xml', ...headers });
  const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${text}</Message></Error>`;
  response.end(request.method === 'HEAD' ? '' : body);
}

export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}
