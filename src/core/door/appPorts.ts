import type { Snapshot } from '../catalog/snapshot';
import type { OpenExperiments } from '../experiments/openExperiments';
import type { OpenOrchestrator } from '../orchestrate/openOrchestrator';
import type { Judge } from '../routing/judge';
import type { Learner } from '../learning/learnt';
import type { Endpoint } from '../model/provider';
import type { ForeignReaders } from '../providers/foreignReaders';
import type { OpenBooks } from '../ports/books';
import type { Clock } from '../ports/clock';
import type { DemoServer } from '../ports/demoServer';
import type { Ids } from '../ports/ids';
import type { Keys } from '../ports/keys';
import type { Log } from '../ports/log';
import type { PluginFiles } from '../ports/pluginFiles';
import type { Random } from '../ports/random';
import type { SignInPorts } from '../ports/signIn';
import type { TextStore } from '../ports/textStore';
import type { Wire } from '../ports/wire';
import type { routingReport } from '../report/routingReport';

/** What the product needs from outside. Everything slow is a promise asked for on first use, never at start. */
export interface AppPorts {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
  readonly log: Log;
  readonly keys: Keys;
  readonly texts: TextStore;
  readonly pluginFiles: PluginFiles;
  /** What reads plug-ins and settings of other extensions; called when there are any. */
  readonly foreignReaders: () => ForeignReaders;
  readonly books: OpenBooks;
  readonly snapshot: () => Promise<Snapshot>;
  /** What judges prompts; called when first needed. */
  readonly judge: () => Judge;
  /** The file of weights that prompts are judged with. Rejects when it cannot be read. */
  readonly profileWeights: () => Promise<Uint8Array>;
  readonly demo: DemoServer;
  readonly wire: (name: Endpoint['provider']['wire']) => Wire;
  readonly countTokens: (text: string) => number;
  readonly signIn: SignInPorts;
  /** What compares models; called when first needed. */
  readonly experiments: OpenExperiments;
  /** What puts several models to one question; called when first needed. */
  readonly orchestrator: OpenOrchestrator;
  /** What works out what use has taught; called when first needed. */
  readonly learner: () => Learner;
  /** What works the report out; called when first needed. */
  readonly report: typeof routingReport;
  /** Id of this process in the books. */
  readonly window: string;
}
