import { type Tier, tiers } from '../../src/core/model/profile';
import { profileTask } from '../../src/core/routing/profile';
import { selectionText } from '../../src/core/editorTasks/selectionText';
import { auc, mean, spearman } from '../../training/figures';
import { type Dressed, perturbations } from '../../training/perturbations';
import { shippedProfile } from '../support/shippedProfile';
import { type EvalDone, type Evaluation, type EvalRow, textField } from './evaluation';

/**
 * What the trained profile says of a prompt, composed with its selection as the chat composes it. Of the fields of a row only
 * `id`, `prompt`, `selection` and `language` are read to judge.
 */
export const evaluation: Evaluation = {
  inputs: ['../shared/data/routing/prompts_labelled.jsonl', 'training/prompts/borders.jsonl'],
  target: 'tiers ≥ 85 %, stable > 93 %',
  open: async () => {
    const dependencies = shippedProfile();
    const judge = (row: Dressed) => profileTask(dependencies, { messages: [{ role: 'user', text: messageOf(row) }], ...(row.language === undefined ? {} : { language: row.language }) });
    // The first calls are slower: the engine has not compiled anything yet.
    for (let at = 0; at < 200; at++) judge({ prompt: `What does line ${at} do?`, selection: 'const a = 1;' });
    return {
      row: async (row) => {
        const asked = askedOf(row);
        const startedAt = performance.now();
        const { domains, difficulty, tier, outputTokens } = judge(asked);
        const micros = Math.round((performance.now() - startedAt) * 1000);
        return { id: row['id'] ?? null, domains, difficulty, tier, outputTokens, micros };
      },
      sum: (done) => {
        const steady = stability((row) => judge(row).tier, done);
        const labelled = tierFigures(done);
        const scored = scoreFigures(done);
        const micros = done.map(({ result }) => Number(result['micros'])).sort((left, right) => left - right);
        const parts = [
          ...(labelled === undefined ? [] : [`${percent(labelled.right)} tiers right, ${labelled.simpleForComplex} far off`]),
          ...(scored === undefined ? [] : [`Spearman ${scored.spearman.toFixed(3)}, length ${scored.spearmanOfLength.toFixed(3)}`]),
          `${percent(steady.mean)} stable`,
        ];
        return { figure: parts.join('; '), ...labelled, ...scored, stability: steady, microsMedian: micros[Math.floor(micros.length / 2)] ?? null, microsP99: micros[Math.floor(micros.length * 0.99)] ?? null };
      },
    };
  },
};

function askedOf(row: EvalRow): Dressed {
  const { selection, language } = row;
  return { prompt: textField(row, 'prompt'), ...(typeof selection === 'string' && selection !== '' ? { selection } : {}), ...(typeof language === 'string' ? { language } : {}) };
}

/** The place in a file is not in the data; the product always has one. */
function messageOf({ prompt, selection, language }: Dressed): string {
  return selection === undefined ? prompt : selectionText({ ask: prompt, place: 'untitled:1-12', code: selection, language: language ?? 'plaintext', problems: '' });
}

function isTier(value: unknown): value is Tier {
  return tiers.some((tier) => tier === value);
}

function tierFigures(done: readonly EvalDone[]) {
  const told = done.flatMap(({ row, result }) => (isTier(row['tier']) ? [{ expected: row['tier'], said: result['tier'] }] : []));
  if (told.length === 0) return undefined;
  const isFar = (expected: Tier, said: unknown): boolean => (expected === 'simple' && said === 'complex') || (expected === 'complex' && said === 'simple');
  return { labelled: told.length, right: mean(told.map(({ expected, said }) => (expected === said ? 1 : 0))), simpleForComplex: told.filter(({ expected, said }) => isFar(expected, said)).length };
}

/** Where rows hold the scores of models: is what they fail at ranked above what they solve? Beside the length of the prompt. */
function scoreFigures(done: readonly EvalDone[]) {
  const scored = done.flatMap(({ row, result }) => {
    const scores = Object.values(typeof row['score'] === 'object' && row['score'] !== null ? row['score'] : {}).filter((score) => typeof score === 'number');
    return scores.length === 0 ? [] : [{ fails: 1 - mean(scores), difficulty: Number(result['difficulty']), length: textField(row, 'prompt').length }];
  });
  if (scored.length < 3) return undefined;
  const fails = scored.map((one) => one.fails);
  const middle = fails.toSorted((left, right) => left - right)[Math.floor(fails.length / 2)] ?? 0;
  const isHard = fails.map((share) => share > middle);
  const difficulty = scored.map((one) => one.difficulty);
  const length = scored.map((one) => one.length);
  return { scored: scored.length, spearman: spearman(difficulty, fails), spearmanOfLength: spearman(length, fails), auc: auc(difficulty, isHard), aucOfLength: auc(length, isHard) };
}

/** The share of rows whose tier stays when the request is dressed otherwise, and among rows that say the same in other words. */
function stability(tierOf: (row: Dressed) => Tier, done: readonly EvalDone[]) {
  const sample = done.filter((_, at) => at % Math.ceil(done.length / 400) === 0);
  const by: Record<string, number> = {};
  for (const [name, change] of Object.entries(perturbations)) {
    by[name] = mean(sample.map(({ row, result }) => (tierOf(change(askedOf(row))) === result['tier'] ? 1 : 0)));
  }
  const byId = new Map(done.map(({ row, result }) => [row['id'], result['tier']]));
  const pairs = done.filter(({ row }) => byId.has(row['same'])).map(({ row, result }) => (byId.get(row['same']) === result['tier'] ? 1 : 0));
  return { mean: mean(Object.values(by)), ...by, ...(pairs.length === 0 ? {} : { pairs: pairs.length, pairsAlike: mean(pairs) }) };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
