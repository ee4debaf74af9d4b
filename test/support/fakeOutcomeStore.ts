import { answerPurposes } from '../../src/core/model/ask';
import type { Answered, Outcome, OutcomeKind } from '../../src/core/model/outcome';
import type { Realm } from '../../src/core/model/provider';
import type { StorageError } from '../../src/core/ports/ledgerStore';
import { type CallLesson, type Cleared, mostOutcomes, type OutcomeFilter, type OutcomeStore } from '../../src/core/ports/outcomeStore';
import type { FakeLedgerStore } from './fakeLedgerStore';

/** Outcomes in memory, with the rules of the real store; test/unit/node/sqlite/outcomeStore.test.ts holds both to them. */
export class FakeOutcomeStore implements OutcomeStore {
  /** In the order of their writing. */
  outcomes: readonly Outcome[] = [];
  marks: readonly Cleared['mark'][] = [];
  /** Thrown by every call of the named method. */
  readonly fails = new Map<keyof OutcomeStore, StorageError>();
  readonly #listeners = new Set<() => void>();

  /** @param ledger whose calls are looked at */
  constructor(private readonly ledger: Pick<FakeLedgerStore, 'calls'>) {}

  async put(outcome: Outcome): Promise<void> {
    this.#mayFail('put');
    const others = this.outcomes.filter((one) => !sameSign(one, outcome));
    if (!others.some(({ id }) => id === outcome.id)) this.outcomes = [...others, outcome].toSorted((one, other) => one.at - other.at).slice(-mostOutcomes);
    this.#changed();
  }

  async remove(question: string, kind: OutcomeKind): Promise<void> {
    this.#mayFail('remove');
    this.outcomes = this.outcomes.filter((one) => one.question !== question || one.kind !== kind);
    this.#changed();
  }

  async list(since: number, limit: number): Promise<readonly Outcome[]> {
    this.#mayFail('list');
    return this.outcomes.filter(({ at }) => at >= since).toReversed().slice(0, limit);
  }

  async count(since: number): ReturnType<OutcomeStore['count']> {
    this.#mayFail('count');
    return { outcomes: this.outcomes.filter(({ at }) => at >= since).length, marks: this.marks.length };
  }

  async clear(id: string, filter: OutcomeFilter, at: number): Promise<Cleared> {
    this.#mayFail('clear');
    const gone = this.outcomes.filter((one) => fits(filter, one.realm, one.card));
    const mark = { id, filter, at };
    this.outcomes = this.outcomes.filter((one) => !gone.includes(one));
    this.marks = [...this.marks, mark];
    this.#changed();
    return { outcomes: gone, mark };
  }

  async restore({ outcomes, mark }: Cleared): Promise<void> {
    this.#mayFail('restore');
    this.marks = this.marks.filter(({ id }) => id !== mark.id);
    const missing = outcomes.filter((outcome) => !this.outcomes.some((one) => one.id === outcome.id || sameSign(one, outcome)));
    this.outcomes = [...this.outcomes, ...missing].toSorted((one, other) => one.at - other.at);
    this.#changed();
  }

  async answered(question: string): Promise<Answered | undefined> {
    this.#mayFail('answered');
    const call = [...this.ledger.calls.values()].findLast((one) => one.question === question && answerPurposes.includes(one.purpose) && one.outcome !== 'failed' && one.outcome !== 'crashed' && one.decided);
    const { realm, arm, effort, decided } = call ?? {};
    if (!realm || !arm || !effort || decided?.card === undefined) return undefined;
    const { card, domains, difficulty, tier } = decided;
    if (!domains || difficulty === undefined || !tier) return undefined;
    return { realm, arm, card, effort, domains, difficulty, tier };
  }

  async lessons(realm: Realm, limit: number): Promise<readonly CallLesson[]> {
    this.#mayFail('lessons');
    return [...this.ledger.calls.values()]
      .toReversed()
      .flatMap(({ realm: of, purpose, outcome, usage, decided, effort, startedAt, timing }) => {
        const { card, outputTokens: expectedTokens } = decided ?? {};
        if (of !== realm || outcome !== 'complete' || usage.estimated || card === undefined || !expectedTokens || ![...answerPurposes, 'shadow', 'experiment'].includes(purpose)) return [];
        if (this.marks.some(({ filter, at }) => startedAt < at && fits(filter, of, card))) return [];
        return [{ card, effort, at: startedAt, outputTokens: usage.outputTokens, expectedTokens, ...timing }];
      })
      .slice(0, limit);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #mayFail(method: keyof OutcomeStore): void {
    const error = this.fails.get(method);
    if (error) throw error;
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

function sameSign(one: Outcome, other: Outcome): boolean {
  return one.question !== undefined && one.question === other.question && one.kind === other.kind && one.arm === other.arm;
}

function fits({ realm, card }: OutcomeFilter, ofRealm: Realm, ofCard: string): boolean {
  return (realm ?? ofRealm) === ofRealm && (card ?? ofCard) === ofCard;
}
