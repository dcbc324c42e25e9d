import { isUnknownMachine, troubleOf } from './answers.ts';
import type { Ec2Clients } from './clients.ts';

const kept = 64 * 1024;

/** The end of what a machine has printed; machine types that cannot show the present moment show what they printed at their start. */
export async function readConsole({ sdk, asking }: Ec2Clients, machine: string): Promise<string> {
  const read = async (Latest: boolean) =>
    await asking.send(new sdk.GetConsoleOutputCommand({ InstanceId: machine, ...(Latest && { Latest }) }));
  try {
    const { Output } = await read(true).catch((error) => {
      if (isLatestUnsupported(error)) return read(false);
      throw error;
    });
    return Buffer.from(Output ?? '', 'base64')
      .subarray(-kept)
      .toString();
  } catch (error) {
    if (isUnknownMachine(error)) return '';
    throw troubleOf(error, `read the console of machine ${machine}`);
  }
}

function isLatestUnsupported(error: unknown): boolean {
  return error instanceof Error && ['UnsupportedOperation', 'InvalidParameterCombination'].includes(error.name);
}
