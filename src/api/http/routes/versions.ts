import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { PerennialError } from '../../../errors/error.ts';
import type { VersionRecord } from '../../../registry/registry.ts';
import { modelParams, versionBody } from '../../requests.ts';
import { actorOf, needs } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { parse } from '../failures.ts';

/** Versions that no run of ours has trained: models behind other servers. */
export function versionRoutes(app: FastifyInstance, context: ApiContext): void {
  app.post('/v1/models/:model/versions', needs.operating, async (request, reply) => {
    reply.code(201);
    return await register(context, request);
  });
}

/**
 * The version answers what the champion answers, to the same columns; it is judged on the champion's snapshot. The same address under the
 * same name is the same version. It is a challenger from the start, and no gate has seen it: a rollout of it overrules them.
 */
async function register({ registry }: ApiContext, request: FastifyRequest): Promise<VersionRecord> {
  const { model } = parse(modelParams, request.params, 'path');
  const { url, name, reason } = parse(versionBody, request.body, 'body');
  const [{ planDigest }, { stable }] = await Promise.all([registry.model(model), registry.route(model)]);
  if (stable === null) {
    throw new PerennialError('PRN-API-015', {
      message: `${model} has no stable version that ${url} could be held against.`,
    });
  }
  const { signature, snapshot } = await registry.version(model, stable);
  const artifact = url.replace(/\/+$/, '');
  const digest = createHash('sha256').update(`${name}\0${artifact}`).digest('hex');
  const by = actorOf(request);
  const { run } = await registry.openRun({
    ...{ model, workflowId: `register:${model}`, temporalRunId: digest, planDigest, asOf: new Date().toISOString() },
    trigger: { kind: 'manual', by: by.name, reason },
  });
  const { version } = await registry.addVersion({
    ...{ model, run, candidate: name, artifact, artifactDigest: `sha256:${digest}`, signature, snapshot },
    ...{ parameters: { url: artifact }, seed: 0, trainerMetrics: {}, environment: {} },
  });
  await registry.closeRun(run, 'completed', `v${version} is ${artifact}`, version);
  const known = await registry.version(model, version);
  if (known.state !== 'candidate') return known;
  return await registry.moveVersion({ model, version, to: 'challenger', by, reason, run });
}
