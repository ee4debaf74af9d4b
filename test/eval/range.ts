import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import { Catalogue } from '../../src/core/catalog/catalogue';
import { readSnapshot } from '../../src/core/catalog/snapshot';
import { nano } from '../../src/core/model/money';
import type { Candidate } from '../../src/core/model/route';
import { median, proportion } from '../../src/core/report/statistics';
import { type CandidateInput, exactCost, judgeArms, toCandidate } from '../../src/core/routing/candidates';
import { profileTask } from '../../src/core/routing/profile';
import { shippedProfile } from '../support/shippedProfile';
import { CannotRun, type Evaluation, type EvalDone, textField } from './evaluation';
import { dimensionOf, StrangerArms } from './route/arms';
import { readCards } from './route/readCards';

const ownModels = '../shared/data/routing/coderouterbench_models.json';

/** What one answer was said to cost and what its tokens came to, in nano-dollars. */
const told = z.object({ model: z.string(), low: z.number(), likely: z.number(), high: z.number(), actual: z.number() });
type Told = z.infer<typeof told>;

/**
 * The cost range that is shown before sending, against what answers with known output tokens cost. Models are those of a
 * file; prices are its own, how wordy they are is our catalogue's. The prompt counts as we count it: only the length of the
 * answer is not known.
 */
export const evaluation: Evaluation = {
  inputs: ['../shared/data/routing/coderouterbench_val.jsonl'],
  target: '80 % in the range',
  open: async ({ flags }) => {
    const file = flags['models'] ?? ownModels;
    if (!existsSync(file)) throw new CannotRun(`The file ${file} with the models cannot be read.`);
    const snapshot = readSnapshot(readFileSync('src/core/catalog/snapshot.json', 'utf8'));
    const models = new StrangerArms(readCards(readFileSync(file, 'utf8'), file), snapshot, new Catalogue(snapshot));
    const judging = shippedProfile();
    const anything = dimensionOf(undefined);
    return {
      row: async (row) => {
        const id = textField(row, 'id');
        if (typeof row['prompt'] !== 'string') return { id, told: [] };
        const tokens = z.record(z.string(), z.number().nullish()).parse(row['out_tok'] ?? {});
        const profile = profileTask(judging, { messages: [{ role: 'user', text: row['prompt'] }] });
        const input: CandidateInput = { profile, maxOutputTokens: 128_000, worstInputTokens: profile.inputTokens, knownPriceOnly: false, now: 0, room: undefined, allowed: [], excluded: [], isAvailable: () => true };
        return { id, told: judgeArms(models.arms(anything), input).all().flatMap((judged) => toldOf(toCandidate(judged, input, undefined, exactCost), profile.inputTokens, tokens[judged.facts.arm.card.id])) };
      },
      sum: sumOf,
    };
  },
};

function toldOf({ arm, estimate }: Candidate, inputTokens: number, outputTokens: number | null | undefined): readonly Told[] {
  const { price } = arm.offer;
  if (!estimate || !price || !outputTokens) return [];
  const actual = nano(Math.ceil((inputTokens * price.input + outputTokens * price.output) / 1e6));
  return [{ model: arm.card.id, low: estimate.low, likely: estimate.likely, high: estimate.high, actual }];
}

function sumOf(done: readonly EvalDone[]): { readonly figure: string; readonly all: object; readonly models: object } {
  const answers = done.flatMap(({ result }) => z.object({ told: z.array(told) }).safeParse(result).data?.told ?? []);
  const models = Map.groupBy(answers, ({ model }) => model);
  const all = figuresOf(answers);
  return { figure: `${percent(all.covered)} of ${answers.length} in the range, off by ${percent(all.error)}`, all, models: Object.fromEntries([...models].map(([model, own]) => [model, figuresOf(own)])) };
}

/** Shares: in the range, with its 95 % interval, below and above it; and medians of |actual ÷ likely − 1| and of actual ÷ likely − 1. */
function figuresOf(answers: readonly Told[]) {
  const share = (is: (one: Told) => boolean): number => answers.filter(is).length / Math.max(1, answers.length);
  const errors = answers.map(({ actual, likely }) => actual / Math.max(1, likely) - 1);
  const { low, high } = proportion(answers.filter(isCovered).length, answers.length);
  return { answers: answers.length, covered: share(isCovered), interval: [low, high], below: share((one) => one.actual < one.low), above: share((one) => one.actual > one.high), error: median(errors.map(Math.abs)) ?? 0, bias: median(errors) ?? 0 };
}

function isCovered({ low, actual, high }: Told): boolean {
  return low <= actual && actual <= high;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
