import { NativeConnection, Worker } from '@temporalio/worker';
import { createApprovalActivities } from '../../activities/approval.ts';
import { createRegistryActivities } from '../../activities/registry.ts';
import { filesystemStore } from '../../src/artifacts/filesystem/store.ts';
import { connectRegistry } from '../../src/registry/postgres/registry.ts';
import { workflowBundlePath } from '../../workers/bundle.ts';
import { taskQueues } from '../../workflows/messages.ts';
import { judgeAtOnce } from './approval-judge.ts';

/** A control worker for runs that only evaluate and ask; it is killed while they do. */
const [address = '', connectionString = '', folder = ''] = process.argv.slice(2);
const [connection, registry] = await Promise.all([
  NativeConnection.connect({ address }),
  connectRegistry({ connectionString, maxConnections: 4 }),
]);
const store = filesystemStore(folder);
const worker = await Worker.create({
  connection,
  taskQueue: taskQueues.control,
  workflowBundle: { codePath: workflowBundlePath },
  activities: {
    ...createRegistryActivities({ registry }),
    ...createApprovalActivities({ registry, store }),
    evaluate: judgeAtOnce(registry, store),
  },
  stickyQueueScheduleToStartTimeout: '1 s',
});
process.send?.('ready');
await worker.run();
await registry.close();
await connection.close();
