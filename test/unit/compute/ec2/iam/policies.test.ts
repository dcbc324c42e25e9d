import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Asked, evaluate, type Policy, type Verdict } from './evaluate.ts';

function shipped(name: string): Policy {
  const text = readFileSync(`deploy/iam/${name}.json`, 'utf8');
  const filledIn = text
    .replaceAll('STORE', 'ml-objects/perennial')
    .replaceAll('BUCKET', 'ml-objects')
    .replaceAll('ACCOUNT', '123456789012')
    .replaceAll('REGION', 'us-east-1');
  return JSON.parse(filledIn) as Policy;
}

type Case = readonly [title: string, verdict: Verdict, action: string, resource: string, context?: Asked['context']];

const ec2 = 'arn:aws:ec2:us-east-1:123456789012';
const ours = { 'aws:RequestTag/perennial:managed': 'true', 'ec2:MetadataHttpTokens': 'required' };
const oursAlready = { 'aws:ResourceTag/perennial:managed': 'true' };
const passed = { 'iam:PassedToService': 'ec2.amazonaws.com' };

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
  ['opens no ports', 'implicit deny', 'ec2:AuthorizeSecurityGroupIngress', `${ec2}:security-group/sg-1`],
];

const store = 'arn:aws:s3:::ml-objects/perennial/models';
const flights = { 'aws:PrincipalTag/perennial:model': 'flights' };
const written = { ...flights, 's3:ObjectCreationOperation': 'true' };
const ifAbsent = { ...written, 's3:if-none-match': '*' };

const machine: readonly Case[] = [
  ['reads the code of its run', 'allow', 's3:GetObject', `${store}/flights/runs/r1/code/abc.json.gz`, flights],
  ['reads a snapshot of its model', 'allow', 's3:GetObject', `${store}/flights/snapshots/s1/train.parquet`, flights],
  [
    'reads a checkpoint of its model',
    'allow',
    's3:GetObject',
    `${store}/flights/runs/r1/boosted/t3/checkpoint.json`,
    flights,
  ],
  [
    'writes into a run of its model',
    'allow',
    's3:PutObject',
    `${store}/flights/runs/r1/boosted/t3/a1/model.onnx`,
    ifAbsent,
  ],
  ['publishes a result once', 'allow', 's3:PutObject', `${store}/flights/runs/r1/boosted/t3/result.json`, ifAbsent],
  ['overwrites no result', 'explicit deny', 's3:PutObject', `${store}/flights/runs/r1/boosted/t3/result.json`, written],
  [
    'overwrites no model of another run',
    'explicit deny',
    's3:PutObject',
    `${store}/flights/runs/r9/boosted/single/a1/model.onnx`,
    written,
  ],
  [
    'uploads the parts of what is put together under a condition',
    'allow',
    's3:PutObject',
    `${store}/flights/runs/r1/boosted/t3/a1/model.onnx`,
    { ...flights, 's3:ObjectCreationOperation': 'false' },
  ],
  ['writes into no snapshot', 'implicit deny', 's3:PutObject', `${store}/flights/snapshots/s1/train.parquet`, flights],
  [
    'reads nothing of another model',
    'implicit deny',
    's3:GetObject',
    `${store}/parcels/snapshots/s1/train.parquet`,
    flights,
  ],
  ['writes nothing of another model', 'implicit deny', 's3:PutObject', `${store}/parcels/runs/r1/x`, flights],
  ['reads nothing where its role has no tag', 'implicit deny', 's3:GetObject', `${store}/flights/runs/r1/x`],
  [
    'gains nothing by a tag that is a star',
    'implicit deny',
    's3:GetObject',
    `${store}/flights/runs/r1/x`,
    { 'aws:PrincipalTag/perennial:model': '*' },
  ],
  [
    'removes old checkpoints',
    'allow',
    's3:DeleteObject',
    `${store}/flights/runs/r1/b/t3/checkpoints/a1/step-5.json`,
    flights,
  ],
  ['removes no result', 'implicit deny', 's3:DeleteObject', `${store}/flights/runs/r1/b/t3/result.json`, flights],
  [
    'removes nothing of another model',
    'implicit deny',
    's3:DeleteObject',
    `${store}/parcels/runs/r1/b/t3/logs/a1/1.log`,
    flights,
  ],
  ['asks whether an object lies where a folder should be', 'allow', 's3:GetObject', `${store}/flights`, flights],
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
  ['a machine', [shipped('machine')], machine],
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
