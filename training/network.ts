import type { NetworkInput } from '../src/core/routing/profileInput';
import type { Member } from '../src/core/routing/profileModel';
import { randomFrom } from './random';

/** What it should say; undefined or a weight of 0 where the source does not tell. */
export interface Target {
  readonly tier: Float32Array | undefined;
  readonly tierWeight: number;
  readonly difficulty: number;
  readonly difficultyWeight: number;
  /** Row of the nuisance offsets, for sources whose level is not known; -1 for none. */
  readonly offset: number;
  readonly logTokens: number;
  readonly tokensWeight: number;
  /** Of domains and intent. */
  readonly classWeight: number;
  readonly domains: Float32Array | undefined;
  readonly intent: number;
}

export interface Shape {
  readonly dense: number;
  readonly saidRows: number;
  readonly shownRows: number;
  readonly embedding: number;
  readonly hidden: number;
  readonly domains: number;
  readonly intents: number;
}

export interface Recipe {
  readonly seed: number;
  readonly epochs: number;
  readonly rate: number;
  readonly tableRate: number;
  readonly batch: number;
  readonly decay: number;
  readonly tableDecay: number;
  readonly dropDense: number;
  readonly dropWords: number;
  readonly dropHidden: number;
}

export interface Network extends Member {
  readonly shape: Shape;
}

/** Outputs: three tiers, difficulty, log tokens, domains, intents. */
const outputsOf = (shape: Shape): number => 5 + shape.domains + shape.intents;
const inputsOf = (shape: Shape): number => shape.dense + 2 * shape.embedding;

function fresh(shape: Shape, random: () => number): Network {
  const inputs = inputsOf(shape);
  const outputs = outputsOf(shape);
  const filled = (length: number, scale: number): Float32Array => Float32Array.from({ length }, () => (random() + random() + random() - 1.5) * scale);
  return {
    shape,
    said: filled(shape.saidRows * shape.embedding, 0.02),
    shown: filled(shape.shownRows * shape.embedding, 0.02),
    inner: filled(shape.hidden * inputs, 1.6 / Math.sqrt(inputs)),
    innerBias: new Float32Array(shape.hidden),
    outer: filled(outputs * shape.hidden, 1 / Math.sqrt(shape.hidden)),
    direct: new Float32Array(outputs * inputs),
    outerBias: new Float32Array(outputs),
  };
}

interface Scratch {
  readonly x: Float32Array;
  readonly h: Float32Array;
  readonly out: Float32Array;
}

function scratchFor(shape: Shape): Scratch {
  return { x: new Float32Array(inputsOf(shape)), h: new Float32Array(shape.hidden), out: new Float32Array(outputsOf(shape)) };
}

function bag(table: Float32Array, ids: ArrayLike<number>, size: number, into: Float32Array, from: number, scale = 1): void {
  for (let k = 0; k < size; k++) into[from + k] = 0;
  if (ids.length === 0) return;
  const share = scale / Math.sqrt(ids.length);
  for (let i = 0; i < ids.length; i++) {
    const row = (ids[i] as number) * size;
    for (let k = 0; k < size; k++) into[from + k]! += table[row + k]! * share;
  }
}

function forward({ inner, innerBias, outer, direct, outerBias }: Network, { x, h, out }: Scratch, mask?: Float32Array): void {
  const inputs = x.length;
  const hidden = h.length;
  const live: number[] = [];
  for (let i = 0; i < inputs; i++) if (x[i] !== 0) live.push(i);
  for (let j = 0; j < hidden; j++) {
    let sum = innerBias[j]!;
    const row = j * inputs;
    for (const i of live) sum += inner[row + i]! * x[i]!;
    h[j] = sum > 0 ? sum * (mask === undefined ? 1 : mask[j]!) : 0;
  }
  for (let o = 0; o < out.length; o++) {
    let sum = outerBias[o]!;
    const row = o * hidden;
    for (let j = 0; j < hidden; j++) sum += outer[row + j]! * h[j]!;
    const straight = o * inputs;
    for (const i of live) sum += direct[straight + i]! * x[i]!;
    out[o] = sum;
  }
}

function softmax(values: Float32Array, from: number, to: number): number[] {
  let most = -Infinity;
  for (let at = from; at < to; at++) most = Math.max(most, values[at]!);
  const powers: number[] = [];
  let total = 0;
  for (let at = from; at < to; at++) {
    const power = Math.exp(values[at]! - most);
    powers.push(power);
    total += power;
  }
  return powers.map((power) => power / total);
}

class Adam {
  private readonly mean: Float32Array;
  private readonly square: Float32Array;
  private steps = 0;

  constructor(
    private readonly values: Float32Array,
    readonly gradient: Float32Array,
  ) {
    this.mean = new Float32Array(values.length);
    this.square = new Float32Array(values.length);
  }

  step(rate: number, decay: number): void {
    this.steps += 1;
    const { values, gradient, mean, square } = this;
    const atMean = 1 - 0.9 ** this.steps;
    const atSquare = 1 - 0.999 ** this.steps;
    for (let i = 0; i < values.length; i++) {
      const g = gradient[i]!;
      const m = 0.9 * mean[i]! + 0.1 * g;
      const s = 0.999 * square[i]! + 0.001 * g * g;
      mean[i] = m;
      square[i] = s;
      values[i]! -= rate * (m / atMean / (Math.sqrt(s / atSquare) + 1e-7) + decay * values[i]!);
      gradient[i] = 0;
    }
  }
}

/** Small batches, Adam for the network, AdaGrad for the tables, rate falling to nothing. Deterministic for a seed. */
export function train(shape: Shape, recipe: Recipe, inputs: readonly NetworkInput[], targets: readonly Target[]): Network {
  const random = randomFrom(recipe.seed);
  const network = fresh(shape, random);
  const { embedding, dense, hidden } = shape;
  const width = inputsOf(shape);
  const outputs = outputsOf(shape);
  const scratch = scratchFor(shape);
  const { x, h, out } = scratch;
  const adams = [network.inner, network.innerBias, network.outer, network.direct, network.outerBias].map((values) => new Adam(values, new Float32Array(values.length)));
  const [gInner, gInnerBias, gOuter, gDirect, gOuterBias] = adams.map((adam) => adam.gradient) as [Float32Array, Float32Array, Float32Array, Float32Array, Float32Array];
  const saidSquare = new Float32Array(network.said.length).fill(1e-3);
  const shownSquare = new Float32Array(network.shown.length).fill(1e-3);
  const offsets = new Float64Array(1 + targets.reduce((most, { offset }) => Math.max(most, offset), 0));
  const order = Uint32Array.from({ length: inputs.length }, (_, index) => index);
  const dOut = new Float32Array(outputs);
  const dH = new Float32Array(hidden);
  const mask = new Float32Array(hidden).fill(1);
  const dX = new Float32Array(2 * embedding);
  const steps = recipe.epochs * Math.ceil(inputs.length / recipe.batch);
  let step = 0;
  for (let epoch = 0; epoch < recipe.epochs; epoch++) {
    for (let i = order.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    for (let start = 0; start < order.length; start += recipe.batch) {
      const end = Math.min(order.length, start + recipe.batch);
      const progress = step / steps;
      const fade = progress < 0.05 ? progress / 0.05 : 0.5 * (1 + Math.cos(Math.PI * progress));
      step += 1;
      for (let n = start; n < end; n++) {
        const input = inputs[order[n]!]!;
        const target = targets[order[n]!]!;
        const said = kept(input.said, recipe.dropWords, random);
        const shown = kept(input.shown, recipe.dropWords, random);
        const scale = 1 / (1 - recipe.dropDense);
        // A bag is divided by the root of its words, so that fewer words make what they share smaller by the root.
        const wordScale = 1 / Math.sqrt(1 - recipe.dropWords);
        for (let i = 0; i < dense; i++) x[i] = input.dense[i] === 0 || random() < recipe.dropDense ? 0 : input.dense[i]! * scale;
        bag(network.said, said, embedding, x, dense, wordScale);
        bag(network.shown, shown, embedding, x, dense + embedding, wordScale);
        for (let j = 0; j < hidden; j++) mask[j] = random() < recipe.dropHidden ? 0 : 1 / (1 - recipe.dropHidden);
        forward(network, scratch, mask);
        gradientOf(target, out, dOut, shape, offsets);
        // Back through the two layers.
        dH.fill(0);
        dX.fill(0);
        const live: number[] = [];
        for (let i = 0; i < width; i++) if (x[i] !== 0) live.push(i);
        for (let o = 0; o < outputs; o++) {
          const d = dOut[o]!;
          if (d === 0) continue;
          gOuterBias[o]! += d;
          const row = o * hidden;
          for (let j = 0; j < hidden; j++) {
            if (h[j] === 0) continue;
            gOuter[row + j]! += d * h[j]!;
            dH[j]! += d * network.outer[row + j]!;
          }
          const straight = o * width;
          for (const i of live) gDirect[straight + i]! += d * x[i]!;
          for (let k = 0; k < 2 * embedding; k++) dX[k]! += d * network.direct[straight + dense + k]!;
        }
        for (let j = 0; j < hidden; j++) {
          if (h[j] === 0) continue;
          const d = dH[j]! * mask[j]!;
          gInnerBias[j]! += d;
          const row = j * width;
          for (const i of live) gInner[row + i]! += d * x[i]!;
          for (let k = 0; k < 2 * embedding; k++) dX[k]! += d * network.inner[row + dense + k]!;
        }
        updateTable(network.said, saidSquare, said, dX, 0, embedding, recipe, fade);
        updateTable(network.shown, shownSquare, shown, dX, embedding, embedding, recipe, fade);
      }
      const share = 1 / (end - start);
      for (const adam of adams) {
        for (let i = 0; i < adam.gradient.length; i++) adam.gradient[i]! *= share;
        adam.step(recipe.rate * fade, recipe.decay);
      }
    }
  }
  return network;
}

function kept(ids: Uint16Array, drop: number, random: () => number): number[] {
  const left: number[] = [];
  for (const id of ids) if (random() >= drop) left.push(id);
  return left;
}

function updateTable(table: Float32Array, square: Float32Array, ids: readonly number[], dX: Float32Array, from: number, size: number, { tableRate, tableDecay }: Recipe, fade: number): void {
  if (ids.length === 0) return;
  const share = 1 / Math.sqrt(ids.length);
  for (const id of ids) {
    const row = id * size;
    for (let k = 0; k < size; k++) {
      const g = dX[from + k]! * share + tableDecay * table[row + k]!;
      square[row + k]! += g * g;
      table[row + k]! -= (tableRate * fade * g) / Math.sqrt(square[row + k]!);
    }
  }
}

/** Derivatives of the loss: cross entropy for classes, Huber for difficulty and log tokens. */
function gradientOf(target: Target, out: Float32Array, dOut: Float32Array, shape: Shape, offsets: Float64Array): void {
  dOut.fill(0);
  if (target.tier && target.tierWeight > 0) {
    const p = softmax(out, 0, 3);
    for (let at = 0; at < 3; at++) dOut[at] = target.tierWeight * (p[at]! - target.tier[at]!);
  }
  if (target.difficultyWeight > 0) {
    const offset = target.offset < 0 ? 0 : offsets[target.offset]!;
    const slope = clipped(out[3]! + offset - target.difficulty, 2);
    dOut[3] = target.difficultyWeight * slope;
    if (target.offset >= 0) offsets[target.offset]! -= 0.01 * (target.difficultyWeight * slope + 0.02 * offset);
  }
  if (target.tokensWeight > 0) dOut[4] = target.tokensWeight * clipped(out[4]! - target.logTokens, 1.5);
  const domainsFrom = 5;
  if (target.domains) {
    const p = softmax(out, domainsFrom, domainsFrom + shape.domains);
    for (let at = 0; at < shape.domains; at++) dOut[domainsFrom + at] = target.classWeight * (p[at]! - target.domains[at]!);
  }
  const intentsFrom = domainsFrom + shape.domains;
  if (target.intent >= 0) {
    const p = softmax(out, intentsFrom, intentsFrom + shape.intents);
    for (let at = 0; at < shape.intents; at++) dOut[intentsFrom + at] = target.classWeight * (p[at]! - (at === target.intent ? 1 : 0));
  }
}

function clipped(value: number, most: number): number {
  return Math.max(-most, Math.min(most, value));
}
