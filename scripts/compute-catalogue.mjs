// Makes src/compute/catalogue.json: facts about EC2 machine types and their on-demand prices, joined from two public packages.
// Needs python3 with pip, go, and their registries. Usage: node scripts/compute-catalogue.mjs
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const moto = 'moto==5.2.5';
const karpenter = 'github.com/aws/karpenter-provider-aws@v1.14.1';
const region = 'us-east-1';

const folder = mkdtempSync(join(tmpdir(), 'perennial-catalogue-'));
try {
  const types = instanceTypes();
  const { date, prices } = onDemandPrices();
  const rows = Object.values(types)
    .map((type) => row(type, prices))
    .filter((found) => found !== null)
    .sort((a, b) => (a[0] < b[0] ? -1 : 1));
  writeFileSync(new URL('../src/compute/catalogue.json', import.meta.url), catalogueText(date, rows));
  process.stdout.write(`${rows.length} types, ${rows.filter((found) => found[5] !== null).length} with GPU\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function instanceTypes() {
  execFileSync('python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', folder, moto]);
  const wheel = `moto-${moto.split('==')[1]}-py3-none-any.whl`;
  execFileSync('python3', ['-m', 'zipfile', '-e', join(folder, wheel), join(folder, 'moto')]);
  return JSON.parse(
    gunzipSync(readFileSync(join(folder, 'moto/moto/ec2/resources/instance_types.json.gz'))).toString(),
  );
}

function onDemandPrices() {
  const options = { cwd: folder, encoding: 'utf8', env: { ...process.env, GOFLAGS: '-mod=mod' } };
  const { Dir } = JSON.parse(execFileSync('go', ['mod', 'download', '-json', karpenter], options));
  const source = readFileSync(join(Dir, 'pkg/providers/pricing/zz_generated.pricing_aws.go'), 'utf8');
  const [, date = ''] = /generated at (\d{4}-\d\d-\d\d)/.exec(source) ?? [];
  const pairs = source.matchAll(/"([a-z0-9-]+\.[a-z0-9-]+)":\s*([\d.]+)/g);
  return { date, prices: new Map([...pairs].map(([, type, usd]) => [type, Number(usd)])) };
}

/** Null: a type that nobody would train on, because it is old, has no price, or runs no Linux of ours. */
function row(type, prices) {
  const [gpu] = type.GpuInfo?.Gpus ?? [];
  const usd = prices.get(type.InstanceType) ?? null;
  const architecture = ['x86_64', 'arm64'].find((name) => type.ProcessorInfo.SupportedArchitectures.includes(name));
  if (!architecture || (gpu ? gpu.Manufacturer !== 'NVIDIA' : usd === null || !type.CurrentGeneration)) return null;
  const base = [type.InstanceType, type.VCpuInfo.DefaultVCpus, gib(type.MemoryInfo.SizeInMiB), architecture, usd];
  // A partition of a GPU counts zero GPUs; its size is a share of one.
  return gpu
    ? [...base, gpu.Name, gpu.Count || gpu.GpuPartitionSize, gib(gpu.MemoryInfo.SizeInMiB)]
    : [...base, null, 0, 0];
}

function gib(mib) {
  return Number((mib / 1024).toFixed(2));
}

function catalogueText(date, rows) {
  const head = {
    date,
    source: `types: ${moto} (Apache-2.0); on-demand prices: ${karpenter}, pkg/providers/pricing (Apache-2.0)`,
    region,
    zones: [...'abcdef'].map((letter) => region + letter),
    columns: ['type', 'vcpus', 'memoryGiB', 'architecture', 'usdPerHour', 'gpu', 'gpus', 'vramGiB'],
  };
  const fields = Object.entries(head).map(([name, value]) => `  ${JSON.stringify(name)}: ${spaced(value)},\n`);
  const lines = rows.map((found) => `    ${spaced(found)}`).join(',\n');
  return `{\n${fields.join('')}  "types": [\n${lines}\n  ]\n}\n`;
}

function spaced(value) {
  return Array.isArray(value) ? `[${value.map((each) => JSON.stringify(each)).join(', ')}]` : JSON.stringify(value);
}
