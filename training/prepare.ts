import { readFileSync } from 'node:fs';
import { type Domain, domains } from '../src/core/model/modelCard';
import { type Features, featuresOf, figureNames, phraseHash } from '../src/core/routing/features';
import { networkInput, type NetworkInput, type Preparation } from '../src/core/routing/profileInput';
import { intents, tiers } from '../src/core/model/profile';
import { readMessage } from '../src/core/routing/readMessage';
import type { Target } from './network';
import { randomFrom } from './random';
import type { Example } from './sources';
import { type Asked, composed, variant } from './variants';

export interface Groups {
  readonly names: readonly string[];
  readonly byHash: ReadonlyMap<number, readonly number[]>;
  /** Phrases that came to nothing, for the report. */
  readonly unread: readonly string[];
}

/** The lists of words, each phrase as the hash that a text would give it. */
export function readGroups(file: string): Groups {
  const names: string[] = [];
  const byHash = new Map<number, number[]>();
  const unread: string[] = [];
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const colon = line.indexOf(': ');
    if (line.startsWith('#') || colon === -1) continue;
    const index = names.push(line.slice(0, colon)) - 1;
    for (const phrase of line.slice(colon + 2).split(/\s+/)) {
      const hash = phraseHash(phrase.replaceAll('_', ' '));
      if (hash === undefined) unread.push(`${names[index]}: ${phrase}`);
      else byHash.set(hash, [...new Set([...(byHash.get(hash) ?? []), index])]);
    }
  }
  return { names, byHash, unread };
}

export function featuresOfAsked({ text, language }: Asked): Features {
  return featuresOf(readMessage(text), language);
}

export function preparationFor(groups: Groups, all: readonly Features[], saidBits: number, shownBits: number): Preparation {
  const mean = new Float32Array(figureNames.length);
  const scale = new Float32Array(figureNames.length);
  for (let at = 0; at < mean.length; at++) {
    let sum = 0;
    let squares = 0;
    for (const { figures } of all) {
      sum += figures[at] ?? 0;
      squares += (figures[at] ?? 0) ** 2;
    }
    const middle = sum / all.length;
    mean[at] = middle;
    scale[at] = 1 / Math.max(0.02, Math.sqrt(Math.max(0, squares / all.length - middle ** 2)));
  }
  return { mean, scale, groups: groups.byHash, groupCount: groups.names.length, actCount: groups.names.filter((name) => name.startsWith('act_')).length, saidBits, shownBits };
}

export interface TrainingSet {
  readonly features: readonly Features[];
  readonly targets: readonly Target[];
  /** Where each example is as it was written. */
  readonly originals: readonly number[];
}

/** Each example as it is, and people's own prompts in other ways as well. */
export function trainingSet(examples: readonly Example[], { variants, seed }: { readonly variants: number; readonly seed: number }): TrainingSet {
  const random = randomFrom(seed);
  const unrelated = examples.filter(({ selection }) => selection !== undefined);
  const offsets = [...new Set(examples.flatMap(({ levelUnknown }) => levelUnknown ?? []))];
  const features: Features[] = [];
  const targets: Target[] = [];
  const originals: number[] = [];
  for (const example of examples) {
    const isOurs = example.scores === undefined;
    // Two readers agreed on these, and they are what people type: they count three times.
    const times = example.family === 'labelled' ? 3 : 1;
    const copies = isOurs ? times * (1 + variants) - 1 : 0;
    const weight = isOurs ? 1.6 / (1 + variants) : 1;
    const target = targetOf(example, offsets, weight);
    originals.push(features.length);
    for (let copy = 0; copy <= copies; copy++) {
      features.push(featuresOfAsked(copy === 0 ? composed(example) : variant(random, example, unrelated)));
      targets.push(target);
    }
  }
  return { features, targets, originals };
}

function targetOf(example: Example, offsets: readonly string[], weight: number): Target {
  const isOurs = example.scores === undefined;
  return {
    tier: example.tier === undefined ? undefined : Float32Array.from(tiers, (tier) => (tier === example.tier ? 0.94 : 0.03)),
    tierWeight: weight * (isOurs ? 1 : 0.2),
    difficulty: example.difficulty ?? 0,
    difficultyWeight: example.difficulty === undefined ? 0 : weight * example.difficultyWeight,
    offset: example.levelUnknown === undefined ? -1 : offsets.indexOf(example.levelUnknown),
    logTokens: Math.log(Math.max(3, example.tokens ?? 3)),
    tokensWeight: example.tokens === undefined ? 0 : weight * (isOurs ? 1 : 0.6),
    // Most questions of benchmarks are of one kind: many of them must not make it the usual one.
    classWeight: weight * (isOurs ? 0.6 : 0.06),
    domains: example.domains === undefined ? undefined : domainShares(example.domains),
    intent: example.intent === undefined ? -1 : intents.indexOf(example.intent),
  };
}

/** The first named is the main one. */
function domainShares(named: readonly Domain[]): Float32Array {
  const shares = new Float32Array(domains.length);
  named.forEach((domain, rank) => {
    shares[domains.indexOf(domain)] = rank === 0 ? 1 : 0.5;
  });
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => (total === 0 ? 1 / shares.length : share / total));
}

export function inputsFor(preparation: Preparation, features: readonly Features[]): NetworkInput[] {
  return features.map((one) => networkInput(preparation, one));
}
