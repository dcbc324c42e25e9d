import Fastify, { type FastifyInstance } from 'fastify';
import { PerennialError } from '../../errors/error.ts';
import { openFastLane } from './fast-lane.ts';
import type { GatewayParts } from './gateway-parts.ts';
import { addHealthPaths } from './health-paths.ts';
import { addInferPaths } from './infer-paths.ts';
import { addOpenApiPath } from './openapi.ts';
import { predictCall } from './predict-call.ts';
import { addPredictPaths } from './predict-paths.ts';
import { errorReply, retryHeaders, sendJson } from './replies.ts';

/** The HTTP side, not listening yet. */
export function createServer(parts: GatewayParts): FastifyInstance {
  const { logger, limits } = parts;
  const app = Fastify({ logger: false, bodyLimit: limits.bodyBytes, keepAliveTimeout: idleMs, http: httpLimits });
  // Without a schema: a second look at every number costs more than the prediction.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_, body, done) => {
    const parsed = parseBody(String(body));
    if (parsed instanceof PerennialError) done(parsed);
    else done(null, parsed.value);
  });
  app.setErrorHandler((error, request, reply) => {
    const { status, error: body } = errorReply(error);
    parts.metrics.refused(body.code);
    if (status >= 500) logger.warn({ code: body.code, path: request.url }, body.message);
    for (const [name, value] of retryHeaders(status, body.details)) reply.header(name, value);
    // The Open Inference Protocol wants one string.
    const text = request.url.startsWith('/v2/') ? `${body.code}: ${body.message} ${String(body.hint)}` : body;
    sendJson(reply, { error: text }, status);
  });
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
    handle: (head, body, respond) => predictCall(parts, head, () => bodyOf(body), respond),
  });
  app.addHook('preClose', async () => lane.close());
  return app;
}

const idleMs = 72_000;
/** A head or a body that arrives drop by drop is given up. */
const httpLimits = { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 2_000 } as const;

/** @throws PRN-GATEWAY-001 */
function bodyOf(text: string): unknown {
  const parsed = parseBody(text);
  if (parsed instanceof PerennialError) throw parsed;
  return parsed.value;
}

/** A body is JSON whatever its content type says: `curl -d` calls it a form. */
function parseBody(text: string): { readonly value: unknown } | PerennialError {
  if (text === '') return { value: undefined };
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return new PerennialError('PRN-GATEWAY-001', { message: `The body is not JSON: ${why}.` });
  }
}
