import type { HoldbackDetail, SeenTraffic } from '../api/wire.ts';
import type { Http } from './http.ts';

/** What the request log tells of a model. */
export class Traffic {
  readonly #api: Http;

  constructor(api: Http) {
    this.#api = api;
  }

  /** What the champion has answered in the last hours: 24 unless told. */
  async seen(model: string, hours = 24): Promise<SeenTraffic> {
    return await this.#api.get(`/v1/models/${encodeURIComponent(model)}/traffic`, { query: { hours } });
  }

  /** What happens where the model's answers were not acted upon, beside the rest: 30 days unless told. */
  async heldBack(model: string, days = 30): Promise<HoldbackDetail> {
    return await this.#api.get(`/v1/models/${encodeURIComponent(model)}/holdback`, { query: { days } });
  }
}
