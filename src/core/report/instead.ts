import type { CallRecord } from '../model/call';
import type { Alternative } from '../model/decided';
import { type NanoDollars, nano } from '../model/money';
import { costOf } from '../model/price';
import type { Span } from '../model/report';

/** What an answer used, of what the cost of another is worked out. */
export interface Answered {
  readonly arm: string;
  readonly amount: NanoDollars;
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  /** Output tokens of the arm relative to the profile's expectation. */
  readonly verbosity: number;
}

/**
 * How far the relative length of two models' answers may be from what their verbosities say, as a factor either way in 80 %
 * of cases. From CodeRouterBench, train and val (7,080 tasks, eight models): the log ratio of mean output tokens of two
 * models in one of nine kinds of task, less that over all kinds, is within 0.65 in 80 of 100 of the 252 cases (2026-11).
 */
export const verbositySpread = 1.9;

/** Tokenizers of different models differ by about this much, either way (as in routing/candidates.ts). */
export const tokenizerSpread = 1.15;

/** In tokens; what a provider tells beyond that is a slip, which must not put an end to the report. */
const longestPrompt = 1e8;

/**
 * What another arm would have cost for the same question:
 *
 *   input · rate(input) + cached · rate(cache) + min(limit, output · verbosity(other) ÷ verbosity(this)) · rate(output)
 *
 * plus its fee, at the rates of that moment; input, cached and output as they were. Cached: who always asks one model finds
 * its cache as warm as this one was. Writing into a cache counts as plain input, so that rather too little is said to be
 * saved. `low` and `high` have the output by `verbositySpread` shorter and longer, and all tokens by `tokenizerSpread`
 * fewer and more. The same arm would have cost what it did. Undefined when the other's price is not known.
 */
export function costInstead(answered: Answered, { arm, rates, verbosity, outputLimit }: Alternative): Span | undefined {
  if (arm === answered.arm) return { low: answered.amount, likely: answered.amount, high: answered.amount };
  if (!rates || !(answered.verbosity > 0)) return undefined;
  const { outputTokens } = answered;
  const inputTokens = Math.min(answered.inputTokens, longestPrompt);
  const cachedInputTokens = Math.min(answered.cachedInputTokens, inputTokens);
  const scaled = (outputTokens * verbosity) / answered.verbosity;
  const cost = (tokenizer: number, length: number): NanoDollars =>
    costOf(
      {
        inputTokens: Math.round(inputTokens * tokenizer),
        cachedInputTokens: Math.round(cachedInputTokens * tokenizer),
        cacheWriteTokens: 0,
        outputTokens: Math.round(Math.min(outputLimit, scaled * length * tokenizer)),
        reasoningTokens: 0,
      },
      rates,
    );
  return { low: cost(1 / tokenizerSpread, 1 / verbositySpread), likely: cost(1, 1), high: cost(tokenizerSpread, verbositySpread) };
}

/** What a call used; undefined when its cost, or how long its model writes, is not known. */
export function answeredBy({ arm, charge, usage, decided }: CallRecord): Answered | undefined {
  if (charge.amount === undefined || decided?.verbosity === undefined) return undefined;
  const { inputTokens, cachedInputTokens, outputTokens } = usage;
  return { arm, amount: charge.amount, inputTokens, cachedInputTokens, outputTokens, verbosity: decided.verbosity };
}

/** The sum of two costs, end by end. */
export function addSpans(one: Span, other: Span): Span {
  return { low: nano(one.low + other.low), likely: nano(one.likely + other.likely), high: nano(one.high + other.high) };
}
