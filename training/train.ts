import { createHash } from 'node:crypto';
import { appendFileSync, writeFileSync } from 'node:fs';
import { tiers } from '../src/core/model/profile';
import type { ProfileModel } from '../src/core/routing/profileModel';
import { gapRecovered, mean, spearman } from './figures';
import { type Calibration, fit as fitBytes, fitted, judged, uncalibrated } from './fit';
import { type Groups, readGroups } from './prepare';
import { benchmarkExamples, type Example, labelledExamples, shortExamples, writtenExamples } from './sources';

const data = '../shared/data/routing';
const flag = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise);

interface Answer {
  readonly tiers: readonly number[];
  readonly b: number;
  readonly logTokens: number;
}

const calibrationOf = (): Calibration => uncalibrated;

function judgeAll(model: ProfileModel, examples: readonly Example[]): Answer[] {
  return judged(model, examples).map((one) => ({ tiers: tiers.map((tier) => one.tiers[tier]), b: one.difficulty, logTokens: Math.log(one.outputTokens.p50) }));
}

function fit(groups: Groups, examples: readonly Example[], members: number): ProfileModel {
  return fitted(examples, { groups, members, calibration: calibrationOf(), version: 'draft' });
}

function tierReport(name: string, examples: readonly Example[], answers: readonly Answer[]): void {
  let right = 0;
  let far = 0;
  let byB = 0;
  let loss = 0;
  const seen: Record<string, number> = {};
  examples.forEach(({ tier }, at) => {
    const answer = answers[at]!;
    const said = tiers[answer.tiers.indexOf(Math.max(...answer.tiers))]!;
    loss -= Math.log(answer.tiers[tiers.indexOf(tier!)]!);
    seen[`${tier![0]}${said[0]}`] = (seen[`${tier![0]}${said[0]}`] ?? 0) + 1;
    if (said === tier) right += 1;
    else if (said !== 'moderate' && tier !== 'moderate') far += 1;
    const b = answer.b < -2.73 ? 'simple' : answer.b < -0.6 ? 'moderate' : 'complex';
    if (b === tier) byB += 1;
  });
  const known = examples.map((example, at) => ({ example, answer: answers[at]! })).filter(({ example }) => example.fails !== undefined);
  const order = known.length === 0 ? '' : ` spearman fails ${spearman(known.map(({ answer }) => answer.b), known.map(({ example }) => example.fails!)).toFixed(3)} length ${spearman(known.map(({ example }) => example.prompt.length), known.map(({ example }) => example.fails!)).toFixed(3)}`;
  console.log(`${name.padEnd(22)} n ${examples.length} tier ${((100 * right) / examples.length).toFixed(1)} far ${far} loss ${(loss / examples.length).toFixed(3)} ${JSON.stringify(seen).replaceAll('"', '')} tier by b ${((100 * byB) / examples.length).toFixed(1)}${order}`);
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
  const written = [...writtenExamples('training/prompts'), ...(process.env['NOSHORT'] ? [] : shortExamples('training/prompts/short.tsv'))];
  const labelled = labelledExamples(`${data}/prompts_labelled.jsonl`);
  const isSeen = ({ id }: Example): boolean => BigInt(`0x${createHash('sha1').update(id).digest('hex')}`) % 3n === 0n;
  const benchmarks = benchmarkExamples(data);
  console.log(`${written.length} written, ${labelled.length} labelled (${labelled.filter(isSeen).length} seen), ${benchmarks.length} benchmark`);
  const members = flag('MEMBERS', 1);
  const folds = args[0]?.split(',') ?? ['labelled', 'labelled54', 'written', 'bench'];
  if (folds.includes('ship')) {
    const bytes = fitBytes([...written, ...labelled, ...benchmarks], { groups, members, calibration: calibrationOf(), version: 'draft' });
    writeFileSync('src/core/routing/profile.weights', bytes);
    console.log(`${bytes.length} bytes`);
    return;
  }
  const share = flag('SHARE', 1);
  const groupsKept = written.filter(({ id, same }) => parseInt(createHash('sha1').update(same ?? id).digest('hex').slice(0, 8), 16) / 2 ** 32 < share);
  const kept = labelled.filter((example) => !isSeen(example));
  if (folds.includes('labelled')) tierReport('123, written only', kept, judgeAll(fit(groups, [...groupsKept, ...benchmarks], members), kept));
  if (folds.includes('labelled54')) tierReport('123, written + 54', kept, judgeAll(fit(groups, [...groupsKept, ...benchmarks, ...labelled.filter(isSeen)], members), kept));
  if (folds.includes('cv')) {
    const answers: Answer[] = [];
    for (let fold = 0; fold < 5; fold++) {
      const out = labelled.filter((_, at) => at % 5 === fold);
      const trained = fit(groups, [...groupsKept, ...benchmarks, ...labelled.filter((_, at) => at % 5 !== fold)], members);
      judgeAll(trained, out).forEach((answer, at) => {
        answers[at * 5 + fold] = answer;
      });
    }
    tierReport('177, five-fold', labelled, answers);
    const cold = judgeAll(fit(groups, [...groupsKept, ...benchmarks], members), labelled);
    tierReport('177, written only', labelled, cold);
  }
  if (folds.includes('written')) {
    const all: Example[] = [];
    const said: Answer[] = [];
    for (const family of new Set(written.map((example) => example.family))) {
      const out = written.filter((example) => example.family === family);
      const rest = [...groupsKept.filter((example) => example.family !== family), ...labelled.filter(isSeen), ...(process.env['NOBENCH'] ? [] : benchmarks)];
      if (process.env['NOQ'] && family === 'questions') continue;
      const answers = judgeAll(fit(groups, rest, members), out);
      if (process.env['DUMP']) appendFileSync(process.env['DUMP'], out.map((example, at) => JSON.stringify({ id: example.id, tier: example.tier, fails: example.fails, p: answers[at]!.tiers.map((x) => +x.toFixed(2)), b: +answers[at]!.b.toFixed(2) })).join('\n') + '\n');
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
}
