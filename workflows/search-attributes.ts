import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

/** Registered with the namespace by `perennial up`; five keywords, because the SQL visibility has few slots. */
export const searchAttributes = {
  model: defineSearchAttributeKey('PerennialModel', SearchAttributeType.KEYWORD),
  stage: defineSearchAttributeKey('PerennialStage', SearchAttributeType.KEYWORD),
  trigger: defineSearchAttributeKey('PerennialTrigger', SearchAttributeType.KEYWORD),
  verdict: defineSearchAttributeKey('PerennialVerdict', SearchAttributeType.KEYWORD),
  version: defineSearchAttributeKey('PerennialVersion', SearchAttributeType.KEYWORD),
} as const;
