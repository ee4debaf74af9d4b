import type { LearningReport } from '../model/learningReport';
import type { Learnt } from '../model/learnt';
import type { Arm } from '../model/modelCard';
import type { EditFate, NewOutcome, OutcomeKind, Rating } from '../model/outcome';
import type { Realm } from '../model/provider';
import type { StoredMessage } from '../model/thread';
import type { Clock } from '../ports/clock';
import type { Ids } from '../ports/ids';
import type { Log } from '../ports/log';
import type { Cleared, OutcomeFilter, OutcomeStore } from '../ports/outcomeStore';
import type { Learner, Worked } from './learnt';
import { factsOf } from '../routing/candidates';
import { isComplaint, type Sign, signOf, signOfEdit, signOfRating, tellsOfAbility } from './outcomes';
import { experienceOf, remember, type Remembered } from './remembered';

export interface LearningDependencies {
  readonly store: () => Promise<OutcomeStore>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** Called when first needed. */
  readonly learner: () => Learner;
  /** Nothing is noted and nothing used while it is false. */
  readonly enabled: () => boolean;
}

/** What happens within this time is taken together, in milliseconds. */
const gatherMs = 300;
/** What is learnt ages without anything happening; worked out anew after so many milliseconds. */
const agesAfterMs = 24 * 60 * 60_000;

interface Made {
  readonly realm: Realm;
  readonly arms: readonly Arm[];
  readonly at: number;
  readonly worked: Worked;
}

/**
 * What use teaches of the models. Never in the way: what cannot be noted is in the log, asking goes on without it, and a
 * request reads what was worked out before, from memory.
 */
export class Learning {
  #remembered: Remembered | undefined;
  #made: Made | undefined;
  #due: (() => void) | undefined;
  #reading: Promise<void> | undefined;
  /** One note after the other: what is taken back at once must not come after. Never rejects. */
  #noted: Promise<void> = Promise.resolve();
  #closed = false;
  readonly #cleared: Cleared[] = [];

  constructor(private readonly dependencies: LearningDependencies) {}

  /** Takes over what the store knows and follows it from now on. Never rejects. */
  async attach(store: OutcomeStore): Promise<void> {
    store.onChange(() => this.#later(store));
    await this.#read(store);
  }

  /** From now on nothing is worked out any more; waits until what happened is noted. */
  close(): Promise<void> {
    this.#closed = true;
    this.#due?.();
    return this.#noted;
  }

  /**
   * What the router is told of these arms: the same object until something changed. Undefined: nothing is known. Other
   * arms than last time get what was worked out for those, which goes by models, until it is worked out anew a moment later.
   */
  learnt(realm: Realm, arms: readonly Arm[]): Learnt | undefined {
    const remembered = this.#remembered;
    if (!remembered || isEmpty(remembered) || !this.dependencies.enabled()) return undefined;
    const made = this.#made;
    if (made?.realm !== realm) return this.#make(realm, arms, remembered);
    if (made.arms !== arms || this.dependencies.clock.now() - made.at >= agesAfterMs) this.#due ??= this.dependencies.clock.after(gatherMs, () => this.#makeAnew(realm, arms));
    return made.worked.learnt;
  }

  async report(realm: Realm, arms: readonly Arm[]): Promise<LearningReport> {
    const now = this.dependencies.clock.now();
    const remembered = await remember(await this.dependencies.store(), now);
    return { enabled: this.dependencies.enabled(), realm, ...this.dependencies.learner().reportOf(arms, experienceOf(remembered, realm), now) };
  }

  /** Forgets what was learnt of one model, or of all; `takeBack` undoes it as long as this window is open. @throws StorageError */
  async forget(filter: OutcomeFilter): Promise<void> {
    const { clock, ids, store } = this.dependencies;
    const outcomes = await store();
    this.#cleared.push(await outcomes.clear(ids.next(), filter, clock.now()));
    await this.#read(outcomes);
  }

  get canTakeBack(): boolean {
    return this.#cleared.length > 0;
  }

  /** Brings back what was forgotten last. @throws StorageError */
  async takeBack(): Promise<void> {
    const last = this.#cleared.at(-1);
    if (!last) return;
    const outcomes = await this.dependencies.store();
    await outcomes.restore(last);
    this.#cleared.pop();
    await this.#read(outcomes);
  }

  /** What the person did after an answer: asked again, or went on with `next`. */
  async noteUse(how: 'same' | 'better' | 'cheaper' | 'followed', message: StoredMessage, next = ''): Promise<void> {
    // Who rated it has said more, and who complains has not gone on content.
    if (how === 'followed' && (message.answer?.rating || isComplaint(next))) return;
    const kind = how === 'same' ? 'retry' : how;
    if (tellsOfAbility(message)) await this.#note(message.id, message.threadId, kind, signOf(kind));
  }

  /** What the person said of an answer; undefined takes it back. */
  async noteRating(message: StoredMessage, rating: Rating | undefined): Promise<void> {
    if (!rating) await this.#quietly((store) => store.remove(message.id, 'rating'));
    else if (tellsOfAbility(message)) await this.#note(message.id, message.threadId, 'rating', signOfRating(rating), rating);
  }

  /** What became of code that was taken from an answer. */
  async noteEdit(answerId: string, fate: EditFate): Promise<void> {
    // The last word counts: what an editor saved by itself may be undone a moment later.
    if (fate.kind !== 'diagnostics') await this.#quietly((store) => store.remove(answerId, fate.kind === 'kept' ? 'undone' : 'kept'));
    await this.#note(answerId, undefined, fate.kind, signOfEdit(fate));
  }

  /** What somebody found out who knows all of it. */
  async noteOutcome(outcome: NewOutcome): Promise<void> {
    if (!this.dependencies.enabled()) return;
    const { clock, ids } = this.dependencies;
    await this.#quietly((store) => store.put({ weight: signOf(outcome.kind).weight, ...outcome, id: ids.next(), at: clock.now() }));
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

  #quietly(work: (store: OutcomeStore) => Promise<void>): Promise<void> {
    this.#noted = this.#noted.then(async () => {
      try {
        await work(await this.dependencies.store());
      } catch (error) {
        this.dependencies.log.error('what an answer was worth could not be noted', error);
      }
    });
    return this.#noted;
  }

  #later(store: OutcomeStore): void {
    if (this.#closed) return;
    this.#due?.();
    this.#due = this.dependencies.clock.after(gatherMs, () => void this.#read(store));
  }

  /** One reading at a time: each begins with what the one before found. */
  #read(store: OutcomeStore): Promise<void> {
    const { clock, log, learner } = this.dependencies;
    this.#reading = (this.#reading ?? Promise.resolve()).then(async () => {
      this.#due = undefined;
      if (this.#closed) return;
      try {
        this.#remembered = await remember(store, clock.now(), this.#remembered);
        // Loaded here, so that no request waits for it.
        if (!isEmpty(this.#remembered)) learner();
        if (this.#made) this.#makeAnew(this.#made.realm, this.#made.arms);
      } catch (error) {
        log.error('what was learnt could not be read', error);
      }
    });
    return this.#reading;
  }

  #makeAnew(realm: Realm, arms: readonly Arm[]): void {
    this.#due = undefined;
    if (this.#remembered && !this.#closed) this.#make(realm, arms, this.#remembered);
  }

  #make(realm: Realm, arms: readonly Arm[], from: Remembered): Learnt {
    const at = this.dependencies.clock.now();
    const before = this.#made?.realm === realm ? this.#made.worked : undefined;
    const worked = this.dependencies.learner().learntFrom(arms, experienceOf(from, realm), at, before);
    this.#made = { realm, arms, at, worked };
    // Here, so that no request does it.
    factsOf(arms, worked.learnt);
    return worked.learnt;
  }
}

function isEmpty({ outcomes, lessons }: Remembered): boolean {
  return outcomes.length + lessons.real.length + lessons.demo.length === 0;
}
