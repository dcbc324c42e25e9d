import type { FastifyInstance, FastifyReply } from 'fastify';
import { compareVersions, type VersionDifference } from '../../../decision/compare-versions.ts';
import { gatherEvidence } from '../../../decision/gather.ts';
import { gatherSide } from '../../../decision/gather-side.ts';
import { type Explanation, tellStory } from '../../../decision/story.ts';
import { sha256 } from '../../../platform/connect-evidence.ts';
import { modelCard } from '../../../report/model-card.ts';
import { versionPage } from '../../../report/version-page.ts';
import { differenceQuery, modelParams, versionParams } from '../../requests.ts';
import { needs } from '../auth.ts';
import { behaviourOf } from '../behaviour.ts';
import type { ApiContext } from '../context.ts';
import { parse } from '../failures.ts';

/** Why a version is what it is, as JSON, as a model card and as a page; and what is different between two. From stored evidence alone. */
export function evidenceRoutes(app: FastifyInstance, context: ApiContext): void {
  const { registry, store } = context;
  const place = { registry, store, sha256 };
  const stored = async (params: unknown) => {
    const { model, version } = parse(versionParams, params, 'path');
    return await gatherEvidence(place, model, version);
  };
  app.get(
    '/v1/models/:model/versions/:version/explanation',
    needs.reading,
    async ({ params }): Promise<Explanation> => {
      return tellStory(await stored(params));
    },
  );
  app.get('/v1/models/:model/versions/:version/card', needs.reading, async ({ params }, reply) => {
    return await text(reply, 'text/markdown', modelCard(tellStory(await stored(params))));
  });
  app.get('/v1/models/:model/versions/:version/report', needs.reading, async ({ params }, reply) => {
    const evidence = await stored(params);
    return await text(reply, 'text/html', versionPage(tellStory(evidence), evidence.evaluation?.report?.pictures));
  });
  app.get('/v1/models/:model/difference', needs.reading, async ({ params, query }): Promise<VersionDifference> => {
    const { model } = parse(modelParams, params, 'path');
    const { from, to } = parse(differenceQuery, query, 'query');
    const [before, after] = await Promise.all([gatherSide(place, model, from), gatherSide(place, model, to)]);
    return compareVersions(before, after, await behaviourOf(context, model, from, to));
  });
}

async function text(reply: FastifyReply, type: string, body: string): Promise<string> {
  reply.header('content-type', `${type}; charset=utf-8`);
  return body;
}
