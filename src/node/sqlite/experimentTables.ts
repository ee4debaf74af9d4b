import { nano, type NanoDollars } from '../../core/model/money';
import type { Realm } from '../../core/model/provider';
import { type ExperimentRow, type ExperimentStore, longestTrialMs, type PairRow, type Trial, type TrialSubject, type TrialVerdict } from '../../core/ports/experimentStore';
import type { Liveness } from '../processOwner';
import type { Changes } from './changes';
import type { Connection } from './connection';
import { integer, optionalText, type Row, text, word, wordOr } from './row';

/** Experiments and trials in SQLite, beside the ledger that knows what they cost. */
export class ExperimentTables implements ExperimentStore {
  constructor(
    private readonly connection: Connection,
    private readonly changes: Changes,
    private readonly liveness: (owner: string) => Liveness,
  ) {}

  list(): Promise<readonly ExperimentRow[]> {
    return this.connection.read(() => this.connection.statement('SELECT * FROM experiments ORDER BY created_at DESC, id DESC').all().map((row) => this.#readRow(row)));
  }

  get(id: string): ReturnType<ExperimentStore['get']> {
    return this.connection.read(() => {
      const row = this.connection.statement('SELECT * FROM experiments WHERE id = ?').get(id);
      if (!row) return undefined;
      const pairs = this.connection.statement('SELECT place, pair FROM experiment_pairs WHERE experiment = ? ORDER BY place').all(id);
      return { row: this.#readRow(row), pairs: pairs.map((pair): PairRow => ({ place: integer(pair, 'place'), pair: text(pair, 'pair') })) };
    });
  }

  create({ id, realm, createdAt, state, plan, owner }: ExperimentRow): Promise<void> {
    return this.#change(() => {
      this.connection
        .statement('INSERT INTO experiments (id, realm, created_at, state, plan, owner) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING')
        .run(id, realm, createdAt, state, plan, owner ?? null);
    });
  }

  update(id: string, { state, plan }: { readonly state?: string; readonly plan?: string }): Promise<void> {
    return this.#change(() => {
      this.connection.statement('UPDATE experiments SET state = coalesce(?, state), plan = coalesce(?, plan) WHERE id = ?').run(state ?? null, plan ?? null, id);
    });
  }

  async claim(id: string, owner: string): Promise<boolean> {
    const claimed = await this.connection.write(() => {
      const row = this.connection.statement('SELECT owner FROM experiments WHERE id = ?').get(id);
      if (!row) return false;
      const before = this.#living(optionalText(row, 'owner'));
      if (before !== undefined && before !== owner) return false;
      this.connection.statement('UPDATE experiments SET owner = ? WHERE id = ?').run(owner, id);
      return true;
    });
    if (claimed) this.changes.notify('experiments');
    return claimed;
  }

  release(id: string, owner: string): Promise<void> {
    return this.#change(() => {
      this.connection.statement('UPDATE experiments SET owner = NULL WHERE id = ? AND owner = ?').run(id, owner);
    });
  }

  putPair(id: string, { place, pair }: PairRow): Promise<void> {
    return this.#change(() => {
      // One that was deleted meanwhile takes no more pairs.
      this.connection
        .statement('INSERT INTO experiment_pairs (experiment, place, pair) SELECT id, ?, ? FROM experiments WHERE id = ? ON CONFLICT (experiment, place) DO UPDATE SET pair = excluded.pair')
        .run(place, pair, id);
    });
  }

  remove(id: string): Promise<void> {
    return this.#change(() => {
      this.connection.statement('DELETE FROM experiments WHERE id = ?').run(id);
    });
  }

  spentOn(question: string): Promise<NanoDollars> {
    return this.connection.read(() => sum(this.connection.statement(spentOn).get({ question })));
  }

  beginTrial({ id, realm, at, domain, cheaper, held }: Trial, from: number, allowance: NanoDollars): Promise<boolean> {
    return this.connection.write(() => {
      if (this.#spentOnTrials(realm, from, at) + held > allowance) return false;
      this.connection.statement('INSERT INTO trials (id, realm, at, domain, cheaper, held) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING').run(id, realm, at, domain, cheaper, held);
      return true;
    });
  }

  async endTrial(id: string, verdict: TrialVerdict): Promise<void> {
    await this.connection.write(() => {
      this.connection.statement('UPDATE trials SET verdict = ?, held = 0 WHERE id = ? AND verdict IS NULL').run(verdict, id);
    });
  }

  trials({ realm, domain, cheaper }: TrialSubject, since: number): Promise<readonly TrialVerdict[]> {
    return this.connection.read(() =>
      this.connection
        .statement('SELECT verdict FROM trials WHERE realm = ? AND domain = ? AND cheaper = ? AND at >= ? AND verdict IS NOT NULL ORDER BY at, id')
        .all(realm, domain, cheaper, since)
        // A verdict of a newer Farthing says nothing here.
        .map((row) => wordOr(row, 'verdict', ['better', 'same', 'worse', 'none'], 'none')),
    );
  }

  tellOnce({ realm, domain, cheaper }: TrialSubject, at: number): Promise<boolean> {
    return this.connection.write(
      () => this.connection.statement('INSERT INTO trial_notices (realm, domain, cheaper, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING').run(realm, domain, cheaper, at).changes === 1,
    );
  }

  spentOnTrials(realm: Realm, from: number, now: number): Promise<NanoDollars> {
    return this.connection.read(() => nano(this.#spentOnTrials(realm, from, now)));
  }

  onChange(listener: () => void): () => void {
    return this.changes.listen('experiments', listener);
  }

  /** One that is under way costs what is held for it, until so much time has passed that its process must be gone. */
  #spentOnTrials(realm: Realm, from: number, now: number): number {
    const settled = sum(this.connection.statement(spentOnTrials).get({ realm, from, cutOff: now - longestTrialMs }));
    const held = sum(this.connection.statement('SELECT coalesce(sum(held), 0) AS total FROM trials WHERE realm = ? AND verdict IS NULL AND at > ?').get(realm, now - longestTrialMs));
    return settled + held;
  }

  #readRow(row: Row): ExperimentRow {
    return { id: text(row, 'id'), realm: word(row, 'realm', ['real', 'demo']), createdAt: integer(row, 'created_at'), state: text(row, 'state'), plan: text(row, 'plan'), owner: this.#living(optionalText(row, 'owner')) };
  }

  #living(owner: string | undefined): string | undefined {
    return owner === undefined || this.liveness(owner) === 'dead' ? undefined : owner;
  }

  async #change(work: () => void): Promise<void> {
    await this.connection.write(work);
    this.changes.notify('experiments');
  }
}

const spentOn = `
  SELECT (SELECT coalesce(sum(amount), 0) FROM calls WHERE question = :question)
       + (SELECT coalesce(sum(worst), 0) FROM reservations WHERE question = :question) AS total`;

/** A trial belongs to the month it began in, with its judge. */
const spentOnTrials = `
  SELECT coalesce(sum(amount), 0) AS total FROM trials JOIN calls ON calls.question = trials.id
  WHERE trials.realm = :realm AND trials.at >= :from AND (trials.verdict IS NOT NULL OR trials.at <= :cutOff)`;

function sum(row: Row | undefined): NanoDollars {
  return nano(row ? integer(row, 'total') : 0);
}
