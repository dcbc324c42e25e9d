import type { AlarmRecord, Mute } from './alarm.ts';
import type { Finding } from './finding.ts';
import { summaryOf } from './summary.ts';

/** Whether a finding is muted at `now`. */
export function isMuted({ column, code }: Finding, mute: Mute, now: string): boolean {
  if (mute.until !== null && Date.parse(mute.until) <= Date.parse(now)) return false;
  return (mute.column === null || mute.column === column) && (mute.code === null || mute.code === code);
}

/** An open alarm without what is muted now; null when nothing of it is left. */
export function withoutMuted(alarm: AlarmRecord, mute: Mute, now: string): AlarmRecord | null {
  const findings = alarm.findings.filter((finding) => !isMuted(finding, mute, now));
  const gone = alarm.findings.length - findings.length;
  if (gone === 0) return alarm;
  if (findings.length === 0) return null;
  const findingCount = alarm.findingCount - gone;
  return { ...alarm, findings, findingCount, summary: summaryOf(findings, findingCount) };
}
