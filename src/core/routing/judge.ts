import type { JudgedPrompt } from '../model/judged';
import type { TaskProfile } from '../model/profile';
import { readClassifiers } from './classifiers';
import { contributionsOf } from './contributions';
import { lengthModel } from './lengthModel';
import { failuresOf, type ProfileDependencies, type ProfileRequest, profileTask } from './profile';
import { type ProfileModel, readProfileModel } from './profileModel';

/** All that judges prompts: the entry of its bundle, which is loaded by the first question. */
export interface Judge {
  /** Reads the setting `farthing.classifiers`. */
  readonly readClassifiers: typeof readClassifiers;
  /** @throws a sentence for a file that is none, or is damaged */
  readonly readWeights: (bytes: Uint8Array) => ProfileModel;
  /** What stands in without weights. */
  readonly withoutWeights: ProfileModel;
  readonly profile: (dependencies: ProfileDependencies, request: ProfileRequest) => TaskProfile;
  /** How a prompt is judged by itself, and by what. */
  readonly explain: (dependencies: ProfileDependencies, text: string, language: string | undefined) => Pick<JudgedPrompt, 'profile' | 'failures' | 'contributions'>;
}

export const judge: Judge = {
  readClassifiers,
  readWeights: readProfileModel,
  withoutWeights: lengthModel,
  profile: profileTask,
  explain(dependencies, text, language) {
    const profile = profileTask(dependencies, { messages: [{ role: 'user', text }], ...(language === undefined ? {} : { language }) });
    return { profile, failures: failuresOf(profile.difficulty), contributions: contributionsOf(dependencies.model, text, language) };
  },
};
