import { describe, expect, it } from 'vitest';
import { renderTable } from '../../../src/cli/output/table.ts';

const style = { color: false, width: 40 };

describe('renderTable', () => {
  it('lets what does not fit go on in the next line where the column folds, and loses nothing', () => {
    const columns = [{ title: 'gate', shrinkTo: 16, folds: true }, { title: 'verdict' }] as const;
    const rows = [
      ['  auc vs champion ≥ −0.04 in origin=EWR', '✔ pass'],
      ['leaks ≤ 0', '✔ pass'],
    ];
    expect(renderTable(columns, rows, { ...style, width: 28, indent: 2 })).toMatchInlineSnapshot(`
      "  gate               verdict
          auc vs           ✔ pass
            champion ≥
            −0.04 in
            origin=EWR
        leaks ≤ 0          ✔ pass"
    `);
  });

  it('breaks a word that is longer than its column', () => {
    const columns = [{ title: 'digest', shrinkTo: 12, folds: true }] as const;
    const text = renderTable(columns, [['0123456789abcdef0123']], { ...style, width: 12 });
    expect(text.split('\n').every((line) => line.length <= 12)).toBe(true);
    expect(text.replaceAll(/\s/g, '')).toBe('digest0123456789abcdef0123');
  });

  it('cuts with an ellipsis where it does not fold', () => {
    const columns = [{ title: 'why', shrinkTo: 8 }] as const;
    expect(renderTable(columns, [['because it was late']], { ...style, width: 10 })).toBe('why\nbecause i…');
  });
});
