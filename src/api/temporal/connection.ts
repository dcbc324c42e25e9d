import { Connection, type ConnectionOptions } from '@temporalio/client';

/**
 * A connection that is made when it is first needed. gRPC waits longer after each failure, up to two minutes; capped,
 * the API is back two seconds after Temporal is, however long that was away.
 */
export function lazyConnection(options: ConnectionOptions): Connection {
  const channelArgs = { ...options.channelArgs, 'grpc.max_reconnect_backoff_ms': 2_000 };
  return Connection.lazy({ ...options, channelArgs });
}
