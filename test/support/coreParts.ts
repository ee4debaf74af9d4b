import type { AppPorts } from '../../src/core/door/appPorts';
import { openExperiments } from '../../src/core/experiments/openExperiments';
import { learntFrom, reportOf } from '../../src/core/learning/learnt';
import { openOrchestrator } from '../../src/core/orchestrate/openOrchestrator';
import { foreignReaders } from '../../src/core/providers/foreignReaders';
import { routingReport } from '../../src/core/report/routingReport';
import { judge } from '../../src/core/routing/judge';

/** The parts of the core that the product loads when they are first needed, loaded. */
export const coreParts = {
  experiments: openExperiments,
  orchestrator: openOrchestrator,
  learner: () => ({ learntFrom, reportOf }),
  foreignReaders: () => foreignReaders,
  judge: () => judge,
  report: routingReport,
} satisfies Partial<AppPorts>;
