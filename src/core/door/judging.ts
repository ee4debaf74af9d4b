import type { RequestJudge } from '../ask/decide';
import type { JudgedPrompt } from '../model/judged';
import type { AppSettings } from '../model/settings';
import type { Classifier } from '../routing/classifiers';
import type { Judge } from '../routing/judge';
import type { ProfileDependencies } from '../routing/profile';
import type { ProfileModel } from '../routing/profileModel';
import type { AppPorts } from './appPorts';

/** What judges prompts: the trained weights, read by the first who asks, and the person's own classifiers. */
export class Judging {
  #model: Promise<ProfileModel> | undefined;
  #problem: string | undefined;
  /** What the settings were last read from, and what came of it. */
  #written: readonly unknown[] = [];
  #read: ReturnType<Judge['readClassifiers']> = { classifiers: [], problems: [] };

  constructor(
    private readonly ports: Pick<AppPorts, 'countTokens' | 'judge' | 'log' | 'profileWeights'>,
    private readonly settings: () => AppSettings,
  ) {
    this.settingsChanged();
  }

  readonly open = async (): Promise<RequestJudge> => {
    const dependencies = await this.#dependencies();
    return { profile: (request) => this.ports.judge().profile(dependencies, request), hasClassifiers: this.classifiers.length > 0 };
  };

  /** How a prompt is judged by itself, and by what. */
  async judged(text: string, language: string | undefined): Promise<Omit<JudgedPrompt, 'previews'>> {
    const dependencies = await this.#dependencies();
    const { model } = dependencies;
    return { text, ...this.ports.judge().explain(dependencies, text, language), classifiers: this.classifiers.length, weights: this.#problem === undefined ? model.version : undefined };
  }

  /** Why prompts are judged by their length alone; undefined when they are not. */
  async problem(): Promise<string | undefined> {
    await this.#dependencies();
    return this.#problem;
  }

  get classifiers(): readonly Classifier[] {
    return this.#read.classifiers;
  }

  /** Takes the classifiers of the settings into force. Returns what of them is not valid, by field. */
  settingsChanged(): ReturnType<Judge['readClassifiers']>['problems'] {
    const written = this.settings().classifiers;
    if (written !== this.#written) {
      this.#written = written;
      // Nobody who has none waits for what reads them.
      this.#read = written.length === 0 ? { classifiers: [], problems: [] } : this.ports.judge().readClassifiers(written);
    }
    return this.#read.problems;
  }

  async #dependencies(): Promise<ProfileDependencies> {
    this.#model ??= this.#open();
    return { countTokens: this.ports.countTokens, model: await this.#model, classifiers: this.classifiers };
  }

  /** Nothing of it may stop a question: without the weights there is a rougher judgement. */
  async #open(): Promise<ProfileModel> {
    const judge = this.ports.judge();
    try {
      return judge.readWeights(await this.ports.profileWeights());
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
      this.ports.log.error('prompts are judged by their length alone, because the trained profile could not be read', error);
      return judge.withoutWeights;
    }
  }
}
