import type { JudgedPrompt } from '../model/judged';
import type { TaskProfile } from '../model/profile';
import type { AppSettings } from '../model/settings';
import { type Classifier, readClassifiers } from '../routing/classifiers';
import { contributionsOf } from '../routing/contributions';
import { lengthModel } from '../routing/lengthModel';
import { failuresOf, type ProfileDependencies, type ProfileRequest, profileTask } from '../routing/profile';
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

  /** How a prompt is judged by itself, and by what. */
  async judged(text: string, language: string | undefined): Promise<Omit<JudgedPrompt, 'previews'>> {
    const dependencies = await this.dependencies();
    const { model } = dependencies;
    const profile = profileTask(dependencies, { messages: [{ role: 'user', text }], ...(language === undefined ? {} : { language }) });
    return { text, profile, failures: failuresOf(profile.difficulty), contributions: contributionsOf(model, text, language), classifiers: this.#classifiers.length, weights: model === lengthModel ? undefined : model.version };
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
