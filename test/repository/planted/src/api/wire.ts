export interface Wire {
  readonly code: string;
}
