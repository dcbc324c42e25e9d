import type { StandingShadow } from '../api/wire.ts';
import type { Route } from '../registry/registry.ts';
import type { Http } from './http.ts';

/** The versions of a model that see copies of all requests, beside any rollout, until they are taken off. Nobody sees their answers. */
export class Shadows {
  readonly #api: Http;

  constructor(api: Http) {
    this.#api = api;
  }

  async list(model: string): Promise<readonly StandingShadow[]> {
    return await this.#api.get(shadowsPath(model));
  }

  /** @throws PRN-API-013 refused, and why */
  async add(model: string, version: number, reason: string): Promise<Route> {
    return await this.#api.post(`${shadowsPath(model)}/${version}`, { reason });
  }

  async remove(model: string, version: number, reason: string): Promise<Route> {
    return await this.#api.post(`${shadowsPath(model)}/${version}/remove`, { reason });
  }
}

function shadowsPath(model: string): string {
  return `/v1/models/${encodeURIComponent(model)}/shadows`;
}
