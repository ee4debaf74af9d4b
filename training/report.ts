import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { tiers } from '../src/core/model/profile';
import type { Judgement, ProfileModel } from '../src/core/routing/profileModel';
import { calibrated, judgedUnseen } from './calibrate';
import { gapRecovered, mean, spearman } from './figures';
import { type Calibration, fit, judged, modelOf } from './fit';
import { perturbations } from './perturbations';
import { featuresOfAsked, type Groups } from './prepare';
import type { Example } from './sources';
import { composed } from './variants';

export interface Sources {
  readonly written: readonly Example[];
  readonly labelled: readonly Example[];
  readonly benchmarks: readonly Example[];
}

const members = 3;

/**
 * How good the profile is on texts that it was not trained on, printed and kept in `training/figures.json`. Parts may be
 * named: labelled, written, benchmarks, within.
 */
export function printFigures(groups: Groups, sources: Sources, parts: readonly string[]): void {
  const { written, labelled, benchmarks } = sources;
  const wants = (part: string): boolean => parts.length === 0 || parts.includes(part);
  const seen = labelled.filter(writersHaveSeen);
  const calibration = calibrated(judgedUnseen([...written, ...seen, ...benchmarks], { groups, members: 1 }));
  const trained = (examples: readonly Example[], networks = 1): ProfileModel => modelOf(fit(examples, { groups, members: networks }), calibration);
  const figures: Record<string, object> = { calibration: calibrationNote(calibration) };
  const tell = (name: string, figure: object): void => {
    figures[name] = figure;
    process.stdout.write(`${name.padEnd(48)} ${JSON.stringify(figure)}\n`);
  };

  if (wants('labelled')) {
    const kept = labelled.filter((example) => !writersHaveSeen(example));
    const cold = trained([...written, ...benchmarks], members);
    tell('123 labelled, hand-written rows alone', tierFigures(kept, judged(cold, kept)));
    tell('177 labelled, hand-written rows alone', tierFigures(labelled, judged(cold, labelled)));
    tell('stability on 177, hand-written rows alone', stability(cold, labelled));
    const warm = trained([...written, ...seen, ...benchmarks], members);
    tell('123 labelled, and the 54 that writers saw', tierFigures(kept, judged(warm, kept)));
    const answers: Judgement[] = [];
    for (let part = 0; part < 5; part++) {
      const isOut = (at: number): boolean => at % 5 === part;
      const model = trained([...written, ...benchmarks, ...labelled.filter((_, at) => !isOut(at))], members);
      labelled.forEach((example, at) => {
        if (isOut(at)) [answers[at]] = judged(model, [example]) as [Judgement];
      });
    }
    tell('177 labelled, five parts by turns', tierFigures(labelled, answers));
    const cut = lengthCuts(written);
    tell('123 labelled, length alone', tierFigures(kept, kept.map(({ prompt }) => byLength(prompt.length, cut))));
  }
  if (wants('written')) {
    for (const family of new Set(written.map((example) => example.family))) {
      const out = written.filter((example) => example.family === family);
      const model = trained([...written.filter((example) => example.family !== family), ...seen, ...benchmarks]);
      tell(`left out: ${family}`, { ...tierFigures(out, judged(model, out)), ...order(out, judged(model, out)) });
    }
  }
  if (wants('benchmarks')) {
    for (const family of new Set(benchmarks.map((example) => example.family))) {
      const out = benchmarks.filter((example) => example.family === family);
      const model = trained([...written, ...seen, ...benchmarks.filter((example) => example.family !== family)]);
      tellBySource(tell, 'left out', out, judged(model, out));
    }
  }
  if (wants('within')) {
    // What newer items of a known source fare like: problems of later contests, judged by what was trained on earlier ones.
    const contests = benchmarks.filter(({ family }) => family === 'livecodebench');
    const newer = new Set(contests.toSorted((left, right) => (left.date ?? '').localeCompare(right.date ?? '')).slice(Math.floor(contests.length * 0.6)));
    const model = trained([...written, ...seen, ...benchmarks.filter((example) => !newer.has(example))]);
    tellBySource(tell, 'later contests', [...newer], judged(model, [...newer]));
    const others = [...benchmarks.filter(({ family }) => family !== 'livecodebench'), ...written.filter(({ family }) => family === 'questions')];
    const isOut = (at: number): boolean => at % 5 === 0;
    const out = others.filter((_, at) => isOut(at));
    tellBySource(tell, 'a fifth of it left out', out, judged(trained([...written.filter(({ family }) => family !== 'questions'), ...seen, ...contests, ...others.filter((_, at) => !isOut(at))]), out));
  }
  if (parts.length === 0) writeFileSync('training/figures.json', `${JSON.stringify(figures, undefined, 1)}\n`);
}

function calibrationNote({ difficulty, ...rest }: Calibration): object {
  return { ...rest, difficulty: difficulty.map(rounded) };
}

/** The rows that the writers of the training prompts were shown; the others are a fair test of what they wrote. */
function writersHaveSeen({ id }: Example): boolean {
  return BigInt(`0x${createHash('sha1').update(id).digest('hex')}`) % 3n === 0n;
}

function tierFigures(examples: readonly Example[], answers: readonly Pick<Judgement, 'tiers' | 'difficulty'>[]): object {
  let right = 0;
  let far = 0;
  let agreeing = 0;
  let loss = 0;
  examples.forEach(({ tier }, at) => {
    const { tiers: shares, difficulty } = answers[at]!;
    const said = tiers.toSorted((left, other) => shares[other] - shares[left])[0]!;
    loss -= Math.log(Math.max(1e-6, shares[tier!]));
    if (said === tier) right += 1;
    else if (said !== 'moderate' && tier !== 'moderate') far += 1;
    if ((difficulty < -2.73 ? 'simple' : difficulty < -0.6 ? 'moderate' : 'complex') === tier) agreeing += 1;
  });
  const n = examples.length;
  return { rows: n, right: rounded(right / n), simpleForComplex: far, loss: rounded(loss / n), rightByDifficulty: rounded(agreeing / n) };
}

function order(examples: readonly Example[], answers: readonly Judgement[]): object {
  const fails = examples.map(({ fails: told, difficulty }) => told ?? difficulty ?? 0);
  return { rows: examples.length, spearman: rounded(spearman(answers.map(({ difficulty }) => difficulty), fails)), spearmanOfLength: rounded(spearman(examples.map(({ prompt }) => prompt.length), fails)) };
}

function tellBySource(tell: (name: string, figure: object) => void, how: string, examples: readonly Example[], answers: readonly Judgement[]): void {
  const setOf = ({ levelUnknown, family, intent }: Example): string => levelUnknown ?? (family === 'questions' ? `questions, ${intent}` : family);
  for (const set of new Set(examples.map(setOf))) {
    const at = examples.flatMap((example, index) => (setOf(example) === set ? [index] : []));
    const own = at.map((index) => examples[index]!);
    tell(`${how}: ${set}`, { ...order(own, at.map((index) => answers[index]!)), ...gaps(own, at.map((index) => answers[index]!)) });
  }
}

/** The share of the gap between a weak and the strongest model that routing by difficulty recovers. */
function gaps(examples: readonly Example[], answers: readonly Judgement[]): object {
  if (examples.some(({ scores }) => scores === undefined)) return {};
  const models = Object.keys(examples[0]?.scores ?? {});
  const scoreOf = (model: string): number[] => examples.map(({ scores }) => scores?.[model] ?? 0);
  const byStrength = models.toSorted((left, right) => mean(scoreOf(left)) - mean(scoreOf(right)));
  const weak = scoreOf(byStrength[Math.round(0.35 * (models.length - 1))]!);
  const strong = scoreOf(byStrength.at(-1)!);
  return { apgr: rounded(gapRecovered(answers.map(({ difficulty }) => difficulty), weak, strong)), apgrOfLength: rounded(gapRecovered(examples.map(({ prompt }) => prompt.length), weak, strong)) };
}

function stability(model: ProfileModel, examples: readonly Example[]): object {
  const said = (row: Pick<Example, 'prompt' | 'selection' | 'language'>): string => {
    const { tiers: shares } = model.judge(featuresOfAsked(composed(row)));
    return tiers.toSorted((left, right) => shares[right] - shares[left])[0]!;
  };
  const own = examples.map(said);
  const kept = Object.entries(perturbations).map(([name, change]) => [name, rounded(mean(examples.map((example, at) => (said(change(plainRow(example))) === own[at] ? 1 : 0))))] as const);
  return { mean: rounded(mean(kept.map(([, value]) => value))), ...Object.fromEntries(kept) };
}

function plainRow({ prompt, selection, language }: Example): Pick<Example, 'prompt' | 'selection' | 'language'> {
  return { prompt, ...(selection === undefined ? {} : { selection }), ...(language === undefined ? {} : { language }) };
}

/** Two cut points of the prompt's length that sort most of these rows right. */
function lengthCuts(examples: readonly Example[]): readonly [number, number] {
  let best: readonly [number, number] = [100, 300];
  let most = 0;
  for (let low = 30; low < 300; low += 10) {
    for (let high = low + 20; high < 900; high += 20) {
      const right = examples.filter(({ prompt, tier }) => tier === (prompt.length < low ? 'simple' : prompt.length < high ? 'moderate' : 'complex')).length;
      if (right > most) {
        most = right;
        best = [low, high];
      }
    }
  }
  return best;
}

function byLength(length: number, [low, high]: readonly [number, number]): Pick<Judgement, 'tiers' | 'difficulty'> {
  return { tiers: { simple: length < low ? 1 : 0, moderate: length >= low && length < high ? 1 : 0, complex: length >= high ? 1 : 0 }, difficulty: length < low ? -4 : length < high ? -1.5 : 0.3 };
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
