// Who may import whom; ARCHITECTURE.md tells why. test/repository/planted holds one violation of every rule.
const { join } = require('node:path');

const concepts =
  '(plan|dataset|report|profile|drift|quality|performance|monitor|alarm|sweep|evaluation|approval|rollout|registry|artifacts|compute|training|gateway|errors|stage-cache|reproduce|notice|leakage|differential|predictions|load-test|decision)';
const technologies = '(duckdb|postgres|pglite|filesystem|s3|onnx|trees|http|process|ec2|smtp)';
const technology = `^src/${concepts}/${technologies}/`;
// A program's main.ts joins the technologies of its folder: the only impure file that a concept folder may hold.
const pure = { path: `^src/${concepts}/`, pathNot: [technology, '^src/[^/]+/main\\.ts$'] };
const roots =
  '^(workers/|src/(api|cli|platform)/|src/gateway/main\\.ts$|src/load-test/process/gateway-program\\.ts$|examples/|test/|bench/|scripts/)';
const product = '^(workflows|activities|workers|src)/';
const upperLayers = '^(activities|workflows|workers|src/(api|cli|client|platform|telemetry))/';

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const forbidden = [
  {
    name: 'no-cycles',
    comment: 'What imports each other can only be understood together.',
    severity: 'error',
    from: {},
    to: { circular: true },
  },
  {
    name: 'no-dangling-imports',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: 'concepts-do-no-io',
    comment: 'Pure files are tested without a machine and may run inside workflows.',
    severity: 'error',
    from: pure,
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'concepts-use-no-sdk',
    severity: 'error',
    from: pure,
    to: { path: '(^|/)node_modules/', pathNot: '(^|/)node_modules/(zod|jsonc-parser|fastest-levenshtein)/' },
  },
  {
    name: 'concepts-stay-below',
    severity: 'error',
    from: pure,
    to: { path: upperLayers },
  },
  {
    name: 'workflows-stay-deterministic',
    comment: 'Workflow code is replayed: pure files, the workflow SDK, and the types of activities.',
    severity: 'error',
    from: { path: '^workflows/' },
    to: {
      pathNot: ['^workflows/', `^src/${concepts}/`, '(^|/)node_modules/@temporalio/(workflow|common)/', '^activities/'],
    },
  },
  {
    name: 'workflows-know-activities-by-type',
    severity: 'error',
    from: { path: '^workflows/' },
    to: { path: '^activities/', dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'activities-stay-below-workers',
    comment: 'An activity may name the messages of a workflow, never call one.',
    severity: 'error',
    from: { path: '^activities/' },
    to: { path: '^(workers|workflows|src/(api|cli|client))/', pathNot: '^workflows/messages\\.ts$' },
  },
  {
    name: 'only-roots-join-technologies',
    comment: 'Everybody else knows the port, so that each technology can be replaced.',
    severity: 'error',
    from: { path: product, pathNot: [roots, technology] },
    to: { path: technology },
  },
  {
    name: 'technologies-stay-apart',
    severity: 'error',
    // How data is opened and read as the model file says is dataset's; others that read data ask it.
    from: { path: `^src/([^/]+)/${technologies}/`, pathNot: roots },
    to: { path: technology, pathNot: ['^src/$1/', '^src/dataset/$2/'] },
  },
  {
    name: 'technologies-stay-below',
    severity: 'error',
    from: { path: technology },
    to: { path: '^(activities|workflows|workers|src/(api|cli|client|platform))/' },
  },
  {
    name: 'gateway-without-temporal',
    comment: 'Predictions go on while Temporal is down.',
    severity: 'error',
    from: { path: '^src/gateway/' },
    to: { path: '(^|/)node_modules/@temporalio/', reachable: true },
  },
  {
    name: 'client-stays-small',
    comment: 'Users install the client: at run time it needs the plan and the errors, not the platform.',
    severity: 'error',
    from: { path: '^src/client/' },
    to: {
      path: product,
      pathNot: ['^src/(client|plan|errors)/', '^workflows/messages\\.ts$'],
      dependencyTypesNot: ['type-only'],
    },
  },
  {
    name: 'client-names-wire-types',
    comment: 'What the client returns is what the API sends: src/api/wire.ts and the reports in it.',
    severity: 'error',
    from: { path: '^src/client/' },
    to: {
      path: [technology, '^(activities|workers|src/(api|cli|platform|telemetry))/'],
      pathNot: '^src/api/wire\\.ts$',
      dependencyTypes: ['type-only'],
    },
  },
  {
    name: 'product-without-tests',
    severity: 'error',
    from: { path: product },
    to: { path: '^(test|bench|examples|scripts)/' },
  },
  {
    name: 'no-development-packages',
    severity: 'error',
    from: { path: product },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: '(^|/)node_modules/@types/' },
  },
];

module.exports = {
  forbidden,
  options: {
    doNotFollow: { path: '(^|/)node_modules/' },
    tsConfig: { fileName: join(__dirname, 'tsconfig.json') },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
};
