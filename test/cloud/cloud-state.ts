/** What the cloud knows of itself at this moment, and what only it can know: who lives, and what it costs. */
export interface CloudState {
  /** True: every machine has namespaces of its own. False: plain processes of this host. */
  readonly isolated: boolean;
  readonly instances: readonly CloudInstance[];
  readonly bill: { readonly seconds: number; readonly usd: number };
  /** Every call of the EC2 interface since the start or `clear`, in order. */
  readonly calls: readonly CloudCall[];
}

/** One machine that was ever made, also after its end. */
export interface CloudInstance {
  readonly id: string;
  readonly state: 'pending' | 'running' | 'shutting-down' | 'terminated' | 'stopping' | 'stopped';
  /** Why it ended, e.g. "Client.InstanceInitiatedShutdown"; null before. */
  readonly reason: string | null;
  readonly type: string;
  readonly az: string;
  readonly market: 'spot' | 'on-demand';
  readonly token: string | null;
  readonly tags: Readonly<Record<string, string>>;
  /** How long it has been running so far; pending and shutting-down cost nothing. */
  readonly meteredSeconds: number;
  /** What EC2 would write on the bill: whole seconds, and a minute at least. */
  readonly billedSeconds: number;
  /** Null where `prices` never said what such a machine costs. */
  readonly billedUsd: number | null;
  /** Living processes of the guest, its init among them. */
  readonly processes: number;
  /** Holds console.log, user-data and the guest's home. */
  readonly folder: string;
}

export interface CloudCall {
  /** Seconds since 1970. */
  readonly at: number;
  readonly action: string;
  /** Machines that the call names. */
  readonly ids: readonly string[];
  readonly region: string;
  readonly type: string | null;
  readonly az: string | null;
  readonly market: 'spot' | 'on-demand';
  readonly token: string | null;
  /** Error code that was answered; null: it went well. */
  readonly code: string | null;
}

/** The next `times` calls of `action` that fit are answered with `code`. */
export interface CloudFault {
  readonly action: string;
  /** A code of EC2, or "LostResponse": the call is carried out, and its answer is an HTTP 500. */
  readonly code: string;
  /** The call is carried out all the same. */
  readonly carriedOut?: boolean;
  /** All that are given must fit; `id` for actions on machines. */
  readonly match?: {
    readonly type?: string;
    readonly az?: string;
    readonly market?: 'spot' | 'on-demand';
    readonly id?: string;
  };
  /** 1 if absent. */
  readonly times?: number | 'always';
  /** HTTP status; if absent, the one that EC2 sends with this code. */
  readonly status?: number;
  readonly message?: string;
}

/** US dollars an hour; a spot price may differ by zone. */
export interface CloudPrices {
  readonly spot?: Readonly<Record<string, number | Readonly<Record<string, number>>>>;
  readonly onDemand?: Readonly<Record<string, number>>;
}
