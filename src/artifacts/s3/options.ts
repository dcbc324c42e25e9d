/** How to reach S3, and where copies go. Credentials come from the SDK's default chain. */
export interface S3FilesOptions {
  /** Of a server that is not Amazon's, e.g. http://127.0.0.1:7070; buckets are then part of the path. */
  readonly endpoint?: string;
  /** By default AWS_REGION or what the profile says. */
  readonly region?: string;
  /** Where local copies are kept. Several processes of a machine may share it. */
  readonly cacheFolder: string;
  /** 20 GiB by default. */
  readonly maxCacheBytes?: number;
}

export interface S3StoreOptions extends S3FilesOptions {
  readonly bucket: string;
  /** Keys of the store lie below it; '' for the whole bucket. */
  readonly prefix: string;
}
