export interface Registry {
  readonly name: string;
}
