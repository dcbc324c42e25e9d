/** Who did something, through what: stored with every event. */
export interface Actor {
  readonly name: string;
  readonly via: 'cli' | 'api' | 'client' | 'signal' | 'schedule' | 'check' | 'workflow' | 'gateway' | 'message';
}

type TriggerKind = 'schedule' | 'alarm' | 'manual' | 'webhook' | 'message' | 'pull-request';

/** What started a run or a check. */
export interface Trigger {
  readonly kind: TriggerKind;
  readonly by: string;
  readonly reason?: string;
}
