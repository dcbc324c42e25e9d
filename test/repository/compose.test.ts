import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { gatewayFlags } from '../../src/gateway/node-flags.ts';
import { defaultPorts, readSettings } from '../../src/platform/settings.ts';
import { searchAttributes } from '../../workflows/search-attributes.ts';

interface Service {
  readonly image: string;
  readonly command?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
}

// Nothing here can start containers: what can be wrong between this file and the sources is checked by reading both.
const compose = parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
};
const services = Object.entries(compose.services);
const ours = services.filter(([, { image }]) => image === 'perennial:local');

describe('docker-compose.yml', () => {
  it('runs the programs of the platform, each compiled from a source that exists', () => {
    expect(ours.map(([name]) => name).sort()).toEqual(['api', 'control', 'gateway', 'training']);
    for (const [, { command = '' }] of ours) {
      const source = /^node (?:--\S+ )*dist\/(.+)\.js$/.exec(command)?.[1];
      expect(existsSync(`${source}.ts`), command).toBe(true);
    }
  });

  it('starts the gateway with the flags of Node that the platform gives it', () => {
    expect(compose.services.gateway?.command).toBe(`node ${gatewayFlags.join(' ')} dist/src/gateway/main.js`);
  });

  it('sets only variables that the programs read', () => {
    const settings = readFileSync('src/platform/settings.ts', 'utf8');
    const names = new Set(ours.flatMap(([, { environment = {} }]) => Object.keys(environment)));
    const unread = [...names].filter((name) => name.startsWith('PERENNIAL_') && !settings.includes(`${name}:`));
    expect(names.size).toBeGreaterThan(8);
    expect(unread).toEqual([]);
  });

  it.each(ours)('gives %s settings that the programs accept', (_, { environment = {} }) => {
    expect(() => readSettings({ ...environment })).not.toThrow();
  });

  it('publishes ports on the loopback interface only', () => {
    const published = services.flatMap(([, { ports = [] }]) => ports);
    expect(published.length).toBeGreaterThan(5);
    expect(published.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });

  it('answers where the embedded platform answers', () => {
    const outer = (name: string) => Number(compose.services[name]?.ports?.[0]?.split(':')[1]);
    expect(outer('api')).toBe(defaultPorts.api);
    expect(outer('gateway')).toBe(defaultPorts.gateway);
    expect(outer('temporal')).toBe(defaultPorts.temporal);
    expect(outer('temporal-ui')).toBe(defaultPorts.temporalUi);
  });

  it('listens on the port that it publishes and that the others call', () => {
    for (const name of ['api', 'gateway']) {
      const { environment = {}, ports = [] } = compose.services[name] ?? {};
      expect(ports[0]?.split(':')[2]).toBe(environment.PERENNIAL_PORT);
      expect(environment[`PERENNIAL_${name.toUpperCase()}_URL`]).toBe(`http://${name}:${environment.PERENNIAL_PORT}`);
    }
  });

  it('mounts files that exist and volumes that are declared', () => {
    for (const volume of services.flatMap(([, { volumes = [] }]) => volumes)) {
      const source = volume.split(':')[0] ?? '';
      const isThere = source.startsWith('./') ? existsSync(source) : source in compose.volumes;
      expect(isThere, volume).toBe(true);
    }
  });

  it('pins every foreign image to a version', () => {
    const foreign = services.filter(([, { image }]) => image !== 'perennial:local');
    expect(foreign.filter(([, { image }]) => !/:v?\d+[\w.-]*$/.test(image))).toEqual([]);
  });

  it('registers every search attribute of the workflows', () => {
    const script = readFileSync('deploy/temporal/namespace.sh', 'utf8');
    const registered = /for name in (.+); do/.exec(script)?.[1]?.split(' ').sort();
    expect(registered).toEqual(
      Object.values(searchAttributes)
        .map(({ name }) => name)
        .sort(),
    );
  });
});
