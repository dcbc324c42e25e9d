import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Asked, evaluate, type Policy, type Verdict } from './evaluate.ts';

function shipped(name: string): Policy {
  const text = readFileSync(`deploy/iam/${name}.json`, 'utf8');
  const filledIn = text
    .replaceAll('STORE', 'ml-objects/perennial')
    .replaceAll('BUCKET', 'ml-objects')
    .replaceAll('PREFIX', 'perennial/')
    .replaceAll('ACCOUNT', '123456789012')
    .replaceAll('REGION', 'us-east-1');
  return JSON.parse(filledIn) as Policy;
}

type Case = readonly [title: string, verdict: Verdict, action: string, resource: string, context?: Asked['context']];

const ec2 = 'arn:aws:ec2:us-east-1:123456789012';
const ours = { 'aws:RequestTag/perennial:managed': 'true', 'ec2:MetadataHttpTokens': 'required' };
const oursAlready = { 'aws:ResourceTag/perennial:managed': 'true' };
const passed = { 'iam:PassedToService': 'ec2.amazonaws.com' };

const bucket = 'arn:aws:s3:::ml-objects';
const store = `${bucket}/perennial`;
const models = `${store}/models`;
const arnOf = (machine: string) => `arn:aws:ec2:us-east-1:123456789012:instance/${machine}`;
const workspaceOfA = `${store}/machines/${arnOf('i-a')}`;

const controlPlane: readonly Case[] = [
  ['launches a tagged machine', 'allow', 'ec2:RunInstances', `${ec2}:instance/*`, ours],
  ['launches into a subnet', 'allow', 'ec2:RunInstances', `${ec2}:subnet/subnet-1`],
  ['launches from an image', 'allow', 'ec2:RunInstances', 'arn:aws:ec2:us-east-1::image/ami-1'],
  [
    'launches no untagged machine',
    'implicit deny',
    'ec2:RunInstances',
    `${ec2}:instance/*`,
    { ...ours, 'aws:RequestTag/perennial:managed': 'false' },
  ],
  [
    'launches no machine with the old metadata service',
    'implicit deny',
    'ec2:RunInstances',
    `${ec2}:instance/*`,
    { ...ours, 'ec2:MetadataHttpTokens': 'optional' },
  ],
  ['launches no untagged volume', 'implicit deny', 'ec2:RunInstances', `${ec2}:volume/*`],
  ['tags what it launches', 'allow', 'ec2:CreateTags', `${ec2}:instance/i-1`, { 'ec2:CreateAction': 'RunInstances' }],
  ['makes nothing ours that is there already', 'implicit deny', 'ec2:CreateTags', `${ec2}:instance/i-1`],
  ['ends our machine', 'allow', 'ec2:TerminateInstances', `${ec2}:instance/i-1`, oursAlready],
  [
    'ends nobody else’s machine',
    'implicit deny',
    'ec2:TerminateInstances',
    `${ec2}:instance/i-2`,
    { 'aws:ResourceTag/Name': 'database' },
  ],
  ['reads the console of our machine', 'allow', 'ec2:GetConsoleOutput', `${ec2}:instance/i-1`, oursAlready],
  ['reads nobody else’s console', 'implicit deny', 'ec2:GetConsoleOutput', `${ec2}:instance/i-2`],
  ['lists machines', 'allow', 'ec2:DescribeInstances', '*'],
  ['reads spot prices', 'allow', 'ec2:DescribeSpotPriceHistory', '*'],
  ['reads machine types', 'allow', 'ec2:DescribeInstanceTypes', '*'],
  ['reads the zones of machine types', 'allow', 'ec2:DescribeInstanceTypeOfferings', '*'],
  ['reads on-demand prices', 'allow', 'pricing:GetProducts', '*'],
  ['reads no bills', 'implicit deny', 'ce:GetCostAndUsage', '*'],
  ['reads no user-data', 'implicit deny', 'ec2:DescribeInstanceAttribute', `${ec2}:instance/i-1`, oursAlready],
  [
    'hands on the machine’s role',
    'allow',
    'iam:PassRole',
    'arn:aws:iam::123456789012:role/perennial-machine-flights',
    passed,
  ],
  ['hands on no other role', 'implicit deny', 'iam:PassRole', 'arn:aws:iam::123456789012:role/admin', passed],
  [
    'hands the role to no other service',
    'implicit deny',
    'iam:PassRole',
    'arn:aws:iam::123456789012:role/perennial-machine',
    { 'iam:PassedToService': 'lambda.amazonaws.com' },
  ],
  ['fills the workspace of a machine', 'allow', 's3:PutObject', `${workspaceOfA}/models/flights/runs/r1/code/abc`],
  ['clears the workspace of a machine', 'allow', 's3:DeleteObject', `${workspaceOfA}/x`],
  ['keeps what a machine has made', 'allow', 's3:PutObject', `${store}/models/flights/runs/r1/boosted/result.json`],
  ['touches nothing beside the store', 'implicit deny', 's3:GetObject', `${bucket}/payroll/x`],
  ['opens no ports', 'implicit deny', 'ec2:AuthorizeSecurityGroupIngress', `${ec2}:security-group/sg-1`],
];

/** What AWS puts beside a request of machine A, whose role is that of the model "flights". */
const flights = { 'aws:PrincipalTag/perennial:model': 'flights', 'ec2:SourceInstanceARN': arnOf('i-a') };
const own = `${workspaceOfA}/models/flights/runs/r1/boosted/t3`;
const others = `${store}/machines/${arnOf('i-b')}/models/flights/runs/r1/boosted/t4`;
const written = { ...flights, 's3:ObjectCreationOperation': 'true' };
const ifAbsent = { ...written, 's3:if-none-match': '*' };
const listing = (prefix: string) => ({ ...flights, 's3:prefix': prefix });

const workspace: readonly Case[] = [
  [
    'reads the code that was put there for it',
    'allow',
    's3:GetObject',
    `${workspaceOfA}/models/flights/runs/r1/code/abc.json.gz`,
    flights,
  ],
  [
    'reads a checkpoint that was put there for it',
    'allow',
    's3:GetObject',
    `${own}/checkpoints/a1/step-5.json`,
    flights,
  ],
  ['writes its model', 'allow', 's3:PutObject', `${own}/a1-1/model.onnx`, ifAbsent],
  ['writes its result', 'allow', 's3:PutObject', `${own}/result.json`, ifAbsent],
  ['overwrites not even its own result', 'explicit deny', 's3:PutObject', `${own}/result.json`, written],
  [
    'uploads the parts of what is put together under a condition',
    'allow',
    's3:PutObject',
    `${own}/a1-1/model.onnx`,
    { ...flights, 's3:ObjectCreationOperation': 'false' },
  ],
  ['removes its old checkpoints', 'allow', 's3:DeleteObject', `${own}/checkpoints/a1/step-5.json`, flights],
  ['removes no result', 'implicit deny', 's3:DeleteObject', `${own}/result.json`, flights],
  [
    'lists its own workspace',
    'allow',
    's3:ListBucket',
    bucket,
    listing(`perennial/machines/${arnOf('i-a')}/models/flights/`),
  ],
  ['reads a snapshot of its model', 'allow', 's3:GetObject', `${models}/flights/snapshots/s1/train.parquet`, flights],
];

const elsewhere: readonly Case[] = [
  [
    'reads nothing of another machine',
    'implicit deny',
    's3:GetObject',
    `${others}/checkpoints/a1/step-5.json`,
    flights,
  ],
  ['writes nothing to another machine', 'implicit deny', 's3:PutObject', `${others}/checkpoints/a1/x.json`, ifAbsent],
  [
    'removes nothing of another machine',
    'implicit deny',
    's3:DeleteObject',
    `${others}/checkpoints/a1/x.json`,
    flights,
  ],
  [
    'reads nothing of a machine whose name begins like its own',
    'implicit deny',
    's3:GetObject',
    `${store}/machines/${arnOf('i-ab')}/x`,
    flights,
  ],
  [
    'reads no run of its model, not even its own',
    'implicit deny',
    's3:GetObject',
    `${models}/flights/runs/r1/x`,
    flights,
  ],
  ['writes into no run of its model', 'implicit deny', 's3:PutObject', `${models}/flights/runs/r1/b/x`, ifAbsent],
  ['overwrites no model', 'explicit deny', 's3:PutObject', `${models}/flights/runs/r9/b/single/a1/model.onnx`, written],
  ['writes into no snapshot', 'implicit deny', 's3:PutObject', `${models}/flights/snapshots/s1/x.parquet`, ifAbsent],
  ['reads nothing of another model', 'implicit deny', 's3:GetObject', `${models}/parcels/snapshots/s1/x`, flights],
  ['writes nothing of another model', 'implicit deny', 's3:PutObject', `${models}/parcels/runs/r1/x`, ifAbsent],
  ['lists no other machine', 'implicit deny', 's3:ListBucket', bucket, listing(`perennial/machines/${arnOf('i-b')}/`)],
  ['lists not all machines', 'implicit deny', 's3:ListBucket', bucket, listing('perennial/machines/')],
  ['lists not the whole bucket', 'implicit deny', 's3:ListBucket', bucket, flights],
  [
    'has no workspace where its credentials are not those of an instance',
    'implicit deny',
    's3:GetObject',
    `${own}/result.json`,
    { 'aws:PrincipalTag/perennial:model': 'flights' },
  ],
  [
    'reads no snapshot where its role has no tag',
    'implicit deny',
    's3:GetObject',
    `${models}/flights/snapshots/s1/x`,
    { 'ec2:SourceInstanceARN': arnOf('i-a') },
  ],
  [
    'gains nothing by a tag that is a star',
    'implicit deny',
    's3:GetObject',
    `${models}/flights/snapshots/s1/x`,
    { 'aws:PrincipalTag/perennial:model': '*' },
  ],
];

const account: readonly Case[] = [
  [
    'reads the key for Temporal',
    'allow',
    'ssm:GetParameter',
    'arn:aws:ssm:us-east-1:123456789012:parameter/perennial/temporal-api-key',
  ],
  [
    'reads no other secret',
    'implicit deny',
    'ssm:GetParameter',
    'arn:aws:ssm:us-east-1:123456789012:parameter/perennial/database-url',
  ],
  ['launches nothing', 'explicit deny', 'ec2:RunInstances', `${ec2}:instance/*`, ours],
  ['ends nothing, itself included', 'explicit deny', 'ec2:TerminateInstances', `${ec2}:instance/i-1`, oursAlready],
  ['takes no other role', 'explicit deny', 'sts:AssumeRole', 'arn:aws:iam::123456789012:role/admin'],
];

const template = `${ec2}:launch-template/lt-1`;
const fleet: readonly Case[] = [
  ['makes a template that is tagged', 'allow', 'ec2:CreateLaunchTemplate', template, ours],
  ['makes no template without the tag', 'implicit deny', 'ec2:CreateLaunchTemplate', template],
  ['clears away nobody else’s template', 'implicit deny', 'ec2:DeleteLaunchTemplate', template],
  ['launches from our template', 'allow', 'ec2:RunInstances', template, oursAlready],
];

const suites: readonly (readonly [who: string, policies: readonly Policy[], cases: readonly Case[]])[] = [
  ['the control plane', [shipped('control-plane')], controlPlane],
  ['the control plane with fleets', [shipped('control-plane'), shipped('control-plane-fleet')], fleet],
  ['a machine, in its workspace', [shipped('machine')], workspace],
  ['a machine, in the rest of the store', [shipped('machine')], elsewhere],
  ['a machine, in the account', [shipped('machine')], account],
];

describe.each(suites)('%s', (_, policies, cases) => {
  for (const [title, verdict, action, resource, context] of cases)
    test(`${title} (${verdict})`, () => {
      expect(evaluate(policies, { action, resource, ...(context && { context }) })).toBe(verdict);
    });
});

test('the evaluator knows an explicit deny, a condition that is absent and an operator it was not taught', () => {
  const policy = (Condition: Record<string, Record<string, string>>): Policy => ({
    Statement: [{ Effect: 'Allow', Action: 's3:Get*', Resource: '*', Condition }],
  });
  const asked = { action: 's3:GetObject', resource: 'x' };
  expect(evaluate([policy({})], asked)).toBe('allow');
  expect(evaluate([policy({ StringLike: { 's3:prefix': 'a*' } })], asked)).toBe('implicit deny');
  expect(evaluate([policy({}), { Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] }], asked)).toBe(
    'explicit deny',
  );
  expect(() => evaluate([policy({ NumericLessThan: { a: '1' } })], asked)).toThrow('does not know the operator');
});
