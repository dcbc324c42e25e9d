/** A step of the demo did not do what it should: the demo ends with exit code 1. */
export class DemoFailure extends Error {}

export function expectThat(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new DemoFailure(otherwise);
}
