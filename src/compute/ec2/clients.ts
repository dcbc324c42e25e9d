import type { EC2Client } from '@aws-sdk/client-ec2';

type Sdk = typeof import('@aws-sdk/client-ec2');

/** The SDK and the two ways of asking. `launching` asks once: what to do after an answer is decided by the ladder, never by the SDK. */
export interface Ec2Clients {
  readonly sdk: Sdk;
  readonly launching: EC2Client;
  readonly asking: EC2Client;
}

/** How long an answer is awaited before it counts as lost, in milliseconds. */
export interface Patience {
  readonly launchMs: number;
  readonly askMs: number;
}

/** The SDK takes a tenth of a second and tens of megabytes to load: only a process that rents machines pays for it. */
export function ec2Clients(
  { region, endpoint }: { readonly region: string; readonly endpoint: string | null },
  { launchMs, askMs }: Patience,
): () => Promise<Ec2Clients> {
  const connect = async (): Promise<Ec2Clients> => {
    const sdk = await import('@aws-sdk/client-ec2');
    const client = (maxAttempts: number, requestTimeout: number) =>
      new sdk.EC2Client({
        region,
        ...(endpoint && { endpoint }),
        maxAttempts,
        requestHandler: { connectionTimeout: 2_000, requestTimeout, throwOnRequestTimeout: true },
      });
    return { sdk, launching: client(1, launchMs), asking: client(3, askMs) };
  };
  let clients: Promise<Ec2Clients> | null = null;
  return () => {
    clients ??= connect();
    return clients;
  };
}
