import type { FastifyInstance } from 'fastify';
import type { Signature } from '../predictor.ts';
import { sendJson } from './replies.ts';
import type { HeldModel, RouteKeeper } from './route-keeper.ts';

/** `GET /openapi.json`: every path of the gateway in OpenAPI 3.1, with the models that it knows. */
export function addOpenApiPath(app: FastifyInstance, keeper: Pick<RouteKeeper, 'models'>): void {
  app.get('/openapi.json', (_, reply) => sendJson(reply, documentOf([...keeper.models()])));
}

const json = (schema: object) => ({ 'application/json': { schema } });
const ok = (description: string) => ({ description, content: json({ type: 'object' }) });
const refusals = {
  '400': {
    description: 'The request is not what the path expects: code, message, hint',
    content: json({ type: 'object' }),
  },
  '401': { description: 'The key is not known, or one is needed', content: json({ type: 'object' }) },
  '404': { description: 'No such model, version or path', content: json({ type: 'object' }) },
  '413': { description: 'The body is too large', content: json({ type: 'object' }) },
  '415': { description: 'The body is of another type', content: json({ type: 'object' }) },
  '429': { description: 'Too much at once, or beyond the quota: see Retry-After', content: json({ type: 'object' }) },
  '503': { description: 'Nothing is loaded to answer with yet', content: json({ type: 'object' }) },
};
const inPath = (name: string, description: string) => ({
  name,
  in: 'path',
  required: true,
  description,
  schema: { type: 'string', minLength: 1 },
});
const header = (name: string, description: string, schema: object = { type: 'string' }) => ({
  name,
  in: 'header',
  required: false,
  description,
  schema,
});
const predictionHeaders = [
  header('x-model-version', 'asks one version, outside of any split', { type: 'string', pattern: '^[1-9][0-9]{0,8}$' }),
  header('x-request-id', 'joins labels to the request where the body names no id', { type: 'string', maxLength: 512 }),
  header('x-api-key', 'says who asks'),
];
const name = { anyOf: [{ type: 'string', minLength: 1, maxLength: 512 }, { type: 'number' }, { type: 'null' }] };
const value = { type: ['number', 'string', 'boolean', 'null'] };

/** Of a model that is loaded: its columns, all of them needed. */
function featuresOf({ features }: Signature): object {
  const properties = features.map(({ name: column, type }) => [
    column,
    { type: [type === 'numeric' ? 'number' : 'string', 'null'] },
  ]);
  const required = features.map(({ name: column }) => column);
  return { type: 'object', required, properties: Object.fromEntries(properties), additionalProperties: false };
}

function rowOf(signatures: readonly Signature[]): object {
  const features =
    signatures.length > 0 ? { anyOf: signatures.map(featuresOf) } : { type: 'object', additionalProperties: value };
  return { type: 'object', required: ['features'], properties: { id: name, key: name, features } };
}

const label = {
  type: 'object',
  required: ['id', 'label'],
  properties: { id: { type: 'string', minLength: 1, maxLength: 512 }, label: { type: ['string', 'number'] } },
};
const tensor = {
  type: 'object',
  required: ['name', 'datatype', 'shape', 'data'],
  properties: {
    name: { type: 'string' },
    datatype: { type: 'string', enum: ['BYTES', 'FP32', 'FP64', 'INT32', 'INT64'] },
    shape: { type: 'array', items: { type: 'integer', minimum: 0 } },
    data: { type: 'array' },
  },
};
const inference = {
  type: 'object',
  required: ['inputs'],
  properties: {
    id: { type: 'string' },
    parameters: { type: 'object' },
    inputs: { type: 'array', minItems: 1, items: tensor },
  },
};

const get = (summary: string, parameters: readonly object[] = []) => ({
  get: { summary, parameters, responses: { '200': ok(summary), '404': refusals['404'], '503': refusals['503'] } },
});
const post = (summary: string, schema: object, parameters: readonly object[], status = '200') => ({
  post: {
    summary,
    parameters,
    requestBody: { required: true, content: json(schema) },
    responses: { [status]: ok(summary), ...refusals },
  },
});

function documentOf(held: readonly (readonly [string, HeldModel])[]): object {
  const models = held.map(([name]) => name);
  const row = rowOf(held.flatMap(([, { live }]) => (live === null ? [] : [live.stable.signature])));
  const model = {
    ...inPath('model', 'name of the model'),
    ...(models.length > 0 && { schema: { type: 'string', enum: models } }),
  };
  return {
    openapi: '3.1.0',
    info: { title: 'Perennial gateway', version: '1' },
    paths: { ...ownPaths(model, row), ...protocolPaths(model) },
  };
}

function ownPaths(model: object, row: object): object {
  return {
    '/v1/models/{model}/predict': post(
      'Predictions for a row or a list of rows',
      {
        anyOf: [
          row,
          { type: 'object', required: ['rows'], properties: { rows: { type: 'array', minItems: 1, items: row } } },
        ],
      },
      [model, ...predictionHeaders],
    ),
    '/v1/models/{model}/labels': post(
      'What became of earlier requests',
      { type: 'object', required: ['labels'], properties: { labels: { type: 'array', items: label } } },
      [model],
      '202',
    ),
    '/v1/routes': get('What is served, and why'),
    '/healthz': get('Whether the process runs'),
    '/readyz': get('Whether everything is loaded, and what is not'),
  };
}

/** The Open Inference Protocol, version 2. */
function protocolPaths(model: object): object {
  return {
    '/v2': get('Metadata of the server (Open Inference Protocol)'),
    '/v2/health/live': get('Whether it runs'),
    '/v2/health/ready': get('Whether everything is loaded'),
    '/v2/models/{model}': get('Metadata of a model', [model]),
    '/v2/models/{model}/versions/{version}': get('Metadata of a version', [model, inPath('version', 'its number')]),
    '/v2/models/{model}/ready': get('Whether a model answers', [model]),
    '/v2/models/{model}/versions/{version}/ready': get('Whether a version answers', [
      model,
      inPath('version', 'its number'),
    ]),
    '/v2/models/{model}/infer': post('Predictions by the Open Inference Protocol', inference, [
      model,
      ...predictionHeaders,
    ]),
    '/v2/models/{model}/versions/{version}/infer': post('Predictions of one version', inference, [
      model,
      inPath('version', 'its number'),
    ]),
  };
}
