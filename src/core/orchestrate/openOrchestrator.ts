import { Orchestrator, type OrchestratorDependencies } from './orchestrator';

export type OpenOrchestrator = (dependencies: OrchestratorDependencies) => Orchestrator;

/** The entry of the bundle that is loaded by the first question to several models. */
export const openOrchestrator: OpenOrchestrator = (dependencies) => new Orchestrator(dependencies);
