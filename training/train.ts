import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { tiers } from '../src/core/model/profile';
import { calibrated, judgedUnseen, type Unseen } from './calibrate';
import { fit } from './fit';
import { readGroups } from './prepare';
import { printFigures } from './report';
import { benchmarkExamples, type Example, labelledExamples, questionExamples, shortExamples, writtenExamples } from './sources';

/** Where the data of others is; not in the repository, and not shipped. */
const data = '../shared/data/routing';
const dataFiles = ['prompts_labelled.jsonl', 'livecodebench_older.jsonl', 'coderouterbench_train.jsonl', 'routerbench_mbpp.jsonl', 'llmrouter_train.jsonl'];
const prompts = 'training/prompts';
const concepts = 'training/concepts.txt';
const members = 3;

export async function main(args: readonly string[]): Promise<void> {
  const groups = readGroups(concepts);
  const sources = { written: [...writtenExamples(prompts), ...shortExamples(path.join(prompts, 'short.tsv')), ...questionExamples(path.join(prompts, 'exams.tsv'), 'question'), ...questionExamples(path.join(prompts, 'sums.tsv'), 'math')], labelled: labelledExamples(path.join(data, 'prompts_labelled.jsonl')), benchmarks: benchmarkExamples(data) };
  if (args.includes('--figures')) return printFigures(groups, sources, args.slice(args.indexOf('--figures') + 1));
  const examples = [...sources.written, ...sources.labelled, ...sources.benchmarks];
  const inputs = [...readdirSync(prompts).toSorted().map((name) => path.join(prompts, name)), concepts, ...dataFiles.map((name) => path.join(data, name))].map((file) => ({ file, sha256: createHash('sha256').update(readFileSync(file)).digest('hex') }));
  say(`${examples.length} texts; first what networks say of texts they have not seen`);
  const unseen = judgedUnseen(examples, { groups, members: 1 });
  const calibration = calibrated(unseen);
  say('then the networks that ship');
  const fitted = fit(examples, { groups, members });
  // Of all that they hold, so that other weights have another name whatever the reason.
  const version = `1-${createHash('sha256').update(fitted({ version: '', calibration })).digest('hex').slice(0, 8)}`;
  const bytes = fitted({ version, calibration });
  writeFileSync('src/core/routing/profile.weights', bytes);
  const record = {
    version,
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    texts: countsOf(examples),
    networks: members,
    calibration,
    unseen: { how: 'one network, texts in four parts by paraphrase, each judged by what was trained on the others', ...reliability(unseen) },
    inputs,
  };
  writeFileSync('training/record.json', `${JSON.stringify(record, undefined, 2)}\n`);
  say(`src/core/routing/profile.weights, version ${version}, ${bytes.length} bytes; record in training/record.json`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function countsOf(examples: readonly Example[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { family } of examples) counts[family] = (counts[family] ?? 0) + 1;
  return counts;
}

/** Of all texts to whose likeliest tier so much chance was given: how many were of it. */
function reliability(unseen: readonly Unseen[]): object {
  const bins = [0.34, 0.5, 0.6, 0.7, 0.8, 0.9].map((from, at, all) => ({ from, to: all[at + 1] ?? 1.001 }));
  const best = unseen.map(({ tiers: shares, example }) => ({ chance: Math.max(...shares), isRight: tiers[shares.indexOf(Math.max(...shares))] === example.tier }));
  return {
    texts: unseen.length,
    right: share(best.map(({ isRight }) => isRight)),
    calibrationCurve: bins.map(({ from, to }) => {
      const own = best.filter(({ chance }) => chance >= from && chance < to);
      return { from, texts: own.length, meanChance: rounded(own.reduce((sum, { chance }) => sum + chance, 0) / Math.max(1, own.length)), right: share(own.map(({ isRight }) => isRight)) };
    }),
  };
}

function share(of: readonly boolean[]): number {
  return rounded(of.filter(Boolean).length / Math.max(1, of.length));
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
