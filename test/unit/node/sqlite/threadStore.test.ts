import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { nano } from '../../../../src/core/model/money';
import type { StoredAnswer, StoredMessage, Thread } from '../../../../src/core/model/thread';
import type { ThreadStore } from '../../../../src/core/ports/threadStore';
import { openDatabase } from '../../../../src/node/sqlite/database';
import { FakeThreadStore } from '../../../support/fakeThreadStore';

interface Opened {
  readonly threads: ThreadStore;
  readonly dead: Set<string>;
  close(): void;
}

const kinds: readonly { readonly name: string; readonly open: () => Promise<Opened> }[] = [
  {
    name: 'ThreadTables',
    async open() {
      const folder = mkdtempSync(path.join(tmpdir(), 'farthing-threads-'));
      const dead = new Set<string>();
      const database = await openDatabase(path.join(folder, 'farthing.db'), { liveness: (owner) => (dead.has(owner) ? 'dead' : 'alive') });
      return {
        threads: database.threads,
        dead,
        close() {
          database.close();
          rmSync(folder, { recursive: true });
        },
      };
    },
  },
  {
    name: 'FakeThreadStore',
    async open() {
      const threads = new FakeThreadStore();
      return { threads, dead: threads.dead, close: () => undefined };
    },
  },
];

const thread = (id: string, updatedAt = 10): Thread => ({ id, title: `Title of ${id}`, createdAt: 5, updatedAt, realm: 'real' });
const question = (id: string, position: number, changes: Partial<StoredMessage> = {}): StoredMessage => ({ id, threadId: 't', position, role: 'user', text: `Text of ${id}`, createdAt: 20, ...changes });
const streaming: StoredAnswer = { state: 'streaming', window: 'window-1', modelName: 'Small' };

/** Every field an answer can have. */
const fullAnswer: Required<StoredAnswer> = {
  state: 'complete',
  arm: 'acme/small',
  modelName: 'Small',
  providerName: 'Acme',
  realm: 'real',
  reasoning: 'because',
  citations: [{ url: 'https://a.example', title: 'A' }],
  failure: { kind: 'rateLimited', provider: 'acme', retryAfterMs: 5 },
  cost: nano(12),
  costSource: 'billed',
  inputTokens: 1,
  cachedInputTokens: 2,
  outputTokens: 3,
  reasoningTokens: 4,
  estimatedUsage: false,
  firstTokenMs: 5.5,
  totalMs: 6.5,
  why: { reasons: ['cheap'], tier: 'simple', quality: 'balanced', bar: 0.7, inputTokens: 1, candidates: [], notShown: 0 },
  waiting: { provider: 'acme', reason: 'rateLimited', untilMs: 7 },
  switches: [{ from: 'acme/tiny', reason: 'down', to: 'acme/small', same: false }],
  purpose: 'chat',
  window: 'window-1',
  rating: { value: 'down', reason: 'wrong', note: 'of another library' },
};

for (const { name, open } of kinds) {
  describe(name, () => {
    let opened: Opened;
    let threads: ThreadStore;
    beforeEach(async () => {
      opened = await open();
      ({ threads } = opened);
    });
    afterEach(() => opened.close());

    const messages = async (): Promise<readonly StoredMessage[]> => (await threads.get('t'))?.messages ?? [];

    it('gives back what was written, in order', async () => {
      await threads.create(thread('t'));
      const answer: StoredMessage = { ...question('b', 1), role: 'assistant', text: 'Grüße 👋\0end', answer: fullAnswer };
      await threads.append(answer);
      await threads.append(question('a', 0, { shown: 'short' }));
      assert.deepEqual(await threads.get('t'), { thread: thread('t', 20), messages: [question('a', 0, { shown: 'short' }), answer] });
      assert.equal(await threads.get('other'), undefined);
    });

    it('creates and appends the same id once', async () => {
      await threads.create(thread('t'));
      await threads.create({ ...thread('t'), title: 'again' });
      await threads.append(question('a', 0));
      await threads.append(question('a', 1, { text: 'again' }));
      assert.equal((await threads.get('t'))?.thread.title, 'Title of t');
      assert.deepEqual(await messages(), [question('a', 0)]);
    });

    it('refuses a message without a conversation', async () => {
      await assert.rejects(threads.append(question('a', 0)));
    });

    it('puts a message behind the last one when another window took its place', async () => {
      await threads.create(thread('t'));
      for (const id of ['a', 'b', 'c']) await threads.append(question(id, 0));
      assert.deepEqual(
        (await messages()).map(({ id, position }) => [id, position]),
        [
          ['a', 0],
          ['b', 1],
          ['c', 2],
        ],
      );
    });

    it('lists the latest used first, without the deleted, up to a number', async () => {
      for (const [id, at] of [['old', 1], ['new', 30], ['same-1', 20], ['same-2', 20], ['gone', 40]] as const) await threads.create(thread(id, at));
      await threads.delete('gone', 50);
      const ids = async (limit: number): Promise<readonly string[]> => (await threads.list(limit)).map(({ id }) => id);
      assert.deepEqual(await ids(10), ['new', 'same-2', 'same-1', 'old']);
      assert.deepEqual(await ids(2), ['new', 'same-2']);
      await threads.append(question('a', 0, { threadId: 'old', createdAt: 60 }));
      assert.deepEqual(await ids(1), ['old']);
      await threads.append(question('b', 1, { threadId: 'old', createdAt: 3 }));
      assert.deepEqual(await ids(1), ['old'], 'a clock that was set back moves nothing down');
    });

    it('renames, deletes and restores', async () => {
      await threads.create(thread('t'));
      await threads.append(question('a', 0));
      await threads.rename('t', 'Better');
      await threads.delete('t', 50);
      assert.equal(await threads.get('t'), undefined);
      assert.deepEqual(await threads.list(10), []);
      await threads.restore('t');
      assert.deepEqual(await threads.get('t'), { thread: { ...thread('t', 20), title: 'Better' }, messages: [question('a', 0)] });
    });

    it('keeps an answer up to date while it streams and when it ends', async () => {
      await threads.create(thread('t'));
      await threads.append({ ...question('a', 0), role: 'assistant', text: '', answer: streaming });
      await threads.update('a', 'Hel', streaming);
      assert.deepEqual((await messages())[0]?.answer, streaming);
      await threads.update('a', 'Hello', fullAnswer);
      assert.deepEqual(await messages(), [{ ...question('a', 0), role: 'assistant', text: 'Hello', answer: fullAnswer }]);
      await threads.update('missing', 'x', fullAnswer);
    });

    it('tells by its time that a conversation is to be read again: an answer ended, or was rated later', async () => {
      await threads.create(thread('t'));
      await threads.append({ ...question('a', 0), role: 'assistant', text: '', answer: streaming });
      const updatedAt = async () => (await threads.get('t'))?.thread.updatedAt ?? 0;
      const before = await updatedAt();
      await threads.update('a', 'Hel', streaming);
      assert.equal(await updatedAt(), before, 'not with every word');
      await threads.update('a', 'Hello', { ...streaming, state: 'complete' });
      await threads.update('a', 'Hello', { ...streaming, state: 'complete', rating: { value: 'up' } });
      assert.equal(await updatedAt(), before + 2);
    });

    it('removes a message and all after it', async () => {
      await threads.create(thread('t'));
      for (const [index, id] of ['a', 'b', 'c'].entries()) await threads.append(question(id, index));
      await threads.truncate('t', 1);
      assert.deepEqual(await messages(), [question('a', 0)]);
      await threads.append(question('d', 1));
      assert.equal((await messages()).length, 2);
    });

    it('marks what dead processes were writing, and nothing else', async () => {
      await threads.create(thread('t'));
      const answers: Record<string, StoredAnswer> = {
        alive: streaming,
        dead: { ...streaming, window: 'gone' },
        nobody: { state: 'streaming' },
        done: { ...fullAnswer, window: 'gone' },
      };
      for (const [index, [id, answer]] of Object.entries(answers).entries()) await threads.append({ ...question(id, index), role: 'assistant', answer });
      opened.dead.add('gone');
      assert.equal(await threads.markInterrupted(), 2);
      assert.deepEqual(
        (await messages()).map(({ id, answer }) => [id, answer?.state]),
        [
          ['alive', 'streaming'],
          ['dead', 'interrupted'],
          ['nobody', 'interrupted'],
          ['done', 'complete'],
        ],
      );
      assert.equal((await messages())[1]?.text, 'Text of dead');
      assert.equal(await threads.markInterrupted(), 0);
    });

    it('tells listeners of changes, but not of every word of an answer', async () => {
      await threads.create(thread('t'));
      await threads.append({ ...question('a', 0), role: 'assistant', answer: streaming });
      let told = 0;
      const stop = threads.onChange(() => (told += 1));
      await threads.update('a', 'x', streaming);
      assert.equal(told, 0);
      await threads.update('a', 'x', fullAnswer);
      await threads.rename('t', 'x');
      assert.equal(told, 2);
      stop();
      await threads.delete('t', 1);
      assert.equal(told, 2);
    });
  });
}
