import { modelCard } from '../report/model-card.ts';
import { versionPage } from '../report/version-page.ts';
import { type EvidencePlace, gatherEvidence } from './gather.ts';
import { tellStory } from './story.ts';

/** Where a version's card and report lie in the object store: always the newest. */
export function reportKeys(model: string, version: number): { readonly card: string; readonly report: string } {
  const folder = `models/${model}/versions/v${version}`;
  return { card: `${folder}/card.md`, report: `${folder}/report.html` };
}

/** Writes the model card and the report of a version as they are told from its evidence now. */
export async function publishReports(place: EvidencePlace, model: string, version: number): Promise<void> {
  const stored = await gatherEvidence(place, model, version);
  const story = tellStory(stored);
  const keys = reportKeys(model, version);
  await place.store.put(keys.card, Buffer.from(modelCard(story)));
  await place.store.put(keys.report, Buffer.from(versionPage(story, stored.evaluation?.report?.pictures)));
}
