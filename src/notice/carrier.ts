/** What became of one attempt to tell somebody. */
export type Delivery =
  | { readonly state: 'delivered' }
  /** It has certainly not arrived. `again`: trying once more may help. */
  | { readonly state: 'refused'; readonly why: string; readonly again: boolean }
  /** It may have arrived: sending it again could tell the same thing twice. */
  | { readonly state: 'uncertain'; readonly why: string };

export interface Post {
  readonly url: string;
  readonly contentType: string;
  readonly body: string;
  /** The same for every attempt of the same notice: receivers know a repetition by it. */
  readonly id: string;
  /** Signs the post; null: unsigned. */
  readonly secret: string | null;
}

export interface Letter {
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly id: string;
}

/** Port: the ways by which notices leave. They never throw for what the other side does, and name no secret in `why`. */
export interface Carriers {
  post(post: Post): Promise<Delivery>;
  /** Null: this worker knows no mail server. */
  readonly mail: ((letter: Letter) => Promise<Delivery>) | null;
}
