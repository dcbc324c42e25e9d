import type { NoticeEntry, NoticeWord } from '../plan/schema-notify.ts';

/** Where a notice goes. Addresses and secrets are named as in the model file: `$NAME` is looked up where it is sent. */
export type Recipient =
  | {
      readonly kind: 'webhook';
      /** URL, or `$NAME`. */
      readonly url: string;
      readonly format: 'slack' | 'cloudevents';
      /** `$NAME` of the secret that signs it; null: unsigned. */
      readonly signWith: string | null;
    }
  | { readonly kind: 'email'; readonly to: readonly string[] };

/** The addresses that a plan names for an event. */
export function recipientsOf(entries: readonly NoticeEntry[], on: NoticeWord): readonly Recipient[] {
  return entries.flatMap((entry): Recipient[] => {
    if (!entry.on.includes(on)) return [];
    const { webhook, email, format = 'slack', signWith = null } = entry;
    if (webhook !== undefined) return [{ kind: 'webhook', url: webhook, format, signWith }];
    return email === undefined ? [] : [{ kind: 'email', to: email }];
  });
}

/** The address as it may be shown and kept: a literal URL without its path, which may be a secret. */
export function labelOf(to: Recipient): string {
  if (to.kind === 'email') return to.to.join(', ');
  if (to.url.startsWith('$')) return to.url;
  return URL.canParse(to.url) ? `${new URL(to.url).origin}/…` : 'an address that is no URL';
}
