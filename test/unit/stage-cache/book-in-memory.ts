import type { ClaimAnswer, KeptTraining, StageCacheBook, TrainingClaim } from '../../../src/stage-cache/book.ts';

interface Row {
  claim: TrainingClaim;
  made: { readonly at: string; readonly kept: KeptTraining } | null;
}

/** The port without a database; the contract suite holds the real adapters to the same rules. */
export function bookInMemory(now: () => string): StageCacheBook {
  const rows = new Map<string, Row>();
  const holds = (row: Row | undefined, { run, stage }: { readonly run: string; readonly stage: string }) =>
    row?.claim.run === run && row.claim.stage === stage;
  const claimed = (claim: TrainingClaim, expired: string | null): ClaimAnswer => {
    rows.set(claim.key, { claim, made: null });
    return { state: 'claimed', expired };
  };
  return {
    async claimTraining(claim) {
      const row = rows.get(claim.key);
      if (row === undefined) return claimed(claim, null);
      const { run, stage } = row.claim;
      if (row.made === null) {
        const passes = holds(row, claim) || (claim.takeOverFrom !== undefined && holds(row, claim.takeOverFrom));
        return passes ? claimed(claim, null) : { state: 'held', run, stage };
      }
      if (claim.anew) return claimed(claim, null);
      const { at, kept } = row.made;
      if (claim.notBefore !== null && at < claim.notBefore) return claimed(claim, at);
      return { state: 'kept', run, madeAt: at, kept };
    },
    async keepTraining(holder, kept) {
      const row = rows.get(holder.key);
      if (row && holds(row, holder)) row.made ??= { at: now(), kept };
    },
    async releaseTraining(holder) {
      const row = rows.get(holder.key);
      if (row?.made === null && holds(row, holder)) rows.delete(holder.key);
    },
    async lastIngredients(model, stage) {
      const made = [...rows.values()].filter(
        (row) => row.made && row.claim.model === model && row.claim.stage === stage,
      );
      const last = made.toSorted((a, b) => ((a.made?.at ?? '') < (b.made?.at ?? '') ? 1 : -1))[0];
      return last ? { run: last.claim.run, ingredients: last.claim.ingredients } : null;
    },
  };
}
