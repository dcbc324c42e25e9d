import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Where the servers are and who is calling. */
export interface Endpoints {
  readonly url: string;
  readonly gatewayUrl: string;
  readonly token: string | null;
  /** A consumer's key for the gateway. */
  readonly gatewayKey: string | null;
  /** The `.perennial` folder that was found, for messages. */
  readonly state: string | null;
}

export interface DiscoveryOptions {
  readonly url?: string;
  readonly gatewayUrl?: string;
  readonly token?: string;
  /** Where consumers must be declared: the key that was made for this one. */
  readonly gatewayKey?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** An argument wins over the environment, the environment over what `perennial up` wrote, that over the default ports. */
export function discover(options: DiscoveryOptions = {}): Endpoints {
  const { env = process.env, cwd = process.cwd() } = options;
  const state = findState(env, cwd);
  const urls = state ? readUrls(state) : {};
  return {
    url: trim(options.url ?? env.PERENNIAL_API_URL ?? urls.api ?? 'http://127.0.0.1:8400'),
    gatewayUrl: trim(options.gatewayUrl ?? env.PERENNIAL_GATEWAY_URL ?? urls.gateway ?? 'http://127.0.0.1:8500'),
    token: options.token ?? env.PERENNIAL_TOKEN ?? (state ? readToken(state) : null),
    gatewayKey: options.gatewayKey ?? env.PERENNIAL_GATEWAY_KEY ?? null,
    state,
  };
}

/** Upwards from `cwd`, as git looks for its folder. */
function findState(env: NodeJS.ProcessEnv, cwd: string): string | null {
  const named = env.PERENNIAL_STATE;
  if (named) return resolve(cwd, named);
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const state = join(folder, '.perennial');
    if (existsSync(join(state, 'urls.json')) || existsSync(join(state, 'token'))) return state;
    if (dirname(folder) === folder) return null;
  }
}

function readUrls(state: string): Readonly<Record<string, string | undefined>> {
  try {
    return JSON.parse(readFileSync(join(state, 'urls.json'), 'utf8'));
  } catch {
    // Absent or half-written: the defaults are as good a guess.
    return {};
  }
}

function readToken(state: string): string | null {
  try {
    return readFileSync(join(state, 'token'), 'utf8').trim() || null;
  } catch {
    return null;
  }
}

const trim = (url: string) => url.replace(/\/+$/, '');
