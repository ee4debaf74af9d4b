import { type AskRequest, isOfProgram } from '../model/ask';
import type { Alternative, AlternativeRates, ChosenHow, Decided, DecidedAlternatives } from '../model/decided';
import type { Offer } from '../model/modelCard';
import { pricePerMillion } from '../model/money';
import { ratesAt } from '../model/price';
import type { Alternatives, Candidate, Route } from '../model/route';

/** What else is to be known of how a candidate was chosen. */
export interface ChoiceTerms extends Pick<AskRequest, 'step' | 'pin' | 'purpose'> {
  /** Epoch milliseconds. */
  readonly now: number;
  /** Output limit of the request. */
  readonly maxOutputTokens: number;
}

/**
 * What was expected of a candidate when it was chosen, and of those who could have been asked instead. Of what a program
 * named nobody is told what to expect, and nothing is compared with it, so that nothing is worked out.
 */
export function decidedOf(route: Route, candidate: Candidate, terms: ChoiceTerms): Decided {
  if (isNamedByProgram(candidate, terms)) return { how: 'pinned', card: candidate.arm.card.id };
  const { tier, difficulty, domains, outputTokens } = route.profile;
  const { arm, capable, estimate } = candidate;
  return {
    quality: route.quality,
    tier,
    difficulty,
    domains,
    card: arm.card.id,
    outputTokens: outputTokens.p50,
    verbosity: verbosityOf(candidate),
    ...(estimate ? { expected: { low: estimate.low, likely: estimate.likely, high: estimate.high } } : {}),
    ...(capable ? { p: capable.p } : {}),
    how: howChosen(route, candidate, terms),
    alternatives: alternativesOf(route, terms),
  };
}

function isNamedByProgram({ id }: Candidate, { step, pin, purpose }: ChoiceTerms): boolean {
  return step === undefined && pin === id && isOfProgram(purpose);
}

function howChosen(route: Route, { id }: Candidate, { step }: ChoiceTerms): ChosenHow {
  if (step) return step.direction;
  if (route.alternatives.pinned?.id === id) return 'pinned';
  if (route.ranked[0]?.id !== id) return 'failover';
  if (route.kept) return 'kept';
  return route.belowBar && route.rejected.some(({ why, candidate }) => why === 'overBudget' && (candidate.capable?.low ?? 0) >= route.bar) ? 'budget' : 'routed';
}

function alternativesOf({ alternatives, profile }: Route, terms: ChoiceTerms): DecidedAlternatives {
  const found: { -readonly [role in keyof Alternatives]?: Alternative } = {};
  for (const role of ['ablest', 'cheapest', 'pinned'] as const) {
    const candidate = alternatives[role];
    if (candidate) found[role] = alternative(candidate, profile.inputTokens, terms);
  }
  return found;
}

function alternative(candidate: Candidate, inputTokens: number, { now, maxOutputTokens }: ChoiceTerms): Alternative {
  const { id, arm, capable, estimate } = candidate;
  const rates = alternativeRates(arm.offer, inputTokens, now);
  return {
    arm: id,
    verbosity: verbosityOf(candidate),
    outputLimit: Math.min(maxOutputTokens, arm.card.maxOutputTokens),
    ...(capable ? { p: capable.p } : {}),
    ...(estimate ? { likely: estimate.likely } : {}),
    ...(rates ? { rates } : {}),
  };
}

function alternativeRates({ price, free }: Offer, inputTokens: number, now: number): AlternativeRates | undefined {
  if (free) return { input: pricePerMillion(0), output: pricePerMillion(0) };
  if (price === undefined || price.source === 'subscription') return undefined;
  const { input, output, cacheRead } = ratesAt(price, inputTokens, now);
  const { perCall, atLeast } = price;
  return { input, output, ...(cacheRead === undefined ? {} : { cacheRead }), ...(perCall === undefined ? {} : { perCall }), ...(atLeast === undefined ? {} : { atLeast }) };
}

function verbosityOf({ arm, verbosity = arm.effort.verbosity }: Candidate): number {
  return verbosity;
}
