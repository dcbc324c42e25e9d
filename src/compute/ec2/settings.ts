import { z } from 'zod';
import { PerennialError } from '../../errors/error.ts';

/** What a rented machine runs once it is up: the pinned image, or a command of an AMI that has the training worker baked in. */
export type MachineProgram =
  | { readonly kind: 'image'; readonly image: string }
  | { readonly kind: 'command'; readonly command: string };

/** How Temporal is reached from the machine. `credential` names an SSM SecureString with the API key; the key itself never travels with the launch. */
export interface MachineTemporal {
  readonly address: string;
  readonly namespace: string;
  readonly credential: string | null;
}

/** Everything about an AWS account that a launch needs. */
export interface Ec2Settings {
  readonly region: string;
  /** Null: AWS itself. */
  readonly endpoint: string | null;
  readonly ami: string;
  /** Subnet by zone; its keys are the zones in which machines may be launched. */
  readonly subnets: Readonly<Record<string, string>>;
  readonly securityGroup: string | null;
  /** `{model}` in it stands for the model's name, so that every model can have a role of its own. */
  readonly instanceProfile: string | null;
  readonly program: MachineProgram;
  readonly temporal: MachineTemporal;
  /** URL of the object store as the machine sees it. */
  readonly store: string;
  /** S3 endpoint as the machine sees it; null: AWS itself. */
  readonly storeEndpoint: string | null;
  /** CreateFleet (instant) over all zones instead of RunInstances in the offer's zone. */
  readonly useFleet: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

const optional = z
  .string()
  .optional()
  .transform((text) => text || null);
const required = z.string('is not set').min(1, 'is empty');

const environment = z.object({
  PERENNIAL_EC2_REGION: required,
  PERENNIAL_EC2_ENDPOINT: optional,
  PERENNIAL_EC2_AMI: required.regex(/^ami-[0-9a-z]+$/, 'is no id of an image, e.g. ami-0123456789abcdef0'),
  PERENNIAL_EC2_SUBNETS: required.transform(subnetsByZone),
  PERENNIAL_EC2_SECURITY_GROUP: optional,
  PERENNIAL_EC2_INSTANCE_PROFILE: optional,
  PERENNIAL_TRAINING_IMAGE: optional,
  PERENNIAL_EC2_WORKER_COMMAND: optional,
  PERENNIAL_EC2_TEMPORAL_ADDRESS: required.regex(/^[^\s/]+:\d+$/, 'is no host:port that machines can reach'),
  PERENNIAL_EC2_TEMPORAL_NAMESPACE: z.string().default('default'),
  PERENNIAL_EC2_TEMPORAL_CREDENTIAL: optional,
  PERENNIAL_EC2_STORE: optional,
  PERENNIAL_STORE: optional,
  PERENNIAL_EC2_S3_ENDPOINT: optional,
  PERENNIAL_S3_ENDPOINT: optional,
  PERENNIAL_EC2_USE_FLEET: z
    .enum(['true', 'false', '1', '0', ''], 'is neither true nor false')
    .default('false')
    .transform((text) => text === 'true' || text === '1'),
});

/**
 * Reads the settings of EC2; null when PERENNIAL_EC2_REGION is unset: there are no rented machines.
 *
 * @throws PRN-COMPUTE-021 names every variable that is missing or malformed.
 */
export function ec2SettingsFrom(env: Environment): Ec2Settings | null {
  if (!env.PERENNIAL_EC2_REGION) return null;
  const read = environment.safeParse(env);
  if (!read.success) throw malformed(read.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`));
  const values = read.data;
  const store = values.PERENNIAL_EC2_STORE ?? values.PERENNIAL_STORE;
  if (store === null) throw malformed(['PERENNIAL_EC2_STORE is not set, and PERENNIAL_STORE neither']);
  return {
    region: values.PERENNIAL_EC2_REGION,
    endpoint: values.PERENNIAL_EC2_ENDPOINT,
    ami: values.PERENNIAL_EC2_AMI,
    subnets: values.PERENNIAL_EC2_SUBNETS,
    securityGroup: values.PERENNIAL_EC2_SECURITY_GROUP,
    instanceProfile: values.PERENNIAL_EC2_INSTANCE_PROFILE,
    program: programOf(values.PERENNIAL_EC2_WORKER_COMMAND, values.PERENNIAL_TRAINING_IMAGE),
    temporal: {
      address: values.PERENNIAL_EC2_TEMPORAL_ADDRESS,
      namespace: values.PERENNIAL_EC2_TEMPORAL_NAMESPACE,
      credential: values.PERENNIAL_EC2_TEMPORAL_CREDENTIAL,
    },
    store,
    storeEndpoint: values.PERENNIAL_EC2_S3_ENDPOINT ?? values.PERENNIAL_S3_ENDPOINT,
    useFleet: values.PERENNIAL_EC2_USE_FLEET,
  };
}

/** A tag can be moved to another image between two attempts of one run; a digest cannot. */
function programOf(command: string | null, image: string | null): MachineProgram {
  if (command !== null) return { kind: 'command', command };
  if (image === null)
    throw malformed(['PERENNIAL_TRAINING_IMAGE is not set, and PERENNIAL_EC2_WORKER_COMMAND neither']);
  if (!/^[^\s@]+@sha256:[0-9a-f]{64}$/.test(image))
    throw malformed([`PERENNIAL_TRAINING_IMAGE is "${image}", which is not pinned by @sha256:<64 hex digits>`]);
  return { kind: 'image', image };
}

function subnetsByZone(text: string, context: z.RefinementCtx): Record<string, string> {
  const pairs = text.split(',').map((pair) => pair.split('=').map((part) => part.trim()));
  const wrong = pairs.find(([zone, subnet, ...rest]) => !zone || !subnet?.startsWith('subnet-') || rest.length > 0);
  if (wrong) context.addIssue({ code: 'custom', message: `has "${wrong.join('=')}" where zone=subnet-id is expected` });
  return Object.fromEntries(pairs);
}

function malformed(mistakes: readonly string[]): PerennialError {
  return new PerennialError('PRN-COMPUTE-021', {
    message: `EC2 cannot be used with these settings: ${mistakes.join('; ')}.`,
    details: { mistakes },
  });
}
