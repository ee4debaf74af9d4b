import type { NetworkInput } from '../src/core/routing/profileInput';
import type { Example } from './sources';

/**
 * Kinds of text whose difficulty is judged apart. For everyday talk the networks do it. For questions of knowledge and sums,
 * and for programming tasks in the style of contests, a linear rule does better: on kinds of questions that they were not
 * trained on, networks do no better than a coin.
 */
export const formats = ['everyday', 'question', 'contest'] as const;
export type Format = (typeof formats)[number];

const contests: ReadonlySet<string> = new Set(['livecodebench', 'mbpp', 'humaneval']);

export function formatOf({ family, intent, scores }: Example): Format | undefined {
  if (family === 'commongen') return undefined;
  if (family === 'questions') return intent === 'generate' ? 'contest' : 'question';
  if (scores === undefined) return 'everyday';
  return contests.has(family) ? 'contest' : 'question';
}

export interface FormatRules {
  /** A row of weights for each format, then its constant. */
  readonly gate: Float32Array;
  readonly gateBias: Float32Array;
  readonly difficulty: Float32Array;
  readonly difficultyBias: Float32Array;
}

export function fitFormats(examples: readonly Example[], inputs: readonly NetworkInput[]): FormatRules {
  const rows = examples.flatMap((example, at) => {
    const format = formatOf(example);
    const input = inputs[at];
    return format === undefined || input === undefined ? [] : [{ example, x: input.dense, format: formats.indexOf(format) }];
  });
  const rules = { ...fitGate(rows), ...fitDifficulty(rows.filter(({ format }) => format !== 0)) };
  fitEveryday(rules, rows.filter(({ format }) => format === 0));
  return rules;
}

interface Row {
  readonly example: Example;
  readonly x: Float32Array;
  readonly format: number;
}

/** Multinomial logistic regression, each format weighing the same, by steepest descent with momentum. */
function fitGate(rows: readonly Row[]): Pick<FormatRules, 'gate' | 'gateBias'> {
  const width = rows[0]?.x.length ?? 0;
  const count = formats.length;
  const gate = new Float32Array(count * width);
  const gateBias = new Float32Array(count);
  const speed = new Float64Array(count * width + count);
  const numbers = formats.map((_, format) => rows.filter((row) => row.format === format).length);
  for (let step = 0; step < 80; step++) {
    const slope = new Float64Array(count * width + count);
    for (const { x, format } of rows) {
      const logits = formats.map((_, at) => dot(gate, at * width, x) + (gateBias[at] ?? 0));
      const most = Math.max(...logits);
      const total = logits.reduce((sum, logit) => sum + Math.exp(logit - most), 0);
      const weight = 1 / Math.max(1, numbers[format] ?? 1) / count;
      for (let at = 0; at < count; at++) {
        const error = weight * (Math.exp((logits[at] ?? 0) - most) / total - (at === format ? 1 : 0));
        for (let i = 0; i < width; i++) if (x[i] !== 0) slope[at * width + i]! += error * x[i]!;
        slope[count * width + at]! += error;
      }
    }
    for (let at = 0; at < speed.length; at++) {
      const value = at < gate.length ? gate[at]! : 0;
      speed[at] = 0.9 * speed[at]! - 0.15 * (slope[at]! + 0.003 * value);
      if (at < gate.length) gate[at]! += speed[at]!;
      else gateBias[at - gate.length]! += speed[at]!;
    }
  }
  return { gate, gateBias };
}

/** Each source weighs alike: its levels and spreads are its own, what makes one question harder than another is shared. */
const sourceWeight = 100;
const ridge = 500;
/** How freely a format may go its own way: less than 1 draws it to what all formats share. */
const ownWay = 0.5;

/**
 * Ridge regression on difficulties brought to mean 0 and deviation 1 within each source, with weights that all formats share
 * and others of each format's own. Then the level and the spread of each format are those of a source whose level is known.
 */
function fitDifficulty(rows: readonly Row[]): Pick<FormatRules, 'difficulty' | 'difficultyBias'> {
  const width = rows[0]?.x.length ?? 0;
  const count = formats.length;
  const sources = Map.groupBy(rows, ({ example }) => example.levelUnknown ?? `${example.family} ${example.family === 'questions' ? (example.intent ?? '') : ''}`);
  const designs: Design[] = [];
  for (const own of sources.values()) {
    const b = own.map(({ example }) => example.difficulty ?? 0);
    const { mean, deviation } = moments(b);
    const middle = new Float64Array(width);
    for (const { x } of own) for (let i = 0; i < width; i++) middle[i]! += x[i]! / own.length;
    own.forEach(({ x, format }, at) => {
      designs.push({ x: Float64Array.from(x, (value, i) => value - middle[i]!), format, target: ((b[at] ?? 0) - mean) / Math.max(0.1, deviation), weight: sourceWeight / own.length });
    });
  }
  const solution = conjugateGradient(designs, width, count);
  return levelled(rows, solution, width);
}

/** What is right for people's own prompts, of which there are more. */
const everydayRidge = 60;

/** Everyday talk has a rule as well, of its own; the networks and it together are better than each alone. */
function fitEveryday({ difficulty, difficultyBias }: FormatRules, rows: readonly Row[]): void {
  const width = rows[0]?.x.length ?? 0;
  const middle = new Float64Array(width);
  for (const { x } of rows) for (let i = 0; i < width; i++) middle[i]! += x[i]! / rows.length;
  const { mean } = moments(rows.map(({ example }) => example.difficulty ?? 0));
  const designs = rows.map(({ example, x }): Design => ({ x: Float64Array.from(x, (value, i) => value - middle[i]!), format: 0, target: (example.difficulty ?? 0) - mean, weight: ridge / everydayRidge }));
  const solution = conjugateGradient(designs, width, 0);
  difficulty.set(solution.subarray(0, width));
  difficultyBias[0] = mean - middle.reduce((sum, value, i) => sum + value * solution[i]!, 0);
}

interface Design {
  readonly x: Float64Array;
  readonly format: number;
  readonly target: number;
  readonly weight: number;
}

/** Unknowns: the shared weights, then those of each of `count` formats. */
function conjugateGradient(designs: readonly Design[], width: number, count: number): Float64Array {
  const length = (1 + count) * width;
  const times = (vector: Float64Array): Float64Array => {
    const result = vector.map((value) => ridge * value);
    for (const { x, format, weight } of designs) {
      const own = (1 + format) * width;
      let sum = 0;
      for (let i = 0; i < width; i++) sum += x[i]! * (vector[i]! + (count === 0 ? 0 : ownWay * vector[own + i]!));
      sum *= weight;
      for (let i = 0; i < width; i++) {
        result[i]! += sum * x[i]!;
        if (count > 0) result[own + i]! += sum * ownWay * x[i]!;
      }
    }
    return result;
  };
  const residual = new Float64Array(length);
  for (const { x, format, target, weight } of designs) {
    const own = (1 + format) * width;
    for (let i = 0; i < width; i++) {
      residual[i]! += weight * target * x[i]!;
      if (count > 0) residual[own + i]! += weight * target * ownWay * x[i]!;
    }
  }
  const solution = new Float64Array(length);
  let direction = residual.slice();
  let square = norm(residual);
  for (let step = 0; step < 60 && square > 1e-9; step++) {
    const image = times(direction);
    let along = 0;
    for (let i = 0; i < length; i++) along += direction[i]! * image[i]!;
    const far = square / along;
    for (let i = 0; i < length; i++) {
      solution[i]! += far * direction[i]!;
      residual[i]! -= far * image[i]!;
    }
    const next = norm(residual);
    direction = direction.map((value, i) => residual[i]! + (next / square) * value);
    square = next;
  }
  return solution;
}

/** Sources whose difficulties are on the common scale. */
const levelKnown: ReadonlySet<string> = new Set(['questions', 'livecodebench']);

/** How much of the spread seen in training is kept. */
const shrunk = 1;

/**
 * Brings what is learnt within sources to the common scale: level and spread from what all formats share, so that a text
 * between two formats is judged alike by both; what is a format's own is 0 on the average of that format.
 */
function levelled(rows: readonly Row[], solution: Float64Array, width: number): Pick<FormatRules, 'difficulty' | 'difficultyBias'> {
  const known = rows.filter(({ example }) => levelKnown.has(example.family));
  const said = known.map(({ x }) => dot(solution, 0, x));
  const told = known.map(({ example }) => example.difficulty ?? 0);
  const ofSaid = moments(said);
  const ofTold = moments(told);
  const both = said.reduce((sum, value, at) => sum + (value - ofSaid.mean) * ((told[at] ?? 0) - ofTold.mean), 0) / said.length;
  const factor = (shrunk * both) / ofSaid.deviation ** 2;
  const difficulty = new Float32Array(formats.length * width);
  const difficultyBias = new Float32Array(formats.length);
  formats.forEach((_, format) => {
    const own = rows.filter((row) => row.format === format && levelKnown.has(row.example.family));
    let bias = ofTold.mean - factor * ofSaid.mean;
    for (let i = 0; i < width; i++) {
      const free = ownWay * solution[(1 + format) * width + i]!;
      difficulty[format * width + i] = factor * (solution[i]! + free);
      bias -= factor * free * (own.length === 0 ? 0 : own.reduce((sum, { x }) => sum + x[i]!, 0) / own.length);
    }
    difficultyBias[format] = bias;
  });
  return { difficulty, difficultyBias };
}

function moments(values: readonly number[]): { readonly mean: number; readonly deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, deviation: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) };
}

function dot(weights: Float32Array | Float64Array, from: number, x: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += weights[from + i]! * x[i]!;
  return sum;
}

function norm(vector: Float64Array): number {
  return vector.reduce((sum, value) => sum + value * value, 0);
}
