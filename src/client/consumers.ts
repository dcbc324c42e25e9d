import type { ConsumerCreated, ConsumerDetail, ConsumerRevoked } from '../api/wire.ts';
import type { Http } from './http.ts';

/** Who may ask the gateway for a model, and who does. */
export class Consumers {
  readonly #api: Http;

  constructor(api: Http) {
    this.#api = api;
  }

  /** Who calls what: of one model, or of all. */
  async list(model: string | null = null): Promise<readonly ConsumerDetail[]> {
    return await this.#api.get(model === null ? '/v1/consumers' : `/v1/models/${enc(model)}/consumers`);
  }

  /** Its key is in the answer, this once. A name that is known gets a new key and this quota. @throws PRN-REGISTRY-001 unknown model */
  async add(
    model: string,
    consumer: string,
    quota: { readonly requestsPerMinute?: number } = {},
  ): Promise<ConsumerCreated> {
    return await this.#api.post(`/v1/models/${enc(model)}/consumers/${enc(consumer)}`, quota);
  }

  /** Gateways refuse its key within five seconds where consumers must be declared. */
  async revoke(model: string, consumer: string): Promise<ConsumerRevoked> {
    return await this.#api.post(`/v1/models/${enc(model)}/consumers/${enc(consumer)}/revoke`, {});
  }
}

const enc = encodeURIComponent;
