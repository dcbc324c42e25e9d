import type { RunProgress } from '../../workflows/messages.ts';
import type { AlarmRecord, Mute } from '../alarm/alarm.ts';
import type { CheckSummary } from '../alarm/check-record.ts';
import type {
  AlarmList,
  Applied,
  CheckDetail,
  Fleet,
  Health,
  History,
  MachineStanding,
  ModelDetail,
  ModelSummary,
  RolloutDetail,
  RolloutStarted,
  RunDetail,
  RunLogs,
  RunStarted,
  Said,
  SweepDetail,
  TokenCreated,
  VersionDetail,
} from '../api/wire.ts';
import type { Delegation } from '../approval/delegation.ts';
import type { VersionDifference } from '../decision/compare-versions.ts';
import type { Explanation } from '../decision/story.ts';
import type { NoticeRecord } from '../notice/book.ts';
import type { QueryResult } from '../predictions/predictions.ts';
import type { Route, RunRecord, VersionRecord } from '../registry/registry.ts';
import type { Reproduction } from '../reproduce/compare.ts';
import { type CheckOptions, runCheck } from './check.ts';
import { Consumers } from './consumers.ts';
import { type DiscoveryOptions, discover, type Endpoints } from './discovery.ts';
import { followStates } from './event-stream.ts';
import { Http } from './http.ts';
import { type ModelText, readModelText } from './model-text.ts';
import type { GivenVote, LogOptions, RetrainOptions, UpstreamVersion, Watching } from './options.ts';
import { type Prediction, type PredictOptions, predict, type Row } from './predict.ts';
import { runReproduction } from './reproduce.ts';
import { RunHandle } from './run-handle.ts';
import { Shadows } from './shadows.ts';
import { Traffic } from './traffic.ts';

export interface ClientOptions extends DiscoveryOptions {
  readonly fetch?: typeof fetch;
  /** Named in the audit trail. */
  readonly via?: 'client' | 'cli';
}

/**
 * Everything that people and programs ask of Perennial, over HTTP. Finds the servers that `perennial up` started by itself;
 * every failure is a PerennialError with the server's code and hint.
 *
 * @example
 * const perennial = new PerennialClient();
 * await perennial.apply('flight-delay.model.json');
 * const run = await perennial.retrain('flight-delay', { reason: 'new season' });
 * const { outcome } = await run.result((progress) => console.log(progress.state));
 */
export class PerennialClient {
  readonly endpoints: Endpoints;
  readonly shadows: Shadows;
  readonly consumers: Consumers;
  readonly traffic: Traffic;
  readonly #api: Http;
  readonly #gateway: Http;

  constructor(options: ClientOptions = {}) {
    this.endpoints = discover(options);
    const { url, gatewayUrl, token, gatewayKey } = this.endpoints;
    const common = { token, fetch: options.fetch ?? fetch, via: options.via ?? 'client' } as const;
    this.#api = new Http({ ...common, url, what: 'the Perennial API' });
    this.shadows = new Shadows(this.#api);
    this.consumers = new Consumers(this.#api);
    this.traffic = new Traffic(this.#api);
    this.#gateway = new Http({ ...common, token: gatewayKey, url: gatewayUrl, what: 'the gateway' });
  }

  /** Never throws for an unhealthy server, only for one that does not answer. */
  async health(): Promise<Health> {
    return await this.#api.get('/v1/health', { accept: 503, timeoutMs: 10_000 });
  }

  async whoami(): Promise<{ readonly name: string; readonly roles: readonly string[] }> {
    return await this.#api.get('/v1/whoami');
  }

  /** Applies a model file: registers the plan, makes its schedules. @throws PRN-API-005 with `details.problems` */
  async apply(file: string | ModelText, options: { readonly dryRun?: boolean } = {}): Promise<Applied> {
    return await this.#api.post('/v1/models', { ...(await readModelText(file)), dryRun: options.dryRun ?? false });
  }

  async models(): Promise<readonly ModelSummary[]> {
    return await this.#api.get('/v1/models');
  }

  /** @throws PRN-REGISTRY-001 unknown model */
  async model(model: string): Promise<ModelDetail> {
    return await this.#api.get(`/v1/models/${enc(model)}`);
  }

  async versions(model: string): Promise<readonly VersionRecord[]> {
    return await this.#api.get(`/v1/models/${enc(model)}/versions`);
  }

  /** Another server's model as a challenger; the same address under the same name is one version. @throws PRN-API-015 nothing is stable */
  async registerVersion(model: string, version: UpstreamVersion): Promise<VersionRecord> {
    return await this.#api.post(`/v1/models/${enc(model)}/versions`, version);
  }

  /** A version with the evidence and the decisions about it, as they were stored. */
  async version(model: string, version: number): Promise<VersionDetail> {
    return await this.#api.get(`/v1/models/${enc(model)}/versions/${version}`);
  }

  /**
   * One SELECT in DuckDB's SQL over the tables predictions, evaluations, versions, runs, requests and labels; of one model or of all. At most 1,000 rows
   * unless told. @throws PRN-QUERY-* not one SELECT, refused, too slow
   */
  async query(sql: string, options: { readonly model?: string; readonly limit?: number } = {}): Promise<QueryResult> {
    return await this.#api.post('/v1/query', { sql, ...options }, { timeoutMs: 90_000 });
  }

  /** Why a version is where it is, from what was stored when it was decided on. */
  async explain(model: string, version: number): Promise<Explanation> {
    return await this.#api.get(`/v1/models/${enc(model)}/versions/${version}/explanation`);
  }

  /** The model card of a version in Markdown, or its report as a page that needs nothing else. */
  async card(model: string, version: number, form: 'markdown' | 'html' = 'markdown'): Promise<string> {
    const page = form === 'html' ? 'report' : 'card';
    const answer = await this.#api.open(`/v1/models/${enc(model)}/versions/${version}/${page}`, {});
    return await answer.text();
  }

  /** What is different from one version to another: data, code, parameters, environment, metrics, behaviour. */
  async difference(model: string, from: number, to: number): Promise<VersionDifference> {
    return await this.#api.get(`/v1/models/${enc(model)}/difference`, { query: { from, to }, timeoutMs: 60_000 });
  }

  /** Newest first; with `at` also what was live then. */
  async history(
    model: string,
    options: { readonly at?: string; readonly limit?: number; readonly after?: number } = {},
  ): Promise<History> {
    return await this.#api.get(`/v1/models/${enc(model)}/history`, { query: options });
  }

  /** Newest first, of one model or of all; `open`: only those that are. At most 50 unless told. */
  async alarms(
    model: string | null,
    options: { readonly open?: boolean; readonly limit?: number } = {},
  ): Promise<AlarmList> {
    const path = model === null ? '/v1/alarms' : `/v1/models/${enc(model)}/alarms`;
    return await this.#api.get(path, { query: options });
  }

  /** @throws PRN-REGISTRY-006 unknown alarm */
  async alarm(alarm: number): Promise<AlarmRecord> {
    return await this.#api.get(`/v1/alarms/${alarm}`);
  }

  /** It stays open, and is told again only when it gets worse. @throws PRN-REGISTRY-014 it is closed */
  async acknowledgeAlarm(alarm: number, comment: string): Promise<AlarmRecord> {
    return await this.#api.post(`/v1/alarms/${alarm}/acknowledge`, { comment });
  }

  /** Silent, and without runs, until an instant; null wakes it. @throws PRN-REGISTRY-014 it is closed, or that is past */
  async snoozeAlarm(
    alarm: number,
    snooze: { readonly until: string | null; readonly reason: string },
  ): Promise<AlarmRecord> {
    return await this.#api.post(`/v1/alarms/${alarm}/snooze`, snooze);
  }

  async closeAlarm(alarm: number, reason: string): Promise<AlarmRecord> {
    return await this.#api.post(`/v1/alarms/${alarm}/close`, { reason });
  }

  /** Findings of a column, of a code, or of both open no alarm: until an instant, or for ever. */
  async mute(
    model: string,
    mute: { readonly column?: string; readonly code?: string; readonly until?: string; readonly reason: string },
  ): Promise<Mute> {
    return await this.#api.post(`/v1/models/${enc(model)}/mutes`, mute);
  }

  /** @throws PRN-REGISTRY-015 there is no such mute */
  async unmute(
    model: string,
    unmuted: { readonly column?: string; readonly code?: string; readonly reason: string },
  ): Promise<Said> {
    return await this.#api.post(`/v1/models/${enc(model)}/unmute`, unmuted);
  }

  /** By the instant that they look back from, newest first; `before` leads to the next page. At most 20 unless told. */
  async checks(
    model: string,
    options: { readonly before?: string; readonly limit?: number } = {},
  ): Promise<readonly CheckSummary[]> {
    return await this.#api.get(`/v1/models/${enc(model)}/checks`, { query: options });
  }

  /** Runs the model's check now, or as of a past instant, and waits for it. @throws PRN-API-008 the check failed */
  async check(model: string, options: CheckOptions = {}): Promise<CheckDetail & { readonly asOf: string }> {
    return await runCheck(this.#api, model, options);
  }

  /** What is kept of the check of an instant, with its report. @throws PRN-API-004 there is none */
  async checkReport(model: string, asOf: string): Promise<CheckDetail> {
    return await this.#api.get(`/v1/models/${enc(model)}/checks/${enc(asOf)}`);
  }

  /** Starts a run, or joins the open one. @throws PRN-API-009 a plan of its own while a run is open */
  async retrain(model: string, { plan, ...options }: RetrainOptions = {}): Promise<RunHandle> {
    const body = { ...options, ...(plan === undefined ? {} : { plan: await readModelText(plan) }) };
    return new RunHandle(await this.#api.post<RunStarted>(`/v1/models/${enc(model)}/runs`, body), this);
  }

  /** Trains a version again from its record, and compares. @throws PRN-API-008 it could not be trained, and why */
  async reproduce(model: string, version: number): Promise<Reproduction> {
    return await runReproduction(this.#api, model, version);
  }

  async runs(model: string, limit = 20): Promise<readonly RunRecord[]> {
    return await this.#api.get('/v1/runs', { query: { model, limit } });
  }

  async run(run: string): Promise<RunDetail> {
    return await this.#api.get(`/v1/runs/${enc(run)}`);
  }

  /** What the trainers of a run have said: of its newest attempt, or of the one that is named. @throws PRN-API-004 no such attempt */
  async logs(run: string, options: LogOptions = {}): Promise<RunLogs> {
    return await this.#api.get(`/v1/runs/${enc(run)}/logs`, { query: { ...options } });
  }

  /** Every change of a run until it is closed; survives restarts of the API. */
  follow(run: string, { signal }: Watching = {}): AsyncGenerator<RunProgress, void> {
    return followStates<RunProgress>(this.#api, `/v1/runs/${enc(run)}/events`, signal);
  }

  /** `evidence` is the digest of the report that the voter saw: a vote releases nothing else. @throws PRN-API-008 refused, and why */
  async approve(run: string, vote: GivenVote): Promise<Said> {
    return await this.#api.post(`/v1/runs/${enc(run)}/approve`, vote);
  }

  async reject(run: string, vote: GivenVote): Promise<Said> {
    return await this.#api.post(`/v1/runs/${enc(run)}/reject`, vote);
  }

  /** Roles that people have lent each other; `all`: also those that have ended. */
  async delegations(options: { readonly all?: boolean } = {}): Promise<readonly Delegation[]> {
    return await this.#api.get('/v1/delegations', { query: options });
  }

  /** Lends a role that the caller holds until an instant: the receiver's votes count by it. @throws PRN-APPROVAL-002 not so */
  async delegate(delegation: {
    readonly role: string;
    readonly to: string;
    readonly until: string;
    readonly reason: string;
  }): Promise<Delegation> {
    return await this.#api.post('/v1/delegations', delegation);
  }

  /** @throws PRN-APPROVAL-001 there is none · PRN-APPROVAL-003 it is somebody else's */
  async revokeDelegation(id: number, reason: string): Promise<Delegation> {
    return await this.#api.post(`/v1/delegations/${id}/revoke`, { reason });
  }

  /** What was told to whom about a model, newest first. At most 20 unless told. */
  async notices(model: string, limit = 20): Promise<readonly NoticeRecord[]> {
    return await this.#api.get(`/v1/models/${enc(model)}/notices`, { query: { limit } });
  }

  /** Takes a failed stage up again from where it stopped. */
  async retryStage(run: string, stage: string): Promise<Said> {
    return await this.#api.post(`/v1/runs/${enc(run)}/retry`, { stage });
  }

  /** How a stage's sweep stands, or what it has learnt. @throws PRN-API-004, PRN-API-008 the stage has none */
  async sweep(run: string, stage: string): Promise<SweepDetail> {
    return await this.#api.get(sweepPath(run, stage));
  }

  /** Orders to a sweep that is under way; its workflow answers at once. @throws PRN-API-008 refused, and why */
  async extendSweep(run: string, stage: string, order: { readonly trials: number; readonly reason: string }) {
    return await this.#api.post<Said>(`${sweepPath(run, stage)}/extend`, order);
  }

  async pauseSweep(run: string, stage: string, order: { readonly paused: boolean; readonly reason: string }) {
    return await this.#api.post<Said>(`${sweepPath(run, stage)}/pause`, order);
  }

  /** Keeps what has finished; the run goes on with the best of it. */
  async stopSweep(run: string, stage: string, order: { readonly reason: string }): Promise<Said> {
    return await this.#api.post<Said>(`${sweepPath(run, stage)}/stop`, order);
  }

  async setSweepParallel(run: string, stage: string, order: { readonly parallel: number; readonly reason: string }) {
    return await this.#api.post<Said>(`${sweepPath(run, stage)}/parallel`, order);
  }

  async cancel(run: string): Promise<Said> {
    return await this.#api.post(`/v1/runs/${enc(run)}/cancel`);
  }

  /** Rented machines with what they have cost, newest first; `living`: only those that have not ended. At most 200 unless told. */
  async machines(
    options: { readonly run?: string; readonly living?: boolean; readonly limit?: number } = {},
    { timeoutMs }: { readonly timeoutMs?: number } = {},
  ): Promise<readonly MachineStanding[]> {
    return await this.#api.get('/v1/machines', { query: options, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
  }

  /** Standing machines: who trains on which queue, and whose work waits. */
  async fleet(): Promise<Fleet> {
    return await this.#api.get('/v1/fleet');
  }

  /** Starts a rollout by hand; `force` overrules the gates that rejected the version, and is recorded. */
  async rollout(
    model: string,
    version: number,
    options: {
      readonly reason: string;
      readonly force?: boolean;
      readonly skipShadow?: boolean;
      /** Keeps this share for this long (a duration, such as 14d) and is compared all the while; never promoted by itself. */
      readonly standing?: { readonly weight: number; readonly for: string };
    },
  ): Promise<RolloutStarted> {
    return await this.#api.post(`/v1/models/${enc(model)}/rollouts`, { version, ...options });
  }

  /** The rollout that is under way. @throws PRN-API-004 there is none */
  async currentRollout(model: string): Promise<RolloutDetail> {
    return await this.#api.get(`/v1/models/${enc(model)}/rollout`);
  }

  async rolloutDetail(rollout: string): Promise<RolloutDetail> {
    return await this.#api.get(`/v1/rollouts/${enc(rollout)}`);
  }

  followRollout(rollout: string, { signal }: Watching = {}): AsyncGenerator<RolloutDetail, void> {
    return followStates<RolloutDetail>(this.#api, `/v1/rollouts/${enc(rollout)}/events`, signal);
  }

  async promote(rollout: string, reason: string): Promise<Said> {
    return await this.#api.post(`/v1/rollouts/${enc(rollout)}/promote`, { reason });
  }

  async abort(rollout: string, reason: string): Promise<Said> {
    return await this.#api.post(`/v1/rollouts/${enc(rollout)}/abort`, { reason });
  }

  /** Another share of the requests, at once; later steps do not lower it. */
  async setWeight(rollout: string, order: { readonly weight: number; readonly reason: string }): Promise<Said> {
    return await this.#api.post(`/v1/rollouts/${enc(rollout)}/weight`, order);
  }

  async pause(rollout: string, reason: string, paused = true): Promise<Said> {
    return await this.#api.post(`/v1/rollouts/${enc(rollout)}/pause`, { reason, paused });
  }

  /**
   * Back to the previous stable version, or `to`. With `expectedRev`, the seen `rev` of the route, a repetition is refused. @throws PRN-API-013
   */
  async rollback(
    model: string,
    options: { readonly reason: string; readonly to?: number; readonly expectedRev?: number },
  ): Promise<Route> {
    return await this.#api.post(`/v1/models/${enc(model)}/rollback`, options);
  }

  async createToken(name: string, roles: readonly string[]): Promise<TokenCreated> {
    return await this.#api.post('/v1/tokens', { name, roles });
  }

  /** Asks the gateway; it records the request, splits traffic and answers with the version that served it. */
  async predict(model: string, rows: Row | readonly Row[], options: PredictOptions = {}): Promise<Prediction> {
    return await predict(this.#gateway, model, rows, options);
  }

  /** Tells the gateway what really happened, by the request's id: checks and rollouts then know how good the answers were. */
  async label(
    model: string,
    labels: readonly { readonly id: string; readonly label: string | number }[],
  ): Promise<{ readonly accepted: number }> {
    return await this.#gateway.post(`/v1/models/${enc(model)}/labels`, { labels });
  }
}

const enc = encodeURIComponent;

function sweepPath(run: string, stage: string): string {
  return `/v1/runs/${enc(run)}/sweeps/${enc(stage)}`;
}
