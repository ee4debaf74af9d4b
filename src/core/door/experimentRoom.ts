import { decide, type DecideDependencies } from '../ask/decide';
import { periodBounds } from '../budget/periods';
import type { Conversations } from '../conversation/conversations';
import { historyOf } from '../conversation/history';
import type { Experiments } from '../experiments/experiments';
import type { RouteFor } from '../experiments/judge';
import type { OpenedExperiments, OpenExperiments } from '../experiments/openExperiments';
import { type BudgetOverview, percentSpent } from '../model/budget';
import { asArmId } from '../model/modelCard';
import type { AppSettings } from '../model/settings';
import { type ConversationEvent, questionBefore } from '../model/thread';
import type { Clock } from '../ports/clock';
import type { Log } from '../ports/log';

type Dependencies = Parameters<OpenExperiments>[0];

interface RoomDependencies extends Omit<Dependencies, 'isEasy' | 'monthStart' | 'route' | 'settings'> {
  readonly open: OpenExperiments;
  /** Read anew for each: arms and settings change. */
  readonly decide: () => DecideDependencies;
  readonly settings: () => AppSettings;
  readonly conversations: Conversations;
  readonly isOffline: () => boolean;
  readonly budgets: () => Promise<BudgetOverview | undefined>;
  readonly clock: Clock;
  readonly log: Log;
}

/** From here on a budget is nearly used up, in percent: what is left is for the person's own questions. */
const scarceFrom = 75;

/** Experiments and shadow trials: loaded by the first that anybody begins, or by a question when trials are allowed. */
export class ExperimentRoom {
  #opened: OpenedExperiments | undefined;

  constructor(private readonly dependencies: RoomDependencies) {}

  experiments(): Experiments {
    return this.#open().experiments;
  }

  /** What happens in the conversations: complete answers may be tried elsewhere. */
  readonly heard = (event: ConversationEvent): void => {
    if (event.type !== 'answer-changed' || event.phase !== 'ended' || event.answer.state !== 'complete') return;
    if (!this.#opened && this.dependencies.settings()['shadow.share'] === 0) return;
    // Rating an answer changes it as well, long after it came.
    if (this.dependencies.conversations.runningIn(event.threadId)?.messageId !== event.messageId) return;
    this.#answered(event.threadId, event.messageId).catch((error: unknown) => this.dependencies.log.error('an answer could not be taken for a trial', error));
  };

  async close(): Promise<void> {
    await this.#opened?.shadowTrials.close();
    await this.#opened?.experiments.close();
  }

  async #answered(threadId: string, messageId: string): Promise<void> {
    const stored = await this.dependencies.conversations.open(threadId);
    const message = stored?.messages.find(({ id }) => id === messageId);
    const question = stored && message && questionBefore(stored.messages, message);
    const { arm, outputTokens = 0, purpose } = message?.answer ?? {};
    if (!question || arm === undefined || purpose === undefined) return;
    const { experiments, shadowTrials } = this.#open();
    shadowTrials.answered({ request: { messages: historyOf(stored.messages, question.position), purpose }, text: message.text, arm: asArmId(arm), outputTokens });
    await experiments.answered({ threadId, messageId: question.id });
  }

  #open(): OpenedExperiments {
    const { clock, open } = this.dependencies;
    this.#opened ??= open({ ...this.dependencies, route: this.#route, isEasy: () => this.#isEasy(), monthStart: () => periodBounds(clock.now(), 0).month.from });
    return this.#opened;
  }

  /** Who would be asked, of all or of those that are open. */
  readonly #route: RouteFor = async (request, open) => {
    const all = this.dependencies.decide();
    const narrowed = open && {
      // A lasting pin is about the person's own questions.
      settings: () => ({ ...all.settings(), 'models.pinned': '' }),
      arms: async () => {
        const askable = await all.arms();
        return { ...askable, arms: askable.arms.filter(open) };
      },
    };
    const found = await decide({ ...all, ...narrowed }, request);
    return 'kind' in found ? found : found.route;
  };

  async #isEasy(): Promise<boolean> {
    if (this.dependencies.isOffline()) return false;
    const overview = await this.dependencies.budgets();
    return overview !== undefined && overview.statuses.every((status) => (percentSpent(status) ?? 0) < scarceFrom);
  }
}
