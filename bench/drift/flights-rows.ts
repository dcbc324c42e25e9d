import { join } from 'node:path';
import { flightFeatures } from '../../examples/flights/replay/flights.ts';
import { type Evidence, evidenceOverTime } from '../../src/monitor/evidence.ts';
import { inTempFolder, repository } from '../report/place.ts';
import { figure, goalRow, type Row } from '../report/row.ts';
import { filledDays } from './filled-days.ts';
import { qualityPlace } from './quality-place.ts';

/** The champion of January and February, watched daily until December: what drifts, from which day on, and how often somebody is called. */
export async function flightsRows(): Promise<Row[]> {
  return await inTempFolder('flights', async (folder) => {
    const place = await qualityPlace(join(repository, '.perennial', 'flights'), folder);
    const days = await filledDays(place, '2013-03-01', '2013-12-30');
    const columns = place.reference.whole.columns;
    const features = Object.fromEntries(
      flightFeatures.map((name) => [name, { type: columns[name]?.kind ?? 'numeric' }]),
    );
    const evidence = evidenceOverTime({ reference: place.reference, days, features });
    const opened = alarmsOf(evidence);
    return [
      goalRow(
        `flights 2013, champion of January-February: drift alarms opened in ${days.length} daily checks`,
        12,
        figure([opened.length]),
        `opened ${opened.join(', ')}; an alarm closes after 7 clean days. Found: ${found(evidence).join('; ')}`,
      ),
      goalRow(
        'flights 2013: days from 1 March until the warm season is found in temp (spring ends on the 112th)',
        112,
        figure([daysAfter(evidence, 'temp', '2013-03-01')]),
        'the reference has only winter, whose days go together: a few warm days prove nothing',
      ),
    ];
  });
}

const cleanDays = 7;

/** Days on which an alarm opens: with the first column that drifts; it stays open until nothing has drifted for a week. */
function alarmsOf({ history }: Evidence): string[] {
  const opened: string[] = [];
  let quiet = cleanDays;
  for (const { day, drifted } of history) {
    if (drifted.length === 0) quiet += 1;
    else {
      if (quiet >= cleanDays) opened.push(day);
      quiet = 0;
    }
  }
  return opened;
}

function found({ columns, history }: Evidence): string[] {
  return columns
    .filter(({ first }) => first !== null)
    .sort((a, b) => ((a.first?.day ?? '') < (b.first?.day ?? '') ? -1 : 1))
    .map(({ column, first }) => {
      const days = history.filter(({ drifted }) => drifted.includes(column)).length;
      return `${column} ${first?.day} (${first?.sight.effect?.change}, ${days} days)`;
    });
}

function daysAfter({ columns }: Evidence, name: string, from: string): number {
  const day = columns.find(({ column }) => column === name)?.first?.day;
  return day === undefined ? Number.POSITIVE_INFINITY : (Date.parse(day) - Date.parse(from)) / 86_400_000;
}
