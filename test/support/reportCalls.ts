import type { CallRecord } from '../../src/core/model/call';
import type { Alternative, Decided } from '../../src/core/model/decided';
import { asArmId } from '../../src/core/model/modelCard';
import { fromUsd, type NanoDollars, nano, pricePerMillion } from '../../src/core/model/money';
import type { Outcome } from '../../src/core/model/outcome';
import { costOf } from '../../src/core/model/price';
import { noUsage } from '../../src/core/model/usage';
import { noon, opening, settled } from './calls';

/** USD per 1M tokens in and out. */
const prices = { small: [0.1, 0.4], mid: [1, 4], large: [5, 25] } as const;
type Model = keyof typeof prices;

const chances: Readonly<Record<Model, number>> = { small: 0.6, mid: 0.8, large: 0.95 };

export interface AlternativeSketch extends Partial<Alternative> {
  /** Nobody knows its price. */
  readonly unpriced?: true;
}

export interface CallSketch {
  /** Who answered; default mid. */
  readonly model?: Model;
  readonly question?: string;
  readonly how?: Decided['how'];
  readonly p?: number;
  readonly input?: number;
  readonly cached?: number;
  readonly output?: number;
  /** Nano-dollars; default what the tokens cost; `unknown` is a price that nobody knows. */
  readonly amount?: number | 'unknown';
  /** Nano-dollars: low, likely, high; default half, once and twice what it cost. */
  readonly expected?: readonly [number, number, number];
  readonly ablest?: AlternativeSketch | null;
  readonly cheapest?: AlternativeSketch | null;
  readonly pinned?: AlternativeSketch;
  /** Nothing was kept of the choice. */
  readonly old?: boolean;
  readonly change?: Partial<CallRecord>;
}

let last = 0;

/** A complete call of a question of its own: 1,000 tokens in, 500 out, chosen by the router among three models. */
export function call(sketch: CallSketch = {}): CallRecord {
  const { model = 'mid', how = 'routed', p = chances[model], input = 1000, cached = 0, output = 500, old = false, change = {} } = sketch;
  const id = `call-${++last}`;
  const amount = sketch.amount === 'unknown' ? undefined : nano(sketch.amount ?? costAt(model, input, output));
  const [low, likely, high] = sketch.expected ?? [Math.floor((amount ?? 0) / 2), amount ?? 0, (amount ?? 0) * 2];
  const decided: Decided = {
    ...{ quality: 'balanced', tier: 'moderate', difficulty: -2, domains: { code: 1 }, card: model, outputTokens: 500, verbosity: 1, how, p },
    expected: { low: nano(low), likely: nano(likely), high: nano(high) },
    alternatives: {
      ...(sketch.ablest === null ? {} : { ablest: alternative('large', sketch.ablest) }),
      ...(sketch.cheapest === null ? {} : { cheapest: alternative('small', sketch.cheapest) }),
      ...(sketch.pinned ? { pinned: alternative('large', sketch.pinned) } : {}),
    },
  };
  return settled(opening(id, { provider: 'acme', model, arm: asArmId(`acme/${model}`), question: sketch.question ?? `question-${last}` }), amount, {
    usage: { ...noUsage, inputTokens: input, cachedInputTokens: cached, outputTokens: output },
    ...(old ? {} : { decided }),
    ...change,
  });
}

export function costAt(model: Model, input: number, output: number): NanoDollars {
  const [inputUsd, outputUsd] = prices[model];
  return costOf({ ...noUsage, inputTokens: input, outputTokens: output }, { input: pricePerMillion(inputUsd), output: pricePerMillion(outputUsd) });
}

export function alternative(model: Model, { unpriced, ...change }: AlternativeSketch = {}): Alternative {
  const [input, output] = prices[model];
  return { arm: asArmId(`acme/${model}`), p: chances[model], likely: fromUsd(0.001), verbosity: 1, outputLimit: 8192, ...(unpriced ? {} : { rates: { input: pricePerMillion(input), output: pricePerMillion(output) } }), ...change };
}

export function outcome(question: string, kind: Outcome['kind'], value: number, change: Partial<Outcome> = {}): Outcome {
  return { id: `outcome-${++last}`, at: noon, realm: 'real', arm: asArmId('acme/mid'), card: 'mid', effort: 'none', domains: { code: 1 }, difficulty: -2, tier: 'moderate', kind, value, weight: 1, question, ...change };
}
