import type { Reservation } from '@aws-sdk/client-ec2';
import type { MachineCloud, MachineSighting } from '../machines.ts';
import { isUnknownMachine, troubleOf } from './answers.ts';
import { type Ec2Clients, ec2Clients, type Patience } from './clients.ts';
import { readConsole } from './console.ts';
import { launch } from './launch.ts';
import { tagNames } from './run-instances.ts';
import type { Ec2Settings } from './settings.ts';
import { sightingOf } from './sighting.ts';
import { spotPrices } from './spot-prices.ts';

/**
 * Machines of Amazon EC2, or of whatever answers at `settings.endpoint`. Nothing is loaded or connected before the first request.
 *
 * @throws PRN-COMPUTE-022 when an answer was lost (any request), PRN-COMPUTE-023 when a request other than a launch is refused.
 */
export function ec2Cloud(
  settings: Ec2Settings,
  patience: Patience = { launchMs: 20_000, askMs: 10_000 },
): MachineCloud {
  const connect = ec2Clients(settings, patience);
  return {
    launch: async (order) => await launch(await connect(), settings, order),
    async find({ token, run }) {
      return await sightings(await connect(), settings, [
        { Name: `tag:${tagNames.managed}`, Values: ['true'] },
        ...(token === undefined ? [] : [tokenFilter(token, settings)]),
        ...(run === undefined ? [] : [{ Name: `tag:${tagNames.run}`, Values: [run] }]),
      ]);
    },
    async see(machine) {
      const { sdk, asking } = await connect();
      try {
        const answer = await asking.send(new sdk.DescribeInstancesCommand({ InstanceIds: [machine] }));
        return sightingsIn(answer.Reservations?.slice(0, 1), settings)[0] ?? null;
      } catch (error) {
        if (isUnknownMachine(error)) return null;
        throw troubleOf(error, `describe machine ${machine}`);
      }
    },
    async terminate(machine) {
      const { sdk, asking } = await connect();
      try {
        await asking.send(new sdk.TerminateInstancesCommand({ InstanceIds: [machine] }));
      } catch (error) {
        if (!isUnknownMachine(error)) throw troubleOf(error, `terminate machine ${machine}`);
      }
    },
    consoleOutput: async (machine) => await readConsole(await connect(), machine),
    spotPrices: async (types) => await spotPrices(await connect(), types, Object.keys(settings.subnets)),
  };
}

interface Filter {
  readonly Name: string;
  readonly Values: string[];
}

/** The instances of a fleet have client tokens of the fleet's making; ours stands in a tag. */
function tokenFilter(token: string, { useFleet }: Ec2Settings): Filter {
  return { Name: useFleet ? `tag:${tagNames.token}` : 'client-token', Values: [token] };
}

async function sightings(
  { sdk, asking }: Ec2Clients,
  settings: Ec2Settings,
  filters: Filter[],
): Promise<MachineSighting[]> {
  const found: MachineSighting[] = [];
  try {
    for await (const page of sdk.paginateDescribeInstances({ client: asking, pageSize: 500 }, { Filters: filters }))
      found.push(...sightingsIn(page.Reservations, settings));
  } catch (error) {
    throw troubleOf(error, 'list our machines');
  }
  return found;
}

function sightingsIn(reservations: readonly Reservation[] = [], { region }: Ec2Settings): MachineSighting[] {
  return reservations.flatMap(({ OwnerId: owner = '', Instances = [] }) =>
    Instances.map((instance) => sightingOf(instance, { owner, region })).filter((sighting) => sighting !== null),
  );
}
