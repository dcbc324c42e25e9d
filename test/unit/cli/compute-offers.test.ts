import { describe, expect, it } from 'vitest';
import { perennial } from './fake-terminal.ts';

const offers = (...argv: string[]) => perennial(['compute', 'offers', ...argv]);

describe('compute offers', () => {
  it('ranks machines without a server, and says why others fall out', async () => {
    const { code, stdout } = await offers('--gpu', '1', '--vram', '20', '--memory', '16', '--limit', '2');
    expect(code).toBe(0);
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(/^\d+ of 1,213 types fit; prices of us-east-1, 2026-07-06$/);
    expect(lines[2]).toMatch(/g6\.xlarge +0\.8048 +on-demand +4 +16 +1 × L4, 22\.35 GiB/);
    expect(lines[3]).toMatch(/g6\.2xlarge +0\.9776/);
    expect(stdout).toContain('too little vRAM');
    expect(stdout).toContain('nearest: g4dn.xlarge has 16 GiB of vRAM, 20 are asked for');
  });

  it('gives a program the same, with spot prices as upper bounds', async () => {
    const { stdout } = await offers('--gpu', '1', '--memory', '16', '--spot', '--json');
    const { offers: list, rejected } = JSON.parse(stdout);
    expect(list[0]).toMatchObject({ type: 'g4dn.xlarge', market: 'spot', usdPerHour: 0.526, atMost: true });
    expect(rejected.length).toBeGreaterThan(2);
  });

  it('names the closest type when nothing fits', async () => {
    const { code, stderr } = await offers('--gpu', '16');
    expect(code).toBe(1);
    expect(stderr).toMatch(/only 8 GPU[\s\S]*Lower "gpu"[\s\S]*PRN-COMPUTE-004/);
  });

  it('refuses what is no quantity', async () => {
    expect((await offers('--gpu', 'one')).stderr).toContain('--gpu "one" is not a quantity.');
  });
});
