import type { Decided } from '../model/decided';
import type { Candidate, Route } from '../model/route';

/** What was expected of a candidate when it was chosen. */
export function decidedOf({ profile, quality }: Route, { arm, capable, estimate }: Candidate): Decided {
  const { tier, difficulty, domains, outputTokens } = profile;
  return {
    quality,
    tier,
    difficulty,
    domains,
    card: arm.card.id,
    outputTokens: outputTokens.p50,
    ...(estimate ? { expected: { low: estimate.low, likely: estimate.likely, high: estimate.high } } : {}),
    ...(capable ? { p: capable.p } : {}),
  };
}
