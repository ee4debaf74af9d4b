import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import type { CallFact, HealthFailure, HealthRecord } from '../../../../src/core/model/health';
import type { HealthStore } from '../../../../src/core/ports/healthStore';
import { openDatabaseFile } from '../../../../src/node/sqlite/databaseFile';
import { booksInFolder } from '../../../support/booksInFolder';
import { noon, opening, settled } from '../../../support/calls';
import { FakeHealthStore } from '../../../support/fakeHealthStore';

interface Opened {
  readonly health: HealthStore;
  /** The same store as another window sees it. */
  readonly other: HealthStore;
  /** Puts calls into the books, the oldest first. */
  book(facts: readonly { readonly realm: 'real' | 'demo'; readonly fact: CallFact }[]): Promise<void>;
  close(): void;
}

const stores: readonly { readonly name: string; readonly open: () => Promise<Opened> }[] = [
  {
    name: 'FakeHealthStore',
    open: async () => {
      const health = new FakeHealthStore();
      return {
        health,
        other: health,
        book: async (facts) => {
          health.calls = facts.toReversed();
        },
        close: () => undefined,
      };
    },
  },
  {
    name: 'HealthTables',
    open: async () => {
      const books = booksInFolder();
      const [one, other] = [await books.open(), await books.open()];
      return {
        health: one.health,
        other: other.health,
        book: async (facts) => {
          for (const [index, { realm, fact }] of facts.entries()) {
            const { provider, model, endedAt, outcome, failure, firstTokenMs, totalMs } = fact;
            const known = (['complete', 'truncated', 'failed', 'cancelled', 'crashed'] as const).find((one) => one === outcome);
            assert.ok(known);
            await one.ledger.settle(settled(opening(`call-${index}`, { provider, model, realm }), 1, { endedAt, outcome: known, failure, timing: { firstTokenMs, totalMs } }));
          }
        },
        close: books.close,
      };
    },
  },
];

const whole = { provider: 'groq', model: undefined };
const model = { provider: 'groq', model: 'small' };
const record: HealthRecord = { failures: 5, rests: 1, failure: { kind: 'providerDown', provider: 'groq', status: 503, detail: 'no healthy upstream' }, at: noon, until: noon + 10_000, probe: undefined };

const failures: readonly HealthFailure[] = [
  { kind: 'rateLimited', provider: 'groq', retryAfterMs: 3000, mayRetry: true },
  { kind: 'providerDown', provider: 'groq' },
  { kind: 'offline', provider: 'groq', detail: 'ENOTFOUND' },
  { kind: 'timedOut', provider: 'groq', waitedMs: 90_000, phase: 'firstToken' },
  { kind: 'badReply', provider: 'groq', detail: 'a page' },
  { kind: 'truncated', provider: 'groq' },
  { kind: 'modelGone', provider: 'groq', model: 'small' },
  { kind: 'keyMissing', provider: 'groq' },
  { kind: 'keyRejected', provider: 'groq', detail: 'no' },
  { kind: 'noCredit', provider: 'groq' },
];

for (const { name, open } of stores) {
  describe(`who rests, in ${name}`, () => {
    let opened: Opened;
    let health: HealthStore;
    beforeEach(async () => {
      opened = await open();
      ({ health } = opened);
    });
    afterEach(() => opened.close());

    it('is nobody at first', async () => {
      assert.deepEqual(await health.all(), []);
    });

    it('is kept, changed and forgotten, for a provider and for a model of it', async () => {
      assert.deepEqual(await health.change(whole, () => record), record);
      const probing: HealthRecord = { ...record, probe: { id: 'call-1', until: noon + 1 } };
      await health.change(model, () => ({ ...record, until: undefined }));
      assert.deepEqual(await health.change(whole, (before) => before && { ...before, probe: probing.probe }), probing);
      const byModel = (one: { readonly subject: { readonly model: string | undefined } }): string => one.subject.model ?? '';
      assert.deepEqual((await opened.other.all()).toSorted((one, another) => (byModel(one) < byModel(another) ? -1 : 1)), [
        { subject: whole, record: probing },
        { subject: model, record: { ...record, until: undefined } },
      ]);
      assert.equal(await health.change(whole, () => undefined), undefined);
      assert.deepEqual(await opened.other.all(), [{ subject: model, record: { ...record, until: undefined } }]);
    });

    for (const failure of failures) {
      it(`keeps ${JSON.stringify(failure)}`, async () => {
        await health.change(model, () => ({ ...record, failure }));
        assert.deepEqual((await opened.other.all()).map((one) => one.record.failure), [failure]);
      });
    }

    it('lets every window build on what the others wrote', async () => {
      const count = (before: HealthRecord | undefined): HealthRecord => ({ ...record, failures: (before?.failures ?? 0) + 1 });
      await Promise.all(Array.from({ length: 20 }, (_, index) => (index % 2 ? health : opened.other).change(whole, count)));
      assert.equal((await health.all())[0]?.record.failures, 20);
    });

    it('gives the probe to one of those that ask at once', async () => {
      await health.change(whole, () => record);
      const claim = (id: string) => (before: HealthRecord | undefined) => before && (before.probe ? before : { ...before, probe: { id, until: noon + 1 } });
      const winners = await Promise.all(['a', 'b', 'c', 'd'].map(async (id, index) => (await (index % 2 ? health : opened.other).change(whole, claim(id)))?.probe?.id));
      assert.equal(new Set(winners).size, 1);
    });

    it('tells of the newest calls of a realm, the newest first', async () => {
      const fact = (index: number, changes: Partial<CallFact> = {}): CallFact => ({ provider: 'groq', model: 'small', endedAt: noon + index, outcome: 'complete', failure: undefined, firstTokenMs: 300, totalMs: 2000, ...changes });
      const facts = [fact(1), fact(2, { outcome: 'failed', failure: 'providerDown', firstTokenMs: undefined }), fact(3, { provider: 'openai', model: 'large' })];
      await opened.book([...facts.map((one) => ({ realm: 'real' as const, fact: one })), { realm: 'demo', fact: fact(4) }]);
      assert.deepEqual(await health.recentCalls('real', 10), facts.toReversed());
      assert.deepEqual(await health.recentCalls('real', 2), facts.toReversed().slice(0, 2));
      assert.deepEqual(await health.recentCalls('demo', 10), [fact(4)]);
    });

    it('tells who listens of a change, and not of one that changes nothing', async () => {
      let told = 0;
      const stop = health.onChange(() => (told += 1));
      await health.change(whole, () => record);
      await turn();
      assert.equal(told, 1);
      await health.change(whole, (before) => before);
      await health.change(model, () => undefined);
      await turn();
      assert.equal(told, 1);
      stop();
      await health.change(whole, () => undefined);
      await turn();
      assert.equal(told, 1);
    });
  });
}

describe('a record that a newer Farthing wrote', () => {
  const rows: readonly string[] = ['{"kind":"somethingNew","provider":"groq"}', '{"kind":"timedOut","provider":"groq","waitedMs":1,"phase":"later"}', '{"kind":"modelGone","provider":"groq"}', '{"kind":"offline","provider":7}', '[]', 'null', 'no JSON'];
  for (const failure of rows) {
    it(`is held against nobody: ${failure}`, async () => {
      const books = booksInFolder();
      const database = await books.open();
      const raw = openDatabaseFile(books.file, { busyTimeoutMs: 100 });
      raw.prepare('INSERT INTO health (provider, model, failures, rests, failure, at) VALUES (?, ?, 1, 0, ?, 1)').run('groq', '', failure);
      raw.close();
      assert.deepEqual(await database.health.all(), []);
      assert.equal(await database.health.change(whole, (before) => before), undefined);
      assert.deepEqual(await database.health.change(whole, () => record), record);
      books.close();
    });
  }
});
