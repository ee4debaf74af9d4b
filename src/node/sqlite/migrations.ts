import type { DatabaseSync } from 'node:sqlite';
import { StorageError } from '../../core/ports/ledgerStore';

/** Milliseconds of one row of `spend`. Every time zone's offset is a multiple of it, so local days are whole numbers of rows. */
export const bucketMs = 15 * 60 * 1000;

/**
 * The schema as steps; `user_version` counts those taken. A step that was released is never edited: a change is a new
 * step at the end.
 *
 * Money and times are whole numbers (nano-dollars, epoch milliseconds), flags 0 or 1, and unknown is NULL. Ledger rows
 * refer to threads by plain text, because the ledger outlives them.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE calls (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    realm TEXT NOT NULL CHECK (realm IN ('real', 'demo')),
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    arm TEXT NOT NULL,
    effort TEXT NOT NULL,
    purpose TEXT NOT NULL,
    thread_id TEXT,
    window TEXT NOT NULL,
    started_at INTEGER NOT NULL CHECK (started_at >= 0),
    worst INTEGER CHECK (worst >= 0),
    ended_at INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    failure TEXT,
    input_tokens INTEGER NOT NULL,
    cached_input_tokens INTEGER NOT NULL,
    cache_write_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    reasoning_tokens INTEGER NOT NULL,
    usage_estimated INTEGER NOT NULL,
    billed INTEGER,
    amount INTEGER CHECK (amount >= 0),
    price_source TEXT NOT NULL CHECK ((price_source = 'unknown') = (amount IS NULL)),
    charge_estimated INTEGER NOT NULL,
    first_token_ms INTEGER,
    total_ms INTEGER NOT NULL,
    -- 1: written for a process that was given up; its own settle may still correct it.
    recovered INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX calls_by_realm ON calls (realm);

  CREATE TABLE reservations (
    id TEXT PRIMARY KEY NOT NULL,
    realm TEXT NOT NULL CHECK (realm IN ('real', 'demo')),
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    arm TEXT NOT NULL,
    effort TEXT NOT NULL,
    purpose TEXT NOT NULL,
    thread_id TEXT,
    window TEXT NOT NULL,
    started_at INTEGER NOT NULL CHECK (started_at >= 0),
    worst INTEGER CHECK (worst >= 0),
    price_source TEXT
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE allowances (
    id TEXT PRIMARY KEY NOT NULL,
    realm TEXT NOT NULL CHECK (realm IN ('real', 'demo')),
    scope TEXT NOT NULL CHECK (scope IN ('day', 'week', 'month', 'conversation')),
    from_at INTEGER NOT NULL,
    thread_id TEXT,
    amount INTEGER NOT NULL CHECK (amount >= 0),
    at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- Sums of calls, kept by the triggers below so that no writer can forget them.
  CREATE TABLE spend (
    realm TEXT NOT NULL,
    bucket INTEGER NOT NULL,
    nano INTEGER NOT NULL,
    calls INTEGER NOT NULL,
    unknown_calls INTEGER NOT NULL,
    PRIMARY KEY (realm, bucket)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE thread_spend (
    thread_id TEXT NOT NULL,
    realm TEXT NOT NULL,
    nano INTEGER NOT NULL,
    calls INTEGER NOT NULL,
    unknown_calls INTEGER NOT NULL,
    PRIMARY KEY (thread_id, realm)
  ) STRICT, WITHOUT ROWID;

  CREATE TRIGGER calls_added AFTER INSERT ON calls BEGIN
    ${addTo('new', '+')}
  END;
  CREATE TRIGGER calls_removed AFTER DELETE ON calls BEGIN
    ${addTo('old', '-')}
  END;
  CREATE TRIGGER calls_changed AFTER UPDATE OF realm, started_at, thread_id, amount ON calls BEGIN
    ${addTo('old', '-')}
    ${addTo('new', '+')}
  END;

  CREATE TABLE threads (
    id TEXT PRIMARY KEY NOT NULL,
    title TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    realm TEXT NOT NULL CHECK (realm IN ('real', 'demo')),
    deleted_at INTEGER
  ) STRICT;
  CREATE INDEX threads_by_update ON threads (updated_at) WHERE deleted_at IS NULL;

  CREATE TABLE messages (
    id TEXT PRIMARY KEY NOT NULL,
    thread_id TEXT NOT NULL REFERENCES threads (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
    text TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    shown TEXT,
    answer TEXT,
    -- The owner of an answer that is still being written, else NULL: a copy from the JSON in answer.
    writer TEXT,
    UNIQUE (thread_id, position)
  ) STRICT;
  CREATE INDEX messages_in_writing ON messages (writer) WHERE writer IS NOT NULL;
  `,
  `
  -- Requests to providers that have limits: waiting (started_at NULL), running (ended_at NULL), or of the last minute.
  CREATE TABLE turns (
    place INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    provider TEXT NOT NULL,
    window TEXT NOT NULL,
    tokens INTEGER NOT NULL CHECK (tokens >= 0),
    seen_at INTEGER NOT NULL,
    started_at INTEGER,
    ended_at INTEGER
  ) STRICT;
  CREATE INDEX turns_by_provider ON turns (provider);
  `,
  `
  ALTER TABLE calls ADD COLUMN cache_write_1h_tokens INTEGER NOT NULL DEFAULT 0;
  -- The reply's words for how the call was served, with blanks between; NULL is as usual.
  ALTER TABLE calls ADD COLUMN served TEXT;
  -- What the charge was worked out with, as JSON: a price that changes later changes no call of the past. NULL where the provider told the cost, or nobody knows it.
  ALTER TABLE calls ADD COLUMN price TEXT;
  `,
  `
  -- Providers (model is '') and models that failed lately. Asked again after "until"; NULL while failures are only counted.
  CREATE TABLE health (
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    failures INTEGER NOT NULL,
    rests INTEGER NOT NULL,
    -- The last failure, as JSON.
    failure TEXT NOT NULL,
    at INTEGER NOT NULL,
    until INTEGER,
    -- The call that finds out whether it is back, and how long the others wait for that.
    probe TEXT,
    probe_until INTEGER,
    PRIMARY KEY (provider, model)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- The same for all calls of one question: of an answer in a conversation, the id of its message.
  ALTER TABLE calls ADD COLUMN question TEXT;
  ALTER TABLE reservations ADD COLUMN question TEXT;
  -- What was expected of the call when it was chosen, as JSON.
  ALTER TABLE calls ADD COLUMN decided TEXT;
  `,
  `
  -- What showed how good answers were. No word of them.
  CREATE TABLE outcomes (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    at INTEGER NOT NULL,
    realm TEXT NOT NULL CHECK (realm IN ('real', 'demo')),
    arm TEXT NOT NULL,
    card TEXT NOT NULL,
    effort TEXT NOT NULL,
    kind TEXT NOT NULL,
    value REAL NOT NULL CHECK (value BETWEEN 0 AND 1),
    weight REAL NOT NULL CHECK (weight > 0 AND weight <= 1),
    -- Shares of the domains, as JSON.
    domains TEXT NOT NULL,
    difficulty REAL NOT NULL,
    tier TEXT NOT NULL,
    question TEXT,
    thread_id TEXT,
    reason TEXT
  ) STRICT;
  CREATE INDEX outcomes_by_time ON outcomes (at);
  CREATE UNIQUE INDEX outcomes_by_question ON outcomes (question, kind, arm) WHERE question IS NOT NULL;
  -- Calls begun before "at" teach nothing any more. NULL: of every realm, of every model.
  CREATE TABLE forgotten (
    id TEXT PRIMARY KEY NOT NULL,
    realm TEXT,
    card TEXT,
    at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS calls_by_question ON calls (question) WHERE question IS NOT NULL;
  `,
  `
  -- Comparisons of two models or two instructions. The plan is JSON. "owner" is the process that runs it.
  CREATE TABLE experiments (
    id TEXT PRIMARY KEY NOT NULL,
    realm TEXT NOT NULL CHECK (realm IN ('real', 'demo')),
    created_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    plan TEXT NOT NULL,
    owner TEXT
  ) STRICT, WITHOUT ROWID;
  -- Each pair of answers with its verdict, as JSON.
  CREATE TABLE experiment_pairs (
    experiment TEXT NOT NULL REFERENCES experiments (id) ON DELETE CASCADE,
    place INTEGER NOT NULL,
    pair TEXT NOT NULL,
    PRIMARY KEY (experiment, place)
  ) STRICT;
  -- Questions that were put to a cheaper model as well; the id is that of the question in the ledger. No word of them.
  CREATE TABLE trials (
    id TEXT PRIMARY KEY NOT NULL,
    realm TEXT NOT NULL CHECK (realm IN ('real', 'demo')),
    at INTEGER NOT NULL,
    domain TEXT NOT NULL,
    -- The model at its effort, wherever it is served.
    cheaper TEXT NOT NULL,
    -- How the cheaper one did; NULL while it is under way, when so much of the allowance is held for it.
    verdict TEXT,
    held INTEGER NOT NULL CHECK (held >= 0)
  ) STRICT;
  CREATE INDEX trials_by_subject ON trials (realm, domain, cheaper, at);
  -- What was decided by them and told.
  CREATE TABLE trial_notices (
    realm TEXT NOT NULL,
    domain TEXT NOT NULL,
    cheaper TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (realm, domain, cheaper)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Reports read the calls of a period in the order of their beginning.
  CREATE INDEX calls_by_start ON calls (realm, started_at);
  `,
  `
  ALTER TABLE threads ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE threads ADD COLUMN archived INTEGER NOT NULL DEFAULT 0;
  -- Who gave the title; NULL in those of older versions.
  ALTER TABLE threads ADD COLUMN title_by TEXT;
  -- Plain text, because what it was made from may be deleted.
  ALTER TABLE threads ADD COLUMN forked_thread TEXT;
  ALTER TABLE threads ADD COLUMN forked_message TEXT;
  DROP INDEX threads_by_update;
  CREATE INDEX threads_in_order ON threads (archived, pinned, updated_at, id) WHERE deleted_at IS NULL;
  CREATE INDEX threads_deleted ON threads (deleted_at) WHERE deleted_at IS NOT NULL;
  -- What went with a question, as JSON.
  ALTER TABLE messages ADD COLUMN context TEXT;
  -- The archived conversation as it was before this question was edited.
  ALTER TABLE messages ADD COLUMN earlier TEXT;
  `,
  `
  -- The index of the search (threadSearch.ts). "seq" is the row of a message or a title in it: its time, then which one of
  -- that millisecond. NULL: not in the index yet.
  ALTER TABLE messages ADD COLUMN seq INTEGER;
  ALTER TABLE threads ADD COLUMN seq INTEGER;
  CREATE UNIQUE INDEX messages_by_seq ON messages (seq) WHERE seq IS NOT NULL;
  CREATE UNIQUE INDEX threads_by_seq ON threads (seq) WHERE seq IS NOT NULL;
  CREATE INDEX messages_unindexed ON messages (created_at) WHERE seq IS NULL AND writer IS NULL;
  CREATE INDEX threads_unindexed ON threads (created_at) WHERE seq IS NULL;
  `,
  `
  -- Money held for several calls together; "remaining" is what none of them has drawn yet.
  CREATE TABLE holds (
    id TEXT PRIMARY KEY NOT NULL,
    realm TEXT NOT NULL CHECK (realm IN ('real', 'demo')),
    thread_id TEXT,
    window TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    remaining INTEGER NOT NULL CHECK (remaining >= 0)
  ) STRICT;
  -- The hold that a call is paid from, and what of it goes back there when the call costs less.
  ALTER TABLE reservations ADD COLUMN hold TEXT;
  ALTER TABLE reservations ADD COLUMN drawn INTEGER NOT NULL DEFAULT 0;
  `,
  `
  -- Rows that are still in the index of the search although their message or title is gone or another. The tables of the
  -- index are made by threadSearch.ts, where this SQLite can: nothing here may name them, or nothing could be written
  -- where they cannot be used. Databases of development versions have triggers that do.
  DROP TRIGGER IF EXISTS messages_removed;
  DROP TRIGGER IF EXISTS messages_reworded;
  DROP TRIGGER IF EXISTS threads_removed;
  DROP TRIGGER IF EXISTS threads_retitled;
  CREATE TABLE search_leftovers (
    indexed TEXT NOT NULL CHECK (indexed IN ('message_words', 'title_words')),
    seq INTEGER NOT NULL,
    PRIMARY KEY (indexed, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE TRIGGER messages_removed AFTER DELETE ON messages WHEN old.seq IS NOT NULL BEGIN
    INSERT INTO search_leftovers (indexed, seq) VALUES ('message_words', old.seq);
  END;
  CREATE TRIGGER messages_reworded AFTER UPDATE OF text ON messages WHEN old.seq IS NOT NULL AND new.text IS NOT old.text BEGIN
    INSERT INTO search_leftovers (indexed, seq) VALUES ('message_words', old.seq);
    UPDATE messages SET seq = NULL WHERE id = new.id;
  END;
  CREATE TRIGGER threads_removed AFTER DELETE ON threads WHEN old.seq IS NOT NULL BEGIN
    INSERT INTO search_leftovers (indexed, seq) VALUES ('title_words', old.seq);
  END;
  CREATE TRIGGER threads_retitled AFTER UPDATE OF title ON threads WHEN old.seq IS NOT NULL AND new.title IS NOT old.title BEGIN
    INSERT INTO search_leftovers (indexed, seq) VALUES ('title_words', old.seq);
    UPDATE threads SET seq = NULL WHERE id = new.id;
  END;
  `,
  `
  -- The program that asked through the gateway, and the folder it works in; NULL: the person in a window.
  ALTER TABLE calls ADD COLUMN client TEXT;
  ALTER TABLE calls ADD COLUMN folder TEXT;
  ALTER TABLE reservations ADD COLUMN client TEXT;
  ALTER TABLE reservations ADD COLUMN folder TEXT;
  -- Programs that may use the gateway. The calls of one that is removed stay in the books.
  CREATE TABLE clients (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    token_hash TEXT NOT NULL,
    agent TEXT,
    folder TEXT,
    spend_limit INTEGER CHECK (spend_limit >= 0),
    -- Patterns, as JSON.
    models TEXT,
    quality TEXT,
    arm TEXT,
    created_at INTEGER NOT NULL,
    expires_at INTEGER
  ) STRICT, WITHOUT ROWID;
  -- Sums of calls, like thread_spend.
  CREATE TABLE client_spend (
    client TEXT NOT NULL,
    realm TEXT NOT NULL,
    nano INTEGER NOT NULL,
    calls INTEGER NOT NULL,
    unknown_calls INTEGER NOT NULL,
    PRIMARY KEY (client, realm)
  ) STRICT, WITHOUT ROWID;
  CREATE TRIGGER client_calls_added AFTER INSERT ON calls WHEN new.client IS NOT NULL BEGIN
    ${addToClient('new', '+')}
  END;
  CREATE TRIGGER client_calls_removed AFTER DELETE ON calls WHEN old.client IS NOT NULL BEGIN
    ${addToClient('old', '-')}
  END;
  CREATE TRIGGER client_calls_changed AFTER UPDATE OF realm, client, amount ON calls WHEN coalesce(old.client, new.client) IS NOT NULL BEGIN
    ${addToClient('old', '-')}
    ${addToClient('new', '+')}
  END;
  `,
];

/**
 * Brings the file to the newest schema, each step in its own transaction.
 * @param beforeUpgrade called once before a file with contents is changed
 * @throws {StorageError} when the file was written by a newer Farthing
 */
export function migrate(database: DatabaseSync, steps: readonly string[] = migrations, beforeUpgrade: () => void = () => undefined): void {
  if (versionOf(database) > steps.length) throw newerVersion();
  if (versionOf(database) > 0 && versionOf(database) < steps.length) beforeUpgrade();
  while (versionOf(database) < steps.length) {
    database.exec('BEGIN IMMEDIATE');
    try {
      // Read again inside: another window may have taken the step in between.
      const version = versionOf(database);
      const step = steps[version];
      if (step !== undefined) {
        database.exec(step);
        database.exec(`PRAGMA user_version = ${version + 1}`);
      }
      database.exec('COMMIT');
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }
}

export function versionOf(database: DatabaseSync): number {
  const version = database.prepare('PRAGMA user_version').get()?.['user_version'];
  return typeof version === 'number' ? version : 0;
}

function newerVersion(): StorageError {
  return new StorageError('other', 'The database was written by a newer version of Farthing. Update the extension in this window, or reload it if it was updated already.');
}

/** Adds one row of `calls` to the sums, or takes it away. */
function addTo(row: 'new' | 'old', sign: '+' | '-'): string {
  const counted = `${sign}coalesce(${row}.amount, 0), ${sign}1, ${sign}(${row}.amount IS NULL)`;
  const add = 'nano = nano + excluded.nano, calls = calls + excluded.calls, unknown_calls = unknown_calls + excluded.unknown_calls';
  return `
    INSERT INTO spend (realm, bucket, nano, calls, unknown_calls) VALUES (${row}.realm, ${row}.started_at / ${bucketMs}, ${counted})
      ON CONFLICT (realm, bucket) DO UPDATE SET ${add};
    INSERT INTO thread_spend (thread_id, realm, nano, calls, unknown_calls) SELECT ${row}.thread_id, ${row}.realm, ${counted} WHERE ${row}.thread_id IS NOT NULL
      ON CONFLICT (thread_id, realm) DO UPDATE SET ${add};`;
}

/** The same for the sums of clients. */
function addToClient(row: 'new' | 'old', sign: '+' | '-'): string {
  return `
    INSERT INTO client_spend (client, realm, nano, calls, unknown_calls) SELECT ${row}.client, ${row}.realm, ${sign}coalesce(${row}.amount, 0), ${sign}1, ${sign}(${row}.amount IS NULL) WHERE ${row}.client IS NOT NULL
      ON CONFLICT (client, realm) DO UPDATE SET nano = nano + excluded.nano, calls = calls + excluded.calls, unknown_calls = unknown_calls + excluded.unknown_calls;`;
}
