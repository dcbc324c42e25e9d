import { defineCodes } from '../define.ts';

export const gatewayCodes = defineCodes({
  'PRN-GATEWAY-001': {
    title: 'The request is not what this path expects',
    hint: 'Send JSON such as {"id": "42", "features": {"<column>": 1.5}} or {"rows": [{"id": "42", "features": {...}}]}.',
    retryable: false,
  },
  'PRN-GATEWAY-002': {
    title: "The features do not fit the model's signature",
    hint: 'Send every column of the signature once: a number or null for numeric, a string or null for categorical. GET /v2/models/<model> lists them.',
    retryable: false,
  },
  'PRN-GATEWAY-003': {
    title: 'The gateway knows no such model or path',
    hint: 'GET /v1/routes lists the models that are served; `perennial apply` adds one.',
    retryable: false,
  },
  'PRN-GATEWAY-004': {
    title: 'The model has no version to answer with yet',
    hint: 'Start a run with `perennial retrain <model>`: the first version that passes its gates is served. GET /v1/routes shows what is loaded and why not.',
    retryable: true,
  },
  'PRN-GATEWAY-005': {
    title: 'The version that was asked for by number cannot be served',
    hint: 'List the versions with `perennial query "select version, state from versions"`; a version that was never served here needs the registry and the object store to be up.',
    retryable: true,
  },
  'PRN-GATEWAY-006': {
    title: 'A model file cannot be loaded',
    hint: 'Check the trainer\'s model.onnx with onnxruntime, and that "<artifact>/model.onnx" exists in the object store.',
    retryable: false,
  },
  'PRN-GATEWAY-007': {
    title: "A model file's inputs or outputs do not match its signature",
    hint: 'The ONNX file takes one input [N,1] per feature, named like it (float or string), and answers `probabilities` [N,classes] or `prediction` [N,1].',
    retryable: false,
  },
  'PRN-GATEWAY-008': {
    title: 'The model failed on a row',
    hint: "The message is the runtime's own; send the same row with the header x-model-version to compare versions.",
    retryable: false,
  },
  'PRN-GATEWAY-009': {
    title: 'The model answered with an impossible number',
    hint: 'A probability outside [0,1] or a value that is not finite: look at the training data for missing or infinite values.',
    retryable: false,
  },
  'PRN-GATEWAY-010': {
    title: 'A challenger did not answer in time',
    hint: 'The champion answered in its place; raise challengerTimeoutMs only if the model is meant to be this slow.',
    retryable: true,
  },
  'PRN-GATEWAY-011': {
    title: "A challenger's process is down",
    hint: 'The champion answered in its place; the process is started again, and the rollout is halted when it keeps crashing.',
    retryable: true,
  },
  'PRN-GATEWAY-012': {
    title: 'The gateway has more rows waiting than it may hold',
    hint: 'Send again after a moment (Retry-After), or add gateways or processes of one (PERENNIAL_GATEWAY_PROCESSES).',
    retryable: true,
  },
  'PRN-GATEWAY-013': {
    title: 'A route older than the one held was refused',
    hint: 'The registry went back in time (restored from a backup?). If that is meant, stop the gateway and remove its state folder.',
    retryable: false,
  },
  'PRN-GATEWAY-014': {
    title: 'The request log cannot be stored',
    hint: "Lines stay in the gateway's state folder and are sent as soon as the object store answers; watch the disk.",
    retryable: true,
  },
  'PRN-GATEWAY-015': {
    title: 'The caller is not a declared consumer of the model',
    hint: 'Send the key that was made for you as x-api-key, or ask an admin for one: perennial consumers add <model> <name>.',
    retryable: false,
  },
  'PRN-GATEWAY-016': {
    title: 'The consumer has used up its quota',
    hint: 'Send again after the seconds that Retry-After names, or ask for a larger quota.',
    retryable: true,
  },
  'PRN-GATEWAY-017': {
    title: 'The body is larger than the gateway takes',
    hint: 'Send fewer rows in each request, or raise PERENNIAL_GATEWAY_BODY_MIB.',
    retryable: false,
  },
  'PRN-GATEWAY-018': {
    title: 'The message is no HTTP/1.1 request that can be read',
    hint: 'Look at what stands between the caller and the gateway: an address, a header or a length in it is malformed, too long, or arrived too slowly.',
    retryable: false,
  },
  'PRN-GATEWAY-019': {
    title: 'The body is compressed',
    hint: 'Send it as it is, without Content-Encoding.',
    retryable: false,
  },
});
