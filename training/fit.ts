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

const flag = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise);

const saidBits = flag('SB', 12);
const shownBits = flag('HB', 12);

const recipe = (seed: number): Recipe => ({
  seed,
  epochs: flag('EPOCHS', 6),
  rate: flag('RATE', 0.003),
  tableRate: flag('TRATE', 0.05),
  batch: 32,
  decay: flag('DECAY', 0.01),
  tableDecay: flag('TDECAY', 0.0001),
  dropDense: flag('DD', 0.1),
  dropWords: flag('DW', 0.4),
  dropHidden: flag('DH', 0.2),
});

/** What is set after training, from texts left out of it. */
export interface Calibration {
  readonly tierSharpness: number;
  readonly tokensDeviation: number;
  readonly difficulty: readonly [number, number, number];
}

/** As the networks say it. */
export const uncalibrated: Calibration = { tierSharpness: 1, tokensDeviation: 0.6, difficulty: [0, 1, 0] };

export interface FitOptions {
  readonly groups: Groups;
  readonly members: number;
  readonly calibration: Calibration;
  readonly version: string;
}

/** The bytes of the weights. The same for the same examples and options. */
export function fit(examples: readonly Example[], { groups, members, calibration, version }: FitOptions): Uint8Array {
  const { features, targets, originals } = trainingSet(examples, { variants: flag('VARIANTS', 1), seed: 7 });
  const preparation = preparationFor(groups, features, saidBits, shownBits);
  const inputs = inputsFor(preparation, features);
  const shape: Shape = { dense: denseLength(preparation.groupCount), saidRows: 2 ** saidBits, shownRows: 2 ** shownBits, embedding: flag('EMB', 8), hidden: flag('HID', 32), domains: domains.length, intents: intents.length };
  const rules = fitFormats(examples, originals.map((at) => inputs[at]!));
  const networks = Array.from({ length: members }, (_, at) => train(shape, recipe(11 + at), inputs, targets));
  return writeWeights(
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
      tierSharpness: calibration.tierSharpness,
      tokensDeviation: calibration.tokensDeviation,
      difficulty: [...calibration.difficulty],
    },
    preparation,
    rules,
    networks,
  );
}

export function fitted(examples: readonly Example[], options: FitOptions): ProfileModel {
  return readProfileModel(fit(examples, options));
}

/** As the product judges them. */
export function judged(model: ProfileModel, examples: readonly Example[]): Judgement[] {
  return examples.map((example) => model.judge(featuresOfAsked(composed(example))));
}
