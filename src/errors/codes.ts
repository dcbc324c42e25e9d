import { apiCodes } from './codes/api.ts';
import { approvalCodes } from './codes/approval.ts';
import { artifactsCodes } from './codes/artifacts.ts';
import { cliCodes } from './codes/cli.ts';
import { computeCodes } from './codes/compute.ts';
import { datasetCodes } from './codes/dataset.ts';
import { driftCodes } from './codes/drift.ts';
import { evaluationCodes } from './codes/evaluation.ts';
import { gatewayCodes } from './codes/gateway.ts';
import { noticeCodes } from './codes/notice.ts';
import { planCodes } from './codes/plan.ts';
import { platformCodes } from './codes/platform.ts';
import { queryCodes } from './codes/query.ts';
import { registryCodes } from './codes/registry.ts';
import { rolloutCodes } from './codes/rollout.ts';
import { runCodes } from './codes/run.ts';
import { sweepCodes } from './codes/sweep.ts';
import { trainingCodes } from './codes/training.ts';

/** Every code that Perennial can answer with, by area; docs/errors.md is generated from it. */
export const errorCodes = {
  ...planCodes,
  ...datasetCodes,
  ...driftCodes,
  ...evaluationCodes,
  ...queryCodes,
  ...sweepCodes,
  ...approvalCodes,
  ...rolloutCodes,
  ...registryCodes,
  ...artifactsCodes,
  ...trainingCodes,
  ...computeCodes,
  ...runCodes,
  ...gatewayCodes,
  ...apiCodes,
  ...cliCodes,
  ...platformCodes,
  ...noticeCodes,
} as const;

export type ErrorCode = keyof typeof errorCodes;
