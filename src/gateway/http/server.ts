import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { PerennialError } from '../../errors/error.ts';
import { openFastLane } from './fast-lane.ts';
import type { GatewayParts } from './gateway-parts.ts';
import { addHealthPaths } from './health-paths.ts';
import { addInferPaths } from './infer-paths.ts';
import { parseJson, readBody } from './json-body.ts';
import { endMalformed } from './malformed.ts';
import { addOpenApiPath } from './openapi.ts';
import { predictCall } from './predict-call.ts';
import { addPredictPaths } from './predict-paths.ts';
import { errorReply, retryHeaders, sendJson } from './replies.ts';

/** The HTTP side, not listening yet. */
export function createServer(parts: GatewayParts): FastifyInstance {
  const { limits } = parts;
  const app = Fastify({
    logger: false,
    bodyLimit: limits.bodyBytes,
    keepAliveTimeout: idleMs,
    http: httpLimits,
    clientErrorHandler: (error, socket) => endMalformed(parts.metrics, error, socket),
    // An address that cannot be decoded belongs to no path, and so to no error handler.
    frameworkErrors: (error, request, reply) => {
      const message = `${request.method} ${request.url.slice(0, 200)} cannot be read: ${error.message}.`;
      sendRefusal(parts, new PerennialError('PRN-GATEWAY-018', { message }), request, reply);
    },
  });
  // Without a schema: a second look at every number costs more than the prediction.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => {
    const encoding = request.headers['content-encoding'] ?? 'identity';
    if (encoding !== 'identity') return done(wrongEncoding(encoding));
    // Tensors may follow the JSON there: the path reads its body itself.
    if (request.url.startsWith('/v2/')) return done(null, body);
    try {
      done(null, parseJson(typeof body === 'string' ? Buffer.from(body) : body));
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  });
  app.setErrorHandler((error, request, reply) => sendRefusal(parts, error, request, reply));
  app.setNotFoundHandler((request) => {
    throw new PerennialError('PRN-GATEWAY-003', { message: `There is no ${request.method} ${request.url} here.` });
  });
  addPredictPaths(app, parts);
  addInferPaths(app, parts);
  addHealthPaths(app, parts);
  addOpenApiPath(app, parts.keeper);
  app.server.maxConnections = limits.connections;
  const lane = openFastLane(app.server, {
    idleMs,
    bodyBytes: limits.bodyBytes,
    handle: (head, body, respond) =>
      predictCall(parts, head, (signature) => readBody(body, signature, limits.rows), respond),
  });
  app.addHook('preClose', async () => lane.close());
  return app;
}

function sendRefusal(parts: GatewayParts, error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { status, error: body } = errorReply(isTooLarge(error) ? tooLarge(parts.limits.bodyBytes) : error);
  parts.metrics.refused(body.code);
  if (status >= 500) parts.logger.warn({ code: body.code, path: request.url }, body.message);
  for (const [name, value] of retryHeaders(status, body.details)) reply.header(name, value);
  // The Open Inference Protocol wants one string.
  const text = request.url.startsWith('/v2/') ? `${body.code}: ${body.message} ${String(body.hint)}` : body;
  sendJson(reply, { error: text }, status);
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'FST_ERR_CTP_BODY_TOO_LARGE';
}

function tooLarge(bodyBytes: number): PerennialError {
  return new PerennialError('PRN-GATEWAY-017', {
    message: `A body may have ${bodyBytes} bytes.`,
    details: { bodyBytes },
  });
}

function wrongEncoding(encoding: string): PerennialError {
  return new PerennialError('PRN-GATEWAY-019', { message: `The body is encoded as ${encoding}.` });
}

const idleMs = 72_000;
/** A head or a body that arrives drop by drop is given up. */
const httpLimits = { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 2_000 } as const;
