import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { PerennialError } from '../../../errors/error.ts';
import type { EvaluationReport } from '../../../evaluation/report.ts';
import type { CheckReport } from '../../../monitor/report.ts';
import type { NoticeRecord } from '../../../notice/book.ts';
import { checkPage } from '../../../report/check-page.ts';
import { evidencePage } from '../../../report/evidence-page.ts';
import { evidenceParams, modelParams, noticesQuery } from '../../requests.ts';
import { needs } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { readJson } from '../evidence.ts';
import { parse } from '../failures.ts';

/** What was told to whom, and the pages that the links in it open. */
export function noticeRoutes(app: FastifyInstance, { registry, store }: ApiContext): void {
  app.get('/v1/models/:model/notices', needs.reading, async ({ params, query }): Promise<readonly NoticeRecord[]> => {
    const { model } = parse(modelParams, params, 'path');
    const { limit } = parse(noticesQuery, query, 'query');
    await registry.model(model);
    return await registry.notices(model, limit);
  });
  // The link is its own key: it opens this one report for two weeks. It must not reach the log, a cache or another site.
  const unlogged = { ...needs.nothing, logLevel: 'silent' } as const;
  app.get('/evidence/:secret', unlogged, async ({ params }, reply): Promise<string> => {
    const { secret } = parse(evidenceParams, params, 'path');
    const linked = await registry.linkedEvidence(createHash('sha256').update(secret).digest('hex'));
    const report = linked && (await readJson<EvaluationReport | CheckReport>(store, linked.evidence));
    if (!report) {
      const message = 'This link opens nothing: it has ended, or was never given.';
      throw new PerennialError('PRN-API-004', { message, hint: 'Look with your own token: perennial status' });
    }
    reply.type('text/html; charset=utf-8');
    reply.headers({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-robots-tag': 'noindex' });
    return 'candidates' in report ? evidencePage(report) : checkPage(report);
  });
}
