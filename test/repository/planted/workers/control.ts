import { s3 } from '../src/artifacts/s3/store.ts';
import * as workflows from '../workflows/retrain.ts';

export const worker = { s3, workflows };
