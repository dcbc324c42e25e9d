import type { ObjectStore } from '../artifacts/object-store.ts';
import { readText } from '../artifacts/read-text.ts';
import type { EvaluationReport } from '../evaluation/report.ts';
import type { Registry } from '../registry/registry.ts';
import { type DecisionRecord, evidenceOf, type StoredEvaluation, type StoredEvidence } from './stored.ts';

/** Where evidence lies, and how its bytes are named. */
export interface EvidencePlace {
  readonly registry: Registry;
  readonly store: ObjectStore;
  /** sha256 of a UTF-8 text, as hexadecimal digits. */
  readonly sha256: (text: string) => string;
}

/**
 * Everything that is kept about one version, from registry and object store alone: no workflow is asked, and no clock.
 * @throws PRN-REGISTRY-003 unknown version
 */
export async function gatherEvidence(place: EvidencePlace, model: string, version: number): Promise<StoredEvidence> {
  const { registry } = place;
  const record = await registry.version(model, version);
  const [run, all, events] = await Promise.all([
    registry.run(record.run),
    registry.decisions(model, record.run),
    registry.events(model, { version, limit: eventsKept }),
  ]);
  const decisions = all.filter((each) => each.version === version);
  const evaluation = await readEvaluation(place, decisions);
  return { version: record, run, decisions, evaluation, events: [...events].reverse() };
}

/** More than any version lives through. */
const eventsKept = 2_000;

async function readEvaluation(
  { store, sha256 }: EvidencePlace,
  decisions: readonly DecisionRecord[],
): Promise<StoredEvaluation | null> {
  const decision = decisions.findLast(({ kind }) => kind === 'gates');
  const { evaluation: key, digest = null } = decision ? evidenceOf('gates', decision) : {};
  if (key === undefined) return null;
  const text = await readText(store, key);
  const found = text === null ? null : sha256(text);
  return { key, decided: digest, found, report: text === null ? null : (JSON.parse(text) as EvaluationReport) };
}
