// Child of temporal.mjs: lets the SDK fetch the Temporal CLI into the folder named by the first argument.
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { temporalVersion } from './paths.mjs';

const executable = { type: 'cached-download', version: `v${temporalVersion}`, downloadDir: process.argv[2], ttl: '1d' };
const environment = await TestWorkflowEnvironment.createLocal({ server: { executable } });
await environment.teardown();
