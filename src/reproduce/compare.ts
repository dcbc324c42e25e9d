import { type Difference, differences } from '../stage-cache/difference.ts';
import { flattened, type Ingredients } from '../stage-cache/ingredients.ts';

/** What is known of one training, of the first one or of its repetition. */
export interface KnownTraining {
  /** sha256 of model.onnx. */
  readonly artifactDigest: string;
  readonly snapshot: string;
  readonly seed: number;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** What the trainer said of itself. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly environment: Readonly<Record<string, string>>;
  /** Null where nobody has kept or could read them: they are then not compared. */
  readonly code: string | null;
  readonly environmentLock: string | null;
  readonly hardware: string | null;
}

/** How a version came out when it was trained again from its record. */
export interface Reproduction {
  readonly model: string;
  readonly version: number;
  /** Name under which it was trained again. */
  readonly run: string;
  readonly identical: boolean;
  /** Null: one of the two machines did not say what it is. */
  readonly sameHardware: boolean | null;
  /** Of what went into the training; the first one is the first suspect. */
  readonly causes: readonly Difference[];
  /** Of what came out: metrics, and the artifact itself. */
  readonly effects: readonly Difference[];
  readonly recorded: KnownTraining;
  readonly again: KnownTraining;
  /** Seconds that the repetition took. */
  readonly seconds: number;
  /** Object prefix of the repetition; null: it was identical, and removed. */
  readonly artifact: string | null;
}

type Named = Pick<Reproduction, 'model' | 'version' | 'run' | 'seconds'> & { readonly artifact: string };

/** Identical means byte for byte: the file that is served has the same sha256. */
export function compareTrainings(named: Named, recorded: KnownTraining, again: KnownTraining): Reproduction {
  const identical = recorded.artifactDigest === again.artifactDigest;
  const { hardware } = recorded;
  return {
    ...named,
    identical,
    sameHardware: hardware === null || again.hardware === null ? null : hardware === again.hardware,
    causes: differences(causesOf(recorded, again), causesOf(again, recorded)),
    effects: differences(effectsOf(recorded), effectsOf(again)),
    recorded,
    again,
    artifact: identical ? null : named.artifact,
  };
}

/** What only one side knows tells nothing. */
function causesOf(own: KnownTraining, other: KnownTraining): Ingredients {
  const known = (name: 'hardware' | 'code' | 'environmentLock', word: string): Record<string, string> => {
    const value = own[name];
    return value === null || other[name] === null ? {} : { [word]: value };
  };
  return {
    snapshot: own.snapshot,
    seed: String(own.seed),
    ...known('code', 'code'),
    ...known('environmentLock', 'environment'),
    ...known('hardware', 'hardware'),
    ...flattened('environment', own.environment),
    ...flattened('parameters', own.parameters),
  };
}

function effectsOf({ metrics, artifactDigest }: KnownTraining): Ingredients {
  return { ...flattened('metrics', metrics), 'model.onnx': artifactDigest };
}
