import type { MonitoredDay } from '../../src/monitor/series.ts';
import type { QualityPlace } from './quality-place.ts';

/** The profiled days of a span, both ends included; days without a file are left out. */
export async function filledDays(place: QualityPlace, from: string, to: string): Promise<MonitoredDay[]> {
  const days: MonitoredDay[] = [];
  for (let at = Date.parse(from); at <= Date.parse(to); at += 86_400_000) {
    const day = new Date(at).toISOString().slice(0, 10);
    const profile = await place.profile(day);
    if (profile !== null) days.push({ day, profile });
  }
  return days;
}
