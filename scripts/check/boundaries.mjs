import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { capture } from '../setup/command.mjs';
import { root } from '../setup/paths.mjs';

const folders = ['workflows', 'activities', 'workers', 'src', 'examples', 'bench', 'test', 'scripts'];
const configuration = join(root, '.dependency-cruiser.cjs');
const planted = 'test/repository/planted';

/** Breaches of the import rules, one line each; throws when the tool looked at nothing or overlooks a planted breach. */
export async function findBoundaryBreaches() {
  const present = folders.filter((folder) => existsSync(join(root, folder)));
  const [product, proof] = await Promise.all([
    cruise([...present, '--exclude', `^(${planted}|bench/peers)/`], '.'),
    cruise(['.'], planted),
  ]);
  if (product.totalCruised === 0) throw new Error('dependency-cruiser looked at 0 modules');
  return [...proofProblems(proof.violations), ...product.violations.map(describe)];
}

async function cruise(paths, folder) {
  const tool = join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');
  const args = [tool, '--config', configuration, '--output-type', 'json', ...paths];
  const { output } = await capture(process.execPath, args, { cwd: join(root, folder) });
  const start = output.indexOf('{');
  if (start < 0) throw new Error(`dependency-cruiser failed: ${output}`);
  return JSON.parse(output.slice(start)).summary;
}

/** A planted file is named like the only rule that it breaks. */
function proofProblems(violations) {
  const rules = createRequire(import.meta.url)(configuration).forbidden.map((rule) => rule.name);
  const found = (rule) => violations.filter((violation) => violation.rule.name === rule);
  const overlooked = rules.filter((rule) => found(rule).length !== 1);
  const misplaced = violations.filter(({ rule, from }) => !from.endsWith(`/${rule.name}.ts`));
  return [
    ...overlooked.map((rule) => `${planted}: rule ${rule} found ${found(rule).length} planted breaches instead of 1`),
    ...misplaced.map((violation) => `${planted}: ${describe(violation)} was not planted`),
  ];
}

function describe({ rule, from, to, cycle }) {
  return `${rule.name}: ${from} → ${cycle ? cycle.map((step) => step.name).join(' → ') : to}`;
}
