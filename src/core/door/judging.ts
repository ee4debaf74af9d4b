import type { TaskProfile } from '../model/profile';
import type { AppSettings } from '../model/settings';
import { type Classifier, readClassifiers } from '../routing/classifiers';
import { lengthModel } from '../routing/lengthModel';
import { type ProfileDependencies, type ProfileRequest, profileTask } from '../routing/profile';
import { type ProfileModel, readProfileModel } from '../routing/profileModel';
import type { AppPorts } from './appPorts';

/** What judges prompts: the trained weights, read by the first who asks, and the person's own classifiers. */
export class Judging {
  #model: Promise<ProfileModel> | undefined;
  #problem: string | undefined;
  #classifiers: readonly Classifier[] = [];

  constructor(
    private readonly ports: Pick<AppPorts, 'countTokens' | 'log' | 'profileWeights'>,
    private readonly settings: () => AppSettings,
  ) {
    this.settingsChanged();
  }

  readonly profile = async (request: ProfileRequest): Promise<TaskProfile> => profileTask(await this.dependencies(), request);

  async dependencies(): Promise<ProfileDependencies> {
    this.#model ??= this.#read();
    return { countTokens: this.ports.countTokens, model: await this.#model, classifiers: this.#classifiers };
  }

  /** Why prompts are judged by their length alone; undefined when they are not, or nobody asked yet. */
  get problem(): string | undefined {
    return this.#problem;
  }

  get classifiers(): readonly Classifier[] {
    return this.#classifiers;
  }

  /** Takes the classifiers of the settings into force. Returns what of them is not valid, by field. */
  settingsChanged(): ReturnType<typeof readClassifiers>['problems'] {
    const { classifiers, problems } = readClassifiers(this.settings().classifiers);
    this.#classifiers = classifiers;
    return problems;
  }

  /** Nothing of it may stop a question: without the weights there is a rougher judgement. */
  async #read(): Promise<ProfileModel> {
    try {
      return readProfileModel(await this.ports.profileWeights());
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
      this.ports.log.error('prompts are judged by their length alone, because the trained profile could not be read', error);
      return lengthModel;
    }
  }
}
