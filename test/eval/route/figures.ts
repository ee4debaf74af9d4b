import * as z from 'zod';
import type { EvalDone, EvalRow } from '../evaluation';
import { unknownInputTokens } from './dimensions';
import type { StrangerCard } from './readCards';

const outcome = z.object({ score: z.record(z.string(), z.number().nullable()), out_tok: z.record(z.string(), z.number().nullable()).nullish(), cost: z.record(z.string(), z.number().nullable()).nullish(), prompt: z.string().nullish() });

interface Outcome {
  readonly result: EvalRow;
  readonly chances: ReadonlyMap<string, number>;
  readonly score: (model: string) => number | undefined;
  readonly usd: (model: string) => number | undefined;
}

/** Rows are as many as the kept-back split has, so that sums compare. */
const comparedRows = 2919;

/** What was chosen against what came of it, where rows tell that. Read only when all choices are made. */
export function sumOf(done: readonly EvalDone[], cards: readonly StrangerCard[], chances: ReadonlyMap<EvalRow, ReadonlyMap<string, number>>): { readonly figure: string } & EvalRow {
  const times = done.map(({ result }) => Number(result['micros'])).toSorted((left, right) => left - right);
  const speed = { microsP50: times[Math.floor(times.length / 2)] ?? null, microsP99: times[Math.floor(times.length * 0.99)] ?? null };
  const outcomes = done.flatMap(({ row, result }) => {
    const read = outcome.safeParse(row);
    return read.success ? [outcomeOf(read.data, result, chances.get(row) ?? new Map(), cards)] : [];
  });
  if (outcomes.length === 0) return { ...speed, figure: `${done.length} rows, none with an outcome` };
  const models = cards.map(({ id }) => id).filter((id) => outcomes.some(({ score }) => score(id) !== undefined));
  const chosen = total(outcomes, ({ result }) => firstOf(result));
  const oracle = total(outcomes, ({ score, usd }) => models.toSorted((one, other) => (score(other) ?? -1) - (score(one) ?? -1) || (usd(one) ?? 0) - (usd(other) ?? 0))[0]);
  return {
    chosen,
    oracle,
    always: Object.fromEntries(models.map((model) => [model, total(outcomes, () => model)])),
    ...speed,
    calibration: calibration(outcomes),
    figure: `score ${chosen.score} at ${chosen.usd ?? 'unknown'} USD for ${comparedRows} rows`,
  };
}

function firstOf(result: EvalRow): string | undefined {
  const { ranked } = result;
  return Array.isArray(ranked) && typeof ranked[0] === 'string' ? ranked[0] : undefined;
}

function outcomeOf({ score, out_tok: written, cost, prompt }: z.infer<typeof outcome>, result: EvalRow, chances: Outcome['chances'], cards: readonly StrangerCard[]): Outcome {
  const inputTokens = prompt ? Math.round(prompt.length / 3.6) + 20 : unknownInputTokens;
  return {
    result,
    chances,
    score: (model) => score[model] ?? undefined,
    // By the prices of the file where the answer's length is known; what a row says of costs may be by other prices.
    usd: (model) => {
      const price = cards.find(({ id }) => id === model)?.price;
      const tokens = written?.[model];
      return price && typeof tokens === 'number' ? (inputTokens * price.input + tokens * price.output) / 1e6 : (cost?.[model] ?? undefined);
    },
  };
}

/** Average score in hundredths, and USD scaled to the compared rows. A missing score is left out, not a failure. */
function total(outcomes: readonly Outcome[], pick: (one: Outcome) => string | undefined): { readonly score: number; readonly usd: number | undefined } {
  const picked = outcomes.map((one) => ({ one, model: pick(one) }));
  const scores = picked.flatMap(({ one, model }) => (model === undefined ? [] : (one.score(model) ?? [])));
  const costs = picked.flatMap(({ one, model }) => (model === undefined ? [] : (one.usd(model) ?? [])));
  return { score: hundredths((100 * sum(scores)) / Math.max(1, scores.length)), usd: costs.length === 0 ? undefined : hundredths((sum(costs) / costs.length) * comparedRows) };
}

/** The predicted chance against the share of successes, over all models of all rows: Brier score, error, and a table by tenths. */
function calibration(outcomes: readonly Outcome[]): EvalRow {
  const pairs = outcomes.flatMap(({ chances, score }) =>
    [...chances].flatMap(([model, p]) => {
      const came = score(model);
      return came === undefined ? [] : [{ p, came }];
    }),
  );
  const bins = Array.from({ length: 10 }, (_, index) => pairs.filter(({ p }) => Math.min(9, Math.floor(p * 10)) === index)).filter((bin) => bin.length > 0);
  const table = bins.map((bin) => ({ n: bin.length, predicted: thousandths(sum(bin.map(({ p }) => p)) / bin.length), came: thousandths(sum(bin.map(({ came }) => came)) / bin.length) }));
  const error = sum(table.map(({ n, predicted, came }) => n * Math.abs(predicted - came))) / Math.max(1, pairs.length);
  return { pairs: pairs.length, brier: thousandths(sum(pairs.map(({ p, came }) => (p - came) ** 2)) / Math.max(1, pairs.length)), error: thousandths(error), table };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, one) => total + one, 0);
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}

function thousandths(value: number): number {
  return Math.round(value * 1000) / 1000;
}
