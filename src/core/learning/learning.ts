import type { EditFate, NewOutcome, OutcomeKind, Rating } from '../model/outcome';
import type { StoredMessage } from '../model/thread';
import type { Clock } from '../ports/clock';
import type { Ids } from '../ports/ids';
import type { Log } from '../ports/log';
import type { OutcomeStore } from '../ports/outcomeStore';
import { type Sign, signOf, signOfEdit, signOfRating, tellsOfAbility } from './outcomes';

export interface LearningDependencies {
  readonly store: () => Promise<OutcomeStore>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** Nothing is noted and nothing used while it is false. */
  readonly enabled: () => boolean;
}

/** What use teaches of the models. Never in the way: what cannot be noted is in the log, and asking goes on without. */
export class Learning {
  constructor(private readonly dependencies: LearningDependencies) {}

  /** What the person did after an answer. */
  async noteUse(kind: 'better' | 'cheaper' | 'retry' | 'followed', message: StoredMessage): Promise<void> {
    if (tellsOfAbility(message)) await this.#note(message.id, message.threadId, kind, signOf(kind));
  }

  /** What the person said of an answer; undefined takes it back. */
  async noteRating(message: StoredMessage, rating: Rating | undefined): Promise<void> {
    if (rating && !tellsOfAbility(message)) return;
    if (rating) await this.#note(message.id, message.threadId, 'rating', signOfRating(rating), rating);
    else await this.#quietly(async (store) => store.remove(message.id, 'rating'));
  }

  /** What became of code that was taken from an answer. */
  async noteEdit(answerId: string, fate: EditFate): Promise<void> {
    await this.#note(answerId, undefined, fate.kind, signOfEdit(fate));
  }

  /** What somebody else found out who knows all of it. */
  async noteOutcome(outcome: NewOutcome): Promise<void> {
    if (!this.dependencies.enabled()) return;
    const { clock, ids } = this.dependencies;
    const weight = outcome.weight ?? (outcome.kind === 'rating' || outcome.kind === 'diagnostics' ? 0.5 : signOf(outcome.kind).weight);
    await this.#quietly((store) => store.put({ ...outcome, id: ids.next(), at: clock.now(), weight }));
  }

  async #note(question: string, threadId: string | undefined, kind: OutcomeKind, { value, weight }: Sign, { reason }: Pick<Rating, 'reason'> = {}): Promise<void> {
    if (!this.dependencies.enabled()) return;
    const { clock, ids } = this.dependencies;
    await this.#quietly(async (store) => {
      const answered = await store.answered(question);
      if (!answered) return;
      await store.put({ ...answered, id: ids.next(), at: clock.now(), kind, value, weight, question, ...(threadId === undefined ? {} : { threadId }), ...(reason === undefined ? {} : { reason }) });
    });
  }

  async #quietly(work: (store: OutcomeStore) => Promise<void>): Promise<void> {
    try {
      await work(await this.dependencies.store());
    } catch (error) {
      this.dependencies.log.error('what an answer was worth could not be noted', error);
    }
  }
}
