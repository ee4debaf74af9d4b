import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { nano } from '../../../../src/core/model/money';
import type { StoredAnswer, StoredMessage, Thread } from '../../../../src/core/model/thread';
import type { ThreadStore } from '../../../../src/core/ports/threadStore';
import { booksInFolder } from '../../../support/booksInFolder';
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
      const books = booksInFolder();
      return { ...books, threads: (await books.open()).threads };
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
  work: { strategy: 'compare', wish: { strategy: 'compare', models: 2 }, steps: [{ id: 's1', kind: 'answer', state: 'done', text: 'one' }], taken: 's1' },
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
      const ids = async (limit: number): Promise<readonly string[]> => (await threads.list({ limit })).map(({ id }) => id);
      assert.deepEqual(await ids(10), ['new', 'same-2', 'same-1', 'old']);
      assert.deepEqual(await ids(2), ['new', 'same-2']);
      await threads.append(question('a', 0, { threadId: 'old', createdAt: 60 }));
      assert.deepEqual(await ids(1), ['old']);
      await threads.append(question('b', 1, { threadId: 'old', createdAt: 3 }));
      assert.deepEqual(await ids(1), ['old'], 'a clock that was set back moves nothing down');
    });

    it('lists in pages, the pinned first, the archived apart', async () => {
      for (const [id, at] of [['a', 1], ['b', 2], ['c', 2], ['d', 3], ['e', 4], ['f', 5]] as const) await threads.create(thread(id, at));
      await threads.setPinned('b', true);
      await threads.setPinned('d', true);
      await threads.setArchived('e', true);
      const walk = async (limit: number, archived: boolean): Promise<readonly string[]> => {
        const seen: Thread[] = [];
        for (;;) {
          const before = seen.at(-1);
          const page = await threads.list({ limit, archived, ...(before ? { before } : {}) });
          assert.ok(page.length <= limit);
          if (page.length === 0) return seen.map(({ id }) => id);
          seen.push(...page);
        }
      };
      for (const limit of [1, 2, 4, 10]) assert.deepEqual(await walk(limit, false), ['d', 'b', 'f', 'c', 'a'], `pages of ${limit}`);
      assert.deepEqual(await walk(10, true), ['e']);
      await threads.setArchived('e', false);
      await threads.setPinned('d', false);
      assert.deepEqual(await walk(3, false), ['b', 'f', 'e', 'd', 'c', 'a']);
    });

    it('keeps a whole conversation with all that belongs to it', async () => {
      const whole: Thread = { ...thread('t'), pinned: true, archived: true, titleBy: 'model', forkedFrom: { threadId: 'other', messageId: 'm' } };
      const context: StoredMessage['context'] = [
        { id: 'i', kind: 'file', label: 'app.ts:1-2', detail: 'src/app.ts', source: 'file:///app.ts', lines: { from: 0, to: 1 }, language: 'typescript', text: 'let a', readAt: 3 },
        { id: 'j', kind: 'image', label: 'image', text: '', image: { mediaType: 'image/png', base64: 'AA==' }, readAt: 4 },
      ];
      const messages = [question('a', 0, { context, earlier: 'archived' }), { ...question('b', 1), role: 'assistant' as const, answer: fullAnswer }];
      await threads.importThread(whole, messages);
      assert.deepEqual(await threads.get('t'), { thread: whole, messages });
    });

    it('lets a model name only what is called by its question, and the person everything', async () => {
      const rows: readonly (readonly [was: Thread['titleBy'], by: NonNullable<Thread['titleBy']>, changed: boolean])[] = [
        ['question', 'model', true], ['model', 'model', false], ['person', 'model', false], [undefined, 'model', false],
        ['question', 'question', true], ['model', 'question', true], ['person', 'question', false], [undefined, 'question', false],
        ['question', 'person', true], ['model', 'person', true], ['person', 'person', true], [undefined, 'person', true],
      ];
      for (const [index, [titleBy, by, changed]] of rows.entries()) {
        const id = `t${index}`;
        await threads.create({ ...thread(id), title: 'before', ...(titleBy ? { titleBy } : {}) });
        await threads.rename(id, 'after', by);
        const now = (await threads.get(id))?.thread;
        assert.deepEqual([now?.title, now?.titleBy], changed ? ['after', by] : ['before', titleBy], `${titleBy} ${by}`);
      }
    });

    const hits = async (query: string): Promise<readonly string[]> => (await threads.search(query, 50)).hits.map(({ thread: { id }, message }) => (message ? message.id : `title ${id}`));

    it('finds words in titles and messages: titles first, then the newest message', async () => {
      await threads.create({ ...thread('t'), title: 'About zebras' });
      await threads.create({ ...thread('u'), title: 'Other' });
      await threads.append(question('m1', 0, { text: 'The zebra runs\nover the Straße', createdAt: 10 }));
      await threads.append(question('m2', 0, { text: 'a Zebra crossing, naïve', threadId: 'u', createdAt: 30 }));
      await threads.append(question('m3', 1, { text: 'zebrafish in foo.bar(), 日本語の検索', createdAt: 20 }));
      const rows: readonly [string, readonly string[]][] = [
        ['zebra', ['title t', 'm2', 'm3', 'm1']],
        ['ZEBRA ', ['m2', 'm1']],
        ['zeb', ['title t', 'm2', 'm3', 'm1']],
        ['zebra run', ['m1']],
        ['run zebra ', []],
        ['naive', ['m2']],
        ['nothing', []],
      ];
      for (const [query, expected] of rows) assert.deepEqual(await hits(query), expected, JSON.stringify(query));
    });

    it('takes any text for a query', async () => {
      await threads.create(thread('t'));
      await threads.append(question('a', 0, { text: 'SELECT "x" FROM t WHERE a-b NOT NULL' }));
      for (const query of ['', ' ', '"', '""', "'", '*', '^', ':', '()', 'a AND', 'NOT', '"a', 'a"b"c', 'col:x', 'NEAR(a b, 3)', '\0', '\ud800', '{}', '-x', '+', '%_', '\\', 'a'.repeat(10_000), `${'a b '.repeat(3000)}`, '👋', '"; DROP TABLE threads'])
        await threads.search(query, 10);
      assert.deepEqual(await hits('NOT NULL'), ['a']);
    });

    it('marks what matched in the snippet', async () => {
      await threads.create({ ...thread('t'), title: 'x' });
      await threads.append(question('a', 0, { text: `${'blah '.repeat(100)}\n\n the   Needle  in a haystack ${'blah '.repeat(100)}` }));
      const [hit] = (await threads.search('needle hay', 5)).hits;
      assert.ok(hit);
      assert.deepEqual(hit.snippet.ranges.map(([from, to]) => hit.snippet.text.slice(from, to)), ['Needle', 'hay']);
    });

    it('finds the archived and the restored, never the deleted, the removed and what an answer said before', async () => {
      await threads.create({ ...thread('t'), title: 'zero' });
      await threads.append(question('a', 0, { text: 'apple' }));
      await threads.append({ ...question('b', 1), role: 'assistant', text: 'pear', answer: streaming });
      assert.deepEqual(await hits('pear'), [], 'one that is being written is found when it has ended');
      await threads.update('b', 'plum', { ...streaming, state: 'complete' });
      assert.deepEqual([await hits('apple'), await hits('pear'), await hits('plum'), await hits('zero')], [['a'], [], ['b'], ['title t']]);
      await threads.update('b', 'peach', fullAnswer);
      await threads.rename('t', 'one', 'person');
      assert.deepEqual([await hits('plum'), await hits('peach'), await hits('zero'), await hits('one')], [[], ['b'], [], ['title t']]);
      await threads.setArchived('t', true);
      assert.equal((await threads.search('apple', 1)).hits[0]?.thread.archived, true);
      await threads.delete('t', 1);
      assert.deepEqual([await hits('apple'), await hits('one')], [[], []]);
      await threads.restore('t');
      assert.deepEqual([await hits('apple'), await hits('one')], [['a'], ['title t']]);
      await threads.truncate('t', 1);
      assert.deepEqual(await hits('peach'), []);
    });

    it('finds what a window had written that was killed', async () => {
      await threads.create(thread('t'));
      await threads.append({ ...question('a', 0), role: 'assistant', text: '', answer: { ...streaming, window: 'gone' } });
      await threads.update('a', 'half an answer', { ...streaming, window: 'gone' });
      assert.deepEqual(await hits('half'), []);
      opened.dead.add('gone');
      await threads.markInterrupted();
      assert.deepEqual(await hits('half'), ['a']);
    });

    it('gives what it found in pages', async () => {
      for (const id of ['t', 'u', 'v']) await threads.create({ ...thread(id), title: `word ${id}`, createdAt: id.charCodeAt(0) });
      for (let index = 0; index < 5; index += 1) await threads.append(question(`m${index}`, index, { text: 'a word', createdAt: 100 + index }));
      for (const limit of [1, 2, 3, 8, 20]) {
        const seen: string[] = [];
        let next: string | undefined;
        do {
          const page = await threads.search('word', limit, next);
          assert.ok(page.hits.length <= limit);
          seen.push(...page.hits.map(({ thread: { id }, message }) => message?.id ?? id));
          ({ next } = page);
        } while (next !== undefined);
        assert.deepEqual(seen, ['v', 'u', 't', 'm4', 'm3', 'm2', 'm1', 'm0'], `pages of ${limit}`);
      }
    });

    it('renames, deletes and restores', async () => {
      await threads.create(thread('t'));
      await threads.append(question('a', 0));
      await threads.rename('t', 'Better', 'person');
      await threads.delete('t', 50);
      assert.equal(await threads.get('t'), undefined);
      assert.deepEqual(await threads.list({ limit: 10 }), []);
      await threads.restore('t');
      assert.deepEqual(await threads.get('t'), { thread: { ...thread('t', 20), title: 'Better', titleBy: 'person' }, messages: [question('a', 0)] });
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
      await turn();
      let told = 0;
      const stop = threads.onChange(() => (told += 1));
      await threads.update('a', 'x', streaming);
      await turn();
      assert.equal(told, 0);
      await threads.update('a', 'x', fullAnswer);
      await turn();
      await threads.rename('t', 'x', 'person');
      await turn();
      assert.equal(told, 2);
      stop();
      await threads.delete('t', 1);
      await turn();
      assert.equal(told, 2);
    });
  });
}
