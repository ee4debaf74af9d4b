import { answerPurposes, type Purpose } from '../../core/model/ask';
import { asArmId, type Domain, domains, type Effort } from '../../core/model/modelCard';
import { type Answered, type Outcome, type OutcomeKind, outcomeKinds, type RatingReason, ratingReasons } from '../../core/model/outcome';
import type { Tier } from '../../core/model/profile';
import type { Realm } from '../../core/model/provider';
import { type CallLesson, type Cleared, mostOutcomes, type OutcomeFilter, type OutcomeStore } from '../../core/ports/outcomeStore';
import type { Changes } from './changes';
import type { Connection } from './connection';
import { integer, json, optionalInteger, optionalText, real, type Row, text } from './row';

/** Outcomes in SQLite. Rows with words that a newer Farthing wrote are passed over: nothing is learnt from them here. */
export class OutcomeTables implements OutcomeStore {
  constructor(
    private readonly connection: Connection,
    private readonly changes: Changes,
  ) {}

  async put(outcome: Outcome): Promise<void> {
    await this.#change(() => {
      this.#insert(outcome);
      this.connection.statement(dropOldest).run({ most: mostOutcomes });
    });
  }

  remove(question: string, kind: OutcomeKind): Promise<void> {
    return this.#change(() => {
      this.connection.statement('DELETE FROM outcomes WHERE question = ? AND kind = ?').run(question, kind);
    });
  }

  list(since: number, limit: number): Promise<readonly Outcome[]> {
    return this.connection.read(() => this.connection.statement('SELECT * FROM outcomes WHERE at >= ? ORDER BY at DESC, seq DESC LIMIT ?').all(since, limit).flatMap((row) => readOutcome(row) ?? []));
  }

  count(since: number): ReturnType<OutcomeStore['count']> {
    return this.connection.read(() => {
      const row = this.connection.statement('SELECT (SELECT count(*) FROM outcomes WHERE at >= ?) AS outcomes, (SELECT count(*) FROM forgotten) AS marks').get(since);
      return row ? { outcomes: integer(row, 'outcomes'), marks: integer(row, 'marks') } : { outcomes: 0, marks: 0 };
    });
  }

  async clear(id: string, filter: OutcomeFilter, at: number): Promise<Cleared> {
    const names = { realm: filter.realm ?? null, card: filter.card ?? null };
    const outcomes = await this.connection.write(() => {
      const gone = this.connection.statement(`SELECT * FROM outcomes WHERE ${ofFilter} ORDER BY seq`).all(names);
      this.connection.statement(`DELETE FROM outcomes WHERE ${ofFilter}`).run(names);
      this.connection.statement('INSERT INTO forgotten (id, realm, card, at) VALUES (:id, :realm, :card, :at)').run({ id, ...names, at });
      return gone.flatMap((row) => readOutcome(row) ?? []);
    });
    this.changes.notify('outcomes');
    return { outcomes, mark: { id, filter, at } };
  }

  restore({ outcomes, mark }: Cleared): Promise<void> {
    return this.#change(() => {
      this.connection.statement('DELETE FROM forgotten WHERE id = ?').run(mark.id);
      // What was said of the same answer since then stands.
      for (const outcome of outcomes) if (!this.#has(outcome)) this.#insert(outcome);
    });
  }

  answered(question: string): Promise<Answered | undefined> {
    return this.connection.read(() => {
      const row = this.connection.statement(answeredCall).get(question);
      return row && readAnswered(row);
    });
  }

  lessons(realm: Realm, limit: number): Promise<readonly CallLesson[]> {
    return this.connection.read(() => this.connection.statement(lessonCalls).all({ realm, limit }).flatMap((row) => readLesson(row) ?? []));
  }

  onChange(listener: () => void): () => void {
    return this.changes.listen('outcomes', listener);
  }

  #has({ question, kind, arm }: Outcome): boolean {
    return question !== undefined && this.connection.statement('SELECT 1 FROM outcomes WHERE question = ? AND kind = ? AND arm = ?').get(question, kind, arm) !== undefined;
  }

  #insert({ id, at, realm, arm, card, effort, kind, value, weight, domains: shares, difficulty, tier, question, threadId, reason }: Outcome): void {
    if (question !== undefined) this.connection.statement('DELETE FROM outcomes WHERE question = ? AND kind = ? AND arm = ?').run(question, kind, arm);
    this.connection
      .statement(insertOutcome)
      .run({ id, at, realm, arm, card, effort, kind, value, weight, domains: JSON.stringify(shares), difficulty, tier, question: question ?? null, threadId: threadId ?? null, reason: reason ?? null });
  }

  async #change(work: () => void): Promise<void> {
    await this.connection.write(work, { durable: false });
    this.changes.notify('outcomes');
  }
}

const insertOutcome = `
  INSERT INTO outcomes (id, at, realm, arm, card, effort, kind, value, weight, domains, difficulty, tier, question, thread_id, reason)
  VALUES (:id, :at, :realm, :arm, :card, :effort, :kind, :value, :weight, :domains, :difficulty, :tier, :question, :threadId, :reason)
  ON CONFLICT (id) DO NOTHING`;

const dropOldest = 'DELETE FROM outcomes WHERE seq IN (SELECT seq FROM outcomes ORDER BY at DESC, seq DESC LIMIT -1 OFFSET :most)';

const ofFilter = '(:realm IS NULL OR realm = :realm) AND (:card IS NULL OR card = :card)';

/** As a list of SQL; the words are our own. */
const words = (purposes: readonly Purpose[]): string => purposes.map((purpose) => `'${purpose}'`).join(', ');

/** The call whose answer the person has: the last one that brought text. */
const answeredCall = `
  SELECT realm, arm, effort, decided FROM calls
  WHERE question = ? AND purpose IN (${words(answerPurposes)}) AND outcome IN ('complete', 'truncated', 'cancelled') AND decided IS NOT NULL
  ORDER BY seq DESC LIMIT 1`;

/** Estimated usage teaches nothing of lengths, and an answer that was cut off neither. */
const lessonCalls = `
  SELECT effort, started_at, output_tokens, first_token_ms, total_ms, decided FROM calls
  WHERE realm = :realm AND outcome = 'complete' AND usage_estimated = 0 AND decided IS NOT NULL AND purpose IN (${words([...answerPurposes, 'shadow', 'experiment'])})
    AND decided ->> '$.card' IS NOT NULL AND decided ->> '$.outputTokens' > 0
    AND NOT EXISTS (
      SELECT 1 FROM forgotten WHERE calls.started_at < forgotten.at
        AND coalesce(forgotten.realm, calls.realm) = calls.realm AND coalesce(forgotten.card, decided ->> '$.card') = decided ->> '$.card')
  ORDER BY seq DESC LIMIT :limit`;

const efforts: readonly Effort[] = ['none', 'low', 'medium', 'high', 'xhigh'];
const tiers: readonly Tier[] = ['simple', 'moderate', 'complex'];
const realms: readonly Realm[] = ['real', 'demo'];

function readOutcome(row: Row): Outcome | undefined {
  const realm = realms.find((one) => one === row['realm']);
  const effort = efforts.find((one) => one === row['effort']);
  const kind = outcomeKinds.find((one) => one === row['kind']);
  const tier = tiers.find((one) => one === row['tier']);
  const shares = sharesOf(json(row, 'domains'));
  if (!realm || !effort || !kind || !tier || !shares) return undefined;
  const question = optionalText(row, 'question');
  const threadId = optionalText(row, 'thread_id');
  const reason: RatingReason | undefined = ratingReasons.find((one) => one === row['reason']);
  return {
    ...{ id: text(row, 'id'), at: integer(row, 'at'), realm, arm: asArmId(text(row, 'arm')), card: text(row, 'card'), effort, kind },
    ...{ value: real(row, 'value'), weight: real(row, 'weight'), domains: shares, difficulty: real(row, 'difficulty'), tier },
    ...(question === undefined ? {} : { question }),
    ...(threadId === undefined ? {} : { threadId }),
    ...(reason === undefined ? {} : { reason }),
  };
}

function readAnswered(row: Row): Answered | undefined {
  const decided = fieldsOf(json(row, 'decided'));
  const realm = realms.find((one) => one === row['realm']);
  const effort = efforts.find((one) => one === row['effort']);
  const tier = tiers.find((one) => one === decided.get('tier'));
  const shares = sharesOf(decided.get('domains'));
  const card = decided.get('card');
  const difficulty = decided.get('difficulty');
  if (!realm || !effort || !tier || !shares || typeof card !== 'string' || typeof difficulty !== 'number') return undefined;
  return { realm, arm: asArmId(text(row, 'arm')), card, effort, domains: shares, difficulty, tier };
}

function readLesson(row: Row): CallLesson | undefined {
  const decided = fieldsOf(json(row, 'decided'));
  const effort = efforts.find((one) => one === row['effort']);
  const card = decided.get('card');
  const expectedTokens = decided.get('outputTokens');
  if (!effort || typeof card !== 'string' || typeof expectedTokens !== 'number' || !(expectedTokens > 0)) return undefined;
  return { card, effort, at: integer(row, 'started_at'), outputTokens: integer(row, 'output_tokens'), expectedTokens, firstTokenMs: optionalInteger(row, 'first_token_ms'), totalMs: integer(row, 'total_ms') };
}

/** Undefined unless the share of every domain known here is a number. */
function sharesOf(value: unknown): Readonly<Partial<Record<Domain, number>>> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = fieldsOf(value);
  const shares: Partial<Record<Domain, number>> = {};
  for (const domain of domains) {
    const share = fields.get(domain);
    if (share === undefined) continue;
    if (typeof share !== 'number') return undefined;
    shares[domain] = share;
  }
  return shares;
}

function fieldsOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map<string, unknown>(typeof value === 'object' && value !== null ? Object.entries(value) : []);
}
