import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Ec2Server {
  readonly endpoint: string;
  /** Actions that were asked, with their parameters, oldest first. */
  readonly asked: readonly URLSearchParams[];
  /** Answers for the requests to come; the last one stays. */
  answer(...answers: readonly Answer[]): void;
  close(): Promise<void>;
}

export type Answer = (response: ServerResponse) => void;

/** A loopback stand-in that speaks EC2's query protocol word for word as the test says: what the fake cloud cannot be made to answer. */
export async function startEc2Server(): Promise<Ec2Server> {
  const asked: URLSearchParams[] = [];
  let answers: readonly Answer[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    asked.push(new URLSearchParams(body));
    const [next, ...rest] = answers;
    if (rest.length > 0) answers = rest;
    next?.(response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    answer: (...next) => {
      answers = next;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

export function says(action: string, xml: string): Answer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/xml' });
    response.end(`<${action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">${xml}</${action}Response>`);
  };
}

export function refuses(status: number, code: string, message = 'no'): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'text/xml' });
    response.end(
      `<?xml version="1.0"?><Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>r</RequestID></Response>`,
    );
  };
}

export const hangsUp: Answer = (response) => void response.destroy();
export const saysNothing: Answer = () => undefined;
export const brokenGateway: Answer = (response) => {
  response.writeHead(502, { 'content-type': 'text/html' });
  response.end('<html><body>Bad Gateway</body></html>');
};

export function instanceXml(id: string, state: string, tags: Readonly<Record<string, string>>): string {
  const items = Object.entries(tags).map(([key, value]) => `<item><key>${key}</key><value>${value}</value></item>`);
  return `<item><instanceId>${id}</instanceId><instanceState><name>${state}</name></instanceState><instanceType>g4dn.xlarge</instanceType><launchTime>2026-11-21T10:00:00.000Z</launchTime><clientToken>${id}-token</clientToken><tagSet>${items.join('')}</tagSet></item>`;
}
