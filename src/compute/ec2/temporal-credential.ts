import { PerennialError } from '../../errors/error.ts';

/**
 * The API key for Temporal, read by the machine itself with its own role, so that it stands neither in user-data nor in a tag.
 * The region comes from AWS_REGION, which the machine's script sets.
 *
 * @param name of an SSM SecureString, e.g. "/perennial/temporal-api-key".
 * @throws PRN-COMPUTE-024 when there is no such parameter or the role may not read it.
 */
export async function temporalCredential(name: string): Promise<string> {
  const { GetParameterCommand, SSMClient } = await import('@aws-sdk/client-ssm');
  const client = new SSMClient({ maxAttempts: 5 });
  try {
    const { Parameter } = await client.send(new GetParameterCommand({ Name: name, WithDecryption: true }));
    if (Parameter?.Value) return Parameter.Value;
  } catch (error) {
    const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw unreadable(name, why, error);
  } finally {
    client.destroy();
  }
  throw unreadable(name, 'it has no value');
}

function unreadable(name: string, why: string, cause?: unknown): PerennialError {
  const message = `The Temporal credential in the SSM parameter "${name}" cannot be read: ${why}`;
  return new PerennialError('PRN-COMPUTE-024', { message, cause, details: { parameter: name } });
}
