import { domains } from '../src/core/model/modelCard';
import { featuresVersion, figureNames } from '../src/core/routing/features';
import { denseLength } from '../src/core/routing/profileInput';
import { intents } from '../src/core/model/profile';
import { type Judgement, type ProfileModel, readProfileModel } from '../src/core/routing/profileModel';
import { fitFormats, formats } from './formats';
import { type Recipe, type Shape, train } from './network';
import { featuresOfAsked, type Groups, inputsFor, preparationFor, trainingSet } from './prepare';
import type { Example } from './sources';
import { composed } from './variants';
import { writeWeights } from './writeWeights';

const saidBits = 12;
const shownBits = 11;

const recipe = (seed: number): Recipe => ({ seed, epochs: 5, rate: 0.003, tableRate: 0.05, batch: 32, decay: 0.01, tableDecay: 0.0001, dropDense: 0.1, dropWords: 0.4, dropHidden: 0.2 });

/** What is set after training, from texts left out of it. */
export interface Calibration {
  readonly tierSharpness: number;
  readonly tokensDeviation: number;
  readonly difficulty: readonly [number, number, number, number];
}

/** As the networks say it. */
export const uncalibrated: Calibration = { tierSharpness: 1, tokensDeviation: 0.6, difficulty: [0, 0.5, 0.5, 0] };

export interface FitOptions {
  readonly groups: Groups;
  /** Networks whose mean is taken. */
  readonly members: number;
}

/** Trained, but not yet written: the bytes need what is found out afterwards. */
export type Fitted = (facts: { readonly version: string; readonly calibration: Calibration }) => Uint8Array;

/** The same for the same examples and options. */
export function fit(examples: readonly Example[], { groups, members }: FitOptions): Fitted {
  const { features, targets, originals } = trainingSet(examples, { variants: 2, seed: 7 });
  const preparation = preparationFor(groups, features, saidBits, shownBits);
  const inputs = inputsFor(preparation, features);
  const shape: Shape = { dense: denseLength(preparation.groupCount), saidRows: 2 ** saidBits, shownRows: 2 ** shownBits, embedding: 8, hidden: 32, domains: domains.length, intents: intents.length };
  const rules = fitFormats(examples, originals.map((at) => inputs[at]!));
  const networks = Array.from({ length: members }, (_, at) => train(shape, recipe(11 + at), inputs, targets));
  return ({ version, calibration: { tierSharpness, tokensDeviation, difficulty } }) =>
    writeWeights(
      {
        version,
        features: featuresVersion,
        figures: figureNames.length,
        groups: groups.names.length,
        acts: preparation.actCount,
        saidBits,
        shownBits,
        embedding: shape.embedding,
        hidden: shape.hidden,
        domains: [...domains],
        intents: [...intents],
        formats: [...formats],
        tierSharpness,
        tokensDeviation,
        difficulty: [...difficulty],
      },
      preparation,
      rules,
      networks,
    );
}

export function modelOf(fitted: Fitted, calibration: Calibration): ProfileModel {
  return readProfileModel(fitted({ version: 'not shipped', calibration }));
}

/** As the product judges them. */
export function judged(model: ProfileModel, examples: readonly Example[]): Judgement[] {
  return examples.map((example) => model.judge(featuresOfAsked(composed(example))));
}
