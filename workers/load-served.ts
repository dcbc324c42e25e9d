import { inParts } from '../src/gateway/in-parts.ts';
import { loadOnnxPredictor } from '../src/gateway/onnx/predictor.ts';
import type { LoadPredictor } from '../src/gateway/predictor.ts';
import { isUpstream } from '../src/gateway/served-at.ts';
import { createUpstreamPredictor } from '../src/gateway/upstream/predictor.ts';

const rowsAtMost = 1_000;
const timeoutMs = 60_000;

/** What answers for a version: its file, or the server that has it. */
export const loadServed: LoadPredictor = async (place, signature) =>
  isUpstream(place)
    ? inParts(createUpstreamPredictor(place, signature, { timeoutMs }), rowsAtMost)
    : await loadOnnxPredictor(place, signature);
