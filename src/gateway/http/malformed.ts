import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { PerennialError } from '../../errors/error.ts';
import type { GatewayMetrics } from './metrics.ts';
import { errorReply } from './replies.ts';

const statuses: Readonly<Record<string, number>> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };

/** Says why, and ends the connection: where one message could not be read, nobody knows where the next begins. */
export function endMalformed(
  metrics: Pick<GatewayMetrics, 'refused'>,
  error: Error & { readonly code?: string },
  socket: Socket,
): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const status = statuses[error.code ?? ''] ?? 400;
  const message =
    status === 408 ? 'The request did not arrive in time.' : `The request cannot be read: ${reasonOf(error)}.`;
  const { error: body } = errorReply(new PerennialError('PRN-GATEWAY-018', { message }));
  metrics.refused(body.code);
  const text = JSON.stringify({ error: body });
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-type: application/json; charset=utf-8`;
  if (socket.writable) socket.write(`${head}\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  socket.destroy(error);
}

/** Node's parser knows more than its message says. */
function reasonOf(error: Error): string {
  return 'reason' in error && typeof error.reason === 'string' ? error.reason : error.message;
}
