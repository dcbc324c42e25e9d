import Fastify, { type FastifyInstance } from 'fastify';
import { PerennialError } from '../../errors/error.ts';
import type { GatewayParts } from './gateway-parts.ts';
import { addHealthPaths } from './health-paths.ts';
import { addInferPaths } from './infer-paths.ts';
import type { GatewayLogger } from './logger.ts';
import { addPredictPaths } from './predict-paths.ts';
import { errorReply, sendJson } from './replies.ts';

export interface ServerOptions {
  readonly bodyLimitBytes: number;
  readonly logger: GatewayLogger;
}

/** The HTTP side, not listening yet. */
export function createServer(parts: GatewayParts, { bodyLimitBytes, logger }: ServerOptions): FastifyInstance {
  const app = Fastify({ logger: false, bodyLimit: bodyLimitBytes });
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
    if (status === 503) reply.header('retry-after', '1');
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
  return app;
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
