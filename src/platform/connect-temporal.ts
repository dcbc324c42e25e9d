import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection } from '@temporalio/worker';

export interface TemporalConnection {
  readonly connection: NativeConnection;
  readonly namespace: string;
}

/** Address, TLS and keys come from Temporal's own profile file and variables, as its CLI reads them; a server that starts beside us is awaited. */
export async function connectTemporal(patienceMs = 20_000): Promise<TemporalConnection> {
  const { connectionOptions, namespace } = loadClientConnectConfig();
  const giveUpAt = Date.now() + patienceMs;
  for (;;) {
    try {
      return { connection: await NativeConnection.connect(connectionOptions), namespace: namespace ?? 'default' };
    } catch (error) {
      if (Date.now() > giveUpAt) throw error;
      await new Promise((tick) => setTimeout(tick, 100));
    }
  }
}
