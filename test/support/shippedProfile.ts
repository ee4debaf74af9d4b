import { readFileSync } from 'node:fs';
import { estimateTokenCount } from 'tokenx';
import type { ProfileDependencies } from '../../src/core/routing/profile';
import { type ProfileModel, readProfileModel } from '../../src/core/routing/profileModel';

let weights: Uint8Array | undefined;
let model: ProfileModel | undefined;

/** The file of weights that ships. Paths are from the repository, where tests run. */
export function shippedWeights(): Uint8Array {
  weights ??= readFileSync('src/core/routing/profile.weights');
  return weights;
}

/** The trained profile that ships, read once. */
function shippedModel(): ProfileModel {
  model ??= readProfileModel(shippedWeights());
  return model;
}

/** What a task is judged with in the product. */
export function shippedProfile(): ProfileDependencies {
  return { countTokens: estimateTokenCount, model: shippedModel() };
}
