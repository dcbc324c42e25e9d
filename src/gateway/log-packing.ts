import type { Pack } from './log-packs.ts';

/** What gateways log: each kind lies below a prefix of its name. */
export const logKinds = ['requests', 'labels'] as const;
export type LogKind = (typeof logKinds)[number];

/** Port: writes the lines of the pack's segments as one Parquet object under the pack's key. */
export type PackLog = (kind: LogKind, pack: Pack) => Promise<void>;
