import { type ExperimentDependencies, Experiments } from './experiments';
import { type ShadowTrialDependencies, ShadowTrials } from './shadowTrials';

/** What compares models on the person's own questions. */
export interface OpenedExperiments {
  readonly experiments: Experiments;
  readonly shadowTrials: ShadowTrials;
}

export type OpenExperiments = (dependencies: ExperimentDependencies & ShadowTrialDependencies) => OpenedExperiments;

/** The entry of the bundle that is loaded by the first experiment or trial. */
export const openExperiments: OpenExperiments = (dependencies) => ({ experiments: new Experiments(dependencies), shadowTrials: new ShadowTrials(dependencies) });
