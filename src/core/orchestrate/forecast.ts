import { worstCost } from '../budget/worstCase';
import { nano, type NanoDollars, zeroDollars } from '../model/money';
import { costOf, ratesAt } from '../model/price';
import type { TaskProfile } from '../model/profile';
import type { Candidate } from '../model/route';
import { noUsage } from '../model/usage';
import type { WorkForecast } from '../model/work';
import { expectedAnswerTokens } from '../routing/explain';
import type { PlannedCall, Size } from './strategy';

/** What the cost of calls is worked out from, in tokens. */
export interface Sizes {
  readonly profile: TaskProfile;
  /** Upper bound of the prompt. */
  readonly worstInputTokens: number;
  readonly maxOutputTokens: number;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Most tokens that a critic or a judge may write: few are needed, but those that reason spend tokens on it first. */
export const mostVerdictTokens = 4096;

/** What a verdict is expected to have, and one in ten has more than; of a model that does not reason. */
const verdictTokens = { likely: 150, high: 400 } as const;

/** Rubric, marks and instructions around what is judged. */
const promptTokens = 400;

/** Characters of an answer that a critic or a judge is shown at most (`blinded`), counted as bytes. */
const mostShownBytes = 24_000;
/** What a token of an answer comes to when it is read by another model, at most; 4 is usual for English. */
const bytesPerToken = 4;

/** One answer in ten is so many times as long as the usual. */
const longAnswer = 2;
/** Tokenizers of different models differ by about this much. */
const dearerTokenizer = 1.15;

interface Cost {
  readonly likely: NanoDollars;
  readonly high: NanoDollars;
  readonly worst: NanoDollars;
}

interface Sums extends Omit<Extract<WorkForecast, { ok: true }>, 'ok'> {
  /** What it takes to begin: every call as dear as one in ten is, and those of one stage as dear as they can be. */
  readonly needed: NanoDollars | undefined;
}

/** What the calls cost together. One of unknown price makes the sums unknown. */
export function forecastOf(calls: readonly PlannedCall[], { arms }: Size, sizes: Sizes): Sums {
  const costs = calls.map((call) => ({ call, cost: costOfCall(call, sizes) }));
  const sum = (of: (cost: Cost, chance: number) => number): NanoDollars | undefined => (costs.some(({ cost }) => !cost) ? undefined : nano(Math.ceil(costs.reduce((total, { call, cost }) => total + (cost ? of(cost, call.chance) : 0), 0))));
  const high = sum((cost) => cost.high);
  const excess = new Map<number, number>();
  for (const { call, cost } of costs) excess.set(call.stage, (excess.get(call.stage) ?? 0) + (cost ? cost.worst - cost.high : 0));
  return {
    arms: arms.map(({ id, arm }) => {
      const own = costs.filter(({ call }) => call.candidate.id === id);
      const likely = own.some(({ cost }) => !cost) ? undefined : nano(Math.ceil(own.reduce((total, { call, cost }) => total + call.chance * (cost?.likely ?? 0), 0)));
      return { arm: id, name: arm.card.name, provider: arm.offer.provider, likely };
    }),
    likely: sum(({ likely }, chance) => chance * likely),
    high,
    worst: sum(({ worst }) => worst),
    needed: high === undefined ? undefined : nano(high + Math.max(0, ...excess.values())),
    calls: calls.length,
  };
}

/** Undefined when the price is unknown. */
export function costOfCall({ candidate, reads, writes }: Pick<PlannedCall, 'candidate' | 'reads' | 'writes'>, { profile, worstInputTokens, maxOutputTokens, at }: Sizes): Cost | undefined {
  const { offer, card } = candidate.arm;
  if (reads === 0 && writes === 'answer' && candidate.estimate) return candidate.estimate;
  if (offer.free) return { likely: zeroDollars, high: zeroDollars, worst: zeroDollars };
  const { price } = offer;
  if (!price) return undefined;
  const answer = Math.min(expectedAnswerTokens(candidate, profile), maxOutputTokens);
  const verbosity = candidate.verbosity ?? candidate.arm.effort.verbosity;
  const most = Math.min(writes === 'answer' ? maxOutputTokens : mostVerdictTokens, card.maxOutputTokens);
  const input = profile.inputTokens + reads * Math.min(profile.outputTokens.p50, maxOutputTokens) + promptTokens;
  const cost = (inputTokens: number, outputTokens: number): NanoDollars => costOf({ ...noUsage, inputTokens: Math.round(inputTokens), outputTokens: Math.min(most, Math.round(outputTokens)) }, { ...ratesAt(price, inputTokens, at), ...feesOf(price) });
  const likely = cost(input, writes === 'answer' ? answer : verdictTokens.likely * verbosity);
  const high = cost(input * dearerTokenizer + reads * profile.outputTokens.p50, writes === 'answer' ? answer * longAnswer : verdictTokens.high * verbosity);
  const read = writes === 'answer' ? bytesPerToken * maxOutputTokens : Math.min(mostShownBytes, bytesPerToken * maxOutputTokens);
  const worst = worstCost(offer, { inputTokens: worstInputTokens + reads * read + bytesPerToken * promptTokens, maxOutputTokens: most }, at) ?? high;
  return { likely, high: nano(Math.max(likely, high)), worst: nano(Math.max(likely, high, worst)) };
}

function feesOf({ perCall, atLeast }: NonNullable<Candidate['arm']['offer']['price']>): { perCall?: NanoDollars; atLeast?: NanoDollars } {
  return { ...(perCall === undefined ? {} : { perCall }), ...(atLeast === undefined ? {} : { atLeast }) };
}
