import { denseLength } from '../src/core/routing/profileInput';
import { auc, gapRecovered, mean, spearman } from './figures';
import { type Network, type Recipe, run, scratchFor, type Shape, softmax, train } from './network';
import { type Groups, featuresOfAsked, inputsFor, preparationFor, readGroups, trainingSet } from './prepare';
import { benchmarkExamples, type Example, labelledExamples, writtenExamples } from './sources';
import { composed } from './variants';
import { domains } from '../src/core/model/modelCard';
import { intents, tiers } from '../src/core/model/profile';
import { writeFileSync } from 'node:fs';
import { featuresVersion, figureNames } from '../src/core/routing/features';
import { readProfileModel } from '../src/core/routing/profileModel';
import { writeWeights } from './writeWeights';
import { createHash } from 'node:crypto';
import type { Preparation } from '../src/core/routing/profileInput';

const data = '../shared/data/routing';
const flag = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise);

export const recipe = (seed: number): Recipe => ({
  seed,
  epochs: flag('EPOCHS', 14),
  rate: flag('RATE', 0.003),
  tableRate: flag('TRATE', 0.05),
  batch: 32,
  decay: flag('DECAY', 0.01),
  tableDecay: flag('TDECAY', 0.0001),
  dropDense: flag('DD', 0.1),
  dropWords: flag('DW', 0.4),
  dropHidden: flag('DH', 0.2),
});

interface Trained {
  readonly preparation: Preparation;
  readonly networks: readonly Network[];
}

function fit(groups: Groups, examples: readonly Example[], members: number): Trained {
  const saidBits = flag('SB', 12);
  const shownBits = flag('HB', 12);
  const { features, targets } = trainingSet(examples, { variants: flag('VARIANTS', 2), seed: 7 });
  const preparation = preparationFor(groups, features, saidBits, shownBits);
  const inputs = inputsFor(preparation, features);
  const shape: Shape = { dense: denseLength(preparation.groupCount), saidRows: 2 ** saidBits, shownRows: 2 ** shownBits, embedding: flag('EMB', 12), hidden: flag('HID', 32), domains: domains.length, intents: intents.length };
  return { preparation, networks: Array.from({ length: members }, (_, at) => train(shape, recipe(11 + at), inputs, targets)) };
}

interface Answer {
  readonly tiers: readonly number[];
  readonly b: number;
  readonly logTokens: number;
}

function judgeAll({ preparation, networks }: Trained, examples: readonly Example[]): Answer[] {
  const inputs = inputsFor(preparation, examples.map((example) => featuresOfAsked(composed(example))));
  const scratch = scratchFor(networks[0]!.shape);
  return inputs.map((input) => {
    const out = new Float32Array(scratch.out.length);
    for (const network of networks) {
      const one = run(network, input, scratch);
      for (let at = 0; at < out.length; at++) out[at]! += one[at]! / networks.length;
    }
    return { tiers: softmax(out, 0, 3), b: out[3]!, logTokens: out[4]! };
  });
}

function tierReport(name: string, examples: readonly Example[], answers: readonly Answer[]): void {
  let right = 0;
  let far = 0;
  let byB = 0;
  examples.forEach(({ tier }, at) => {
    const answer = answers[at]!;
    const said = tiers[answer.tiers.indexOf(Math.max(...answer.tiers))]!;
    if (said === tier) right += 1;
    else if (said !== 'moderate' && tier !== 'moderate') far += 1;
    const b = answer.b < -2.73 ? 'simple' : answer.b < -0.6 ? 'moderate' : 'complex';
    if (b === tier) byB += 1;
  });
  const known = examples.map((example, at) => ({ example, answer: answers[at]! })).filter(({ example }) => example.fails !== undefined);
  const order = known.length === 0 ? '' : ` spearman fails ${spearman(known.map(({ answer }) => answer.b), known.map(({ example }) => example.fails!)).toFixed(3)} length ${spearman(known.map(({ example }) => example.prompt.length), known.map(({ example }) => example.fails!)).toFixed(3)}`;
  console.log(`${name.padEnd(22)} n ${examples.length} tier ${((100 * right) / examples.length).toFixed(1)} far ${far} tier by b ${((100 * byB) / examples.length).toFixed(1)}${order}`);
}

function benchmarkReport(name: string, examples: readonly Example[], answers: readonly Answer[]): void {
  const fails = examples.map(({ scores }) => 1 - mean(Object.values(scores!)));
  const b = answers.map((answer) => answer.b);
  const length = examples.map(({ prompt }) => prompt.length);
  const models = Object.keys(examples[0]!.scores!);
  const strength = models.map((model) => mean(examples.map(({ scores }) => scores![model] ?? 0)));
  const order = models.map((_, at) => at).sort((x, y) => strength[x]! - strength[y]!);
  const pick = (share: number): readonly number[] => examples.map(({ scores }) => scores![models[order[Math.round(share * (order.length - 1))]!]!] ?? 0);
  const weak = pick(0.35);
  const strong = pick(1);
  console.log(`${name.padEnd(22)} n ${examples.length} spearman ${spearman(b, fails).toFixed(3)} (length ${spearman(length, fails).toFixed(3)}) APGR ${gapRecovered(b, weak, strong).toFixed(3)} (length ${gapRecovered(length, weak, strong).toFixed(3)})`);
}

export async function main(args: readonly string[]): Promise<void> {
  const groups = readGroups('training/concepts.txt');
  console.log(`${groups.names.length} groups, ${groups.byHash.size} phrases, unread: ${groups.unread.join(' ')}`);
  const written = writtenExamples('training/prompts');
  const labelled = labelledExamples(`${data}/prompts_labelled.jsonl`);
  const isSeen = ({ id }: Example): boolean => BigInt(`0x${createHash('sha1').update(id).digest('hex')}`) % 3n === 0n;
  const benchmarks = benchmarkExamples(data);
  console.log(`${written.length} written, ${labelled.length} labelled (${labelled.filter(isSeen).length} seen), ${benchmarks.length} benchmark`);
  const members = flag('MEMBERS', 1);
  const folds = args[0]?.split(',') ?? ['labelled', 'labelled54', 'written', 'bench'];
  const started = performance.now();
  if (folds.includes('ship')) {
    const trained = fit(groups, [...written, ...labelled, ...benchmarks], members);
    const shape = trained.networks[0]!.shape;
    const bytes = writeWeights(
      { version: 'draft', features: featuresVersion, figures: figureNames.length, groups: groups.names.length, saidBits: trained.preparation.saidBits, shownBits: trained.preparation.shownBits, embedding: shape.embedding, hidden: shape.hidden, domains: [...domains], intents: [...intents], tierSharpness: 1, tokensDeviation: 0.6 },
      trained.preparation,
      trained.networks,
    );
    writeFileSync('src/core/routing/profile.weights', bytes);
    const model = readProfileModel(bytes);
    const answers = judgeAll(trained, labelled);
    let most = 0;
    labelled.forEach((example, at) => {
      const judged = model.judge(featuresOfAsked(composed(example)));
      most = Math.max(most, Math.abs(judged.difficulty - answers[at]!.b));
    });
    console.log(`${bytes.length} bytes, quantisation moves b by at most ${most.toFixed(3)}`);
    return;
  }
  const time = (): string => `${((performance.now() - started) / 1000).toFixed(1)} s`;
  const kept = labelled.filter((example) => !isSeen(example));
  if (folds.includes('labelled')) tierReport('123, written only', kept, judgeAll(fit(groups, [...written, ...benchmarks], members), kept));
  console.log(time());
  if (folds.includes('labelled54')) tierReport('123, written + 54', kept, judgeAll(fit(groups, [...written, ...benchmarks, ...labelled.filter(isSeen)], members), kept));
  if (folds.includes('written')) {
    const all: Example[] = [];
    const said: Answer[] = [];
    for (const family of new Set(written.map((example) => example.family))) {
      const out = written.filter((example) => example.family === family);
      const rest = [...written.filter((example) => example.family !== family), ...labelled.filter(isSeen), ...(process.env['NOBENCH'] ? [] : benchmarks)];
      if (process.env['NOQ'] && family === 'questions') continue;
      const answers = judgeAll(fit(groups, rest, members), out);
      tierReport(family, out, answers);
      if (family !== 'questions') {
        all.push(...out);
        said.push(...answers);
      }
    }
    tierReport('ALL everyday', all, said);
  }
  if (folds.includes('bench')) {
    for (const family of new Set(benchmarks.map((example) => example.family))) {
      const out = benchmarks.filter((example) => example.family === family);
      const answers = judgeAll(fit(groups, [...written, ...labelled.filter(isSeen), ...benchmarks.filter((example) => example.family !== family)], members), out);
      for (const set of new Set(out.map((example) => example.levelUnknown ?? family))) {
        const at = out.flatMap((example, index) => ((example.levelUnknown ?? family) === set ? [index] : []));
        benchmarkReport(set, at.map((index) => out[index]!), at.map((index) => answers[index]!));
      }
    }
  }
  console.log(time());
}
