import assert from 'node:assert/strict';
import { jsonOf } from '../../../../src/core/chatFiles/chatJson';
import { markdownOf } from '../../../../src/core/chatFiles/chatMarkdown';
import { readChats } from '../../../../src/core/chatFiles/readChats';
import { asNew } from '../../../../src/core/conversation/imported';
import { asArmId } from '../../../../src/core/model/modelCard';
import { nano } from '../../../../src/core/model/money';
import type { StoredAnswer, StoredMessage, StoredThread, Thread } from '../../../../src/core/model/thread';
import { FakeClock } from '../../../support/fakeClock';
import { seededRandom } from '../../../support/seededRandom';

function textOf(chats: readonly StoredThread[]): string {
  return [...jsonOf(chats, 1_700_000_000_000)].join('');
}

/** Conversations of any shape that the database can hold. */
function anyChats(seed: number): readonly StoredThread[] {
  const random = seededRandom(seed);
  const below = (most: number): number => Math.floor(random() * most);
  const maybe = <Value>(name: string, value: () => Value): Record<string, Value> => (random() < 0.5 ? { [name]: value() } : {});
  const words = ['', 'word', '日本語 👋', '```ts\nlet a', '"quoted" \\ \u0000 \u2028', 'a'.repeat(300), '</script>'];
  const text = (): string => words[below(words.length)] ?? '';
  const some = <Value>(make: (index: number) => Value): readonly Value[] => Array.from({ length: below(4) }, (_, index) => make(index));
  const time = (): number => 1_700_000_000_000 + below(1e9);
  const answer = (): StoredAnswer => ({
    state: (['complete', 'truncated', 'failed', 'cancelled', 'interrupted'] as const)[below(5)] ?? 'complete',
    ...maybe('arm', () => 'acme/small'),
    ...maybe('modelName', text),
    ...maybe('cost', () => nano(below(1e12))),
    ...maybe('reasoning', text),
    ...maybe('firstTokenMs', () => below(1000) / 4),
    ...maybe('citations', () => some(() => ({ url: 'https://a.example/?b', title: text() }))),
    ...maybe('rating', () => ({ value: 'down' as const, reason: 'tooLong' as const, note: text() })),
    ...maybe('switches', () => some(() => ({ from: 'acme/tiny', reason: 'down', same: true }))),
    ...maybe('work', () => ({
      strategy: 'consensus' as const,
      wish: { strategy: 'consensus' as const, arms: [asArmId('acme/small')], enough: 0.5 },
      steps: some((index) => ({ id: `s${index}`, kind: 'answer' as const, state: 'done' as const, text: text(), cost: nano(below(100)), score: 0.25 })),
      agreement: { share: 0.5, groups: [{ steps: ['s0'], says: text() }], disputed: [text()], by: 'judge' as const },
      vote: { step: 'same' as const, at: 5 },
      end: 'agreed' as const,
    })),
  });
  const ids = Array.from({ length: 1 + below(4) }, (_, index) => `t${index}`);
  return ids.map((id): StoredThread => {
    const thread: Thread = { id, title: text(), createdAt: time(), updatedAt: time(), realm: random() < 0.5 ? 'real' : 'demo', ...maybe('pinned', () => true), ...maybe('titleBy', () => 'person' as const), ...maybe('forkedFrom', () => ({ threadId: 't0', messageId: 't0-m0' })) };
    const messages = some((position): StoredMessage => {
      const common = { id: `${id}-m${position}`, threadId: id, position, text: text(), createdAt: time() };
      if (position % 2 === 1) return { ...common, role: 'assistant', answer: answer() };
      return { ...common, role: 'user', ...maybe('shown', text), ...maybe('earlier', () => 't0'), ...maybe('context', () => some((index) => ({ id: `c${index}`, kind: 'file' as const, label: 'app.ts', detail: 'src/app.ts', lines: { from: 0, to: 3 }, text: text(), readAt: time() }))) };
    });
    return { thread, messages };
  });
}

const chat: StoredThread = {
  thread: { id: 't', title: 'Sorting\na list', createdAt: 1_700_000_000_000, updatedAt: 1_700_000_100_000, realm: 'real' },
  messages: [
    { id: 'q', threadId: 't', position: 0, role: 'user', text: 'How do I sort?', createdAt: 1_700_000_000_000, context: [{ id: 'c', kind: 'file', label: 'app.ts:1-2', detail: 'src/app.ts', source: 'file:///a/place/app.ts', text: 'let a', readAt: 1_700_000_000_000 }] },
    {
      id: 'a',
      threadId: 't',
      position: 1,
      role: 'assistant',
      text: 'Like this:\n```ts\na.sort()',
      createdAt: 1_700_000_001_000,
      answer: { state: 'interrupted', window: 'window-1', modelName: 'Small', providerName: 'Acme', cost: nano(420_000), inputTokens: 12, outputTokens: 34, failure: { kind: 'rateLimited', provider: 'acme', detail: 'slow down' }, why: { reasons: ['cheap'], tier: 'simple', quality: 'balanced', bar: 0.7, inputTokens: 1, candidates: [], notShown: 0 } },
    },
  ],
};

describe('chats as JSON', () => {
  it('come back as they were', () => {
    for (let seed = 0; seed < 200; seed += 1) {
      const chats = anyChats(seed);
      assert.deepEqual(readChats(textOf(chats)), { ok: true, chats }, `seed ${seed}`);
    }
  });

  it('hold no place on this machine and nothing of the window, and no failure that could be acted on comes back', () => {
    const text = textOf([chat]);
    for (const secret of ['/a/place', 'window-1', 'candidates']) assert.ok(!text.includes(secret), secret);
    const read = readChats(text);
    assert.ok(read.ok);
    assert.deepEqual(read.chats[0]?.messages[1]?.answer?.failure, { kind: 'unexpected', detail: 'rateLimited: slow down' });
  });

  it('are refused with the field that is wrong', () => {
    const good = textOf([chat]);
    const rows: readonly (readonly [change: (text: string) => string, expected: unknown])[] = [
      [() => 'not json', { ok: false, why: 'notJson' }],
      [() => '[]', { ok: false, why: 'notOurs' }],
      [() => '{"chats": []}', { ok: false, why: 'notOurs' }],
      [(text) => text.replace('"version":1', '"version":2'), { ok: false, why: 'newer', version: 2 }],
      [(text) => text.replace('"chats"', '"talks"'), { ok: false, why: 'wrong', where: 'chats', problem: 'is missing' }],
      [(text) => text.replace('"title": "Sorting\\na list"', '"title": 5'), { ok: false, why: 'wrong', where: 'chats[0].title', problem: 'must be text' }],
      [(text) => text.replace('"cost": 420000', '"cost": -1'), { ok: false, why: 'wrong', where: 'chats[0].messages[1].answer.cost', problem: 'Too small: expected number to be >=0' }],
      [(text) => text.replace('"createdAt": "2023', '"createdAt": "yesterday'), { ok: false, why: 'wrong', where: 'chats[0].createdAt', problem: 'must be a time as in 2026-03-31T12:00:00Z' }],
      [(text) => text.replace('"state": "interrupted"', '"state": "streaming"'), { ok: false, why: 'wrong', where: 'chats[0].messages[1].answer.state', problem: 'must be "complete" or "truncated" or "failed" or "cancelled" or "interrupted"' }],
      [(text) => text.replace('"kind": "file"', '"kind": "disk"'), { ok: false, why: 'wrong', where: 'chats[0].messages[0].context[0].kind' }],
    ];
    for (const [change, expected] of rows) {
      const changed = change(good);
      assert.notEqual(changed, good);
      const read = readChats(changed);
      const { problem: _problem, ...rest } = { problem: '', ...read };
      assert.deepEqual(typeof expected === 'object' && expected !== null && 'problem' in expected ? read : rest, expected);
    }
  });

  it('read no address of a file, whatever the file says', () => {
    const text = JSON.stringify({
      farthing: { version: 1 },
      chats: [{ id: 't', title: 'x', createdAt: '2026-01-01T00:00:00Z', updatedAt: '2026-01-01T00:00:00Z', realm: 'real', messages: [{ id: 'q', role: 'user', text: 'x', createdAt: '2026-01-01T00:00:00Z', context: [{ id: 'c', kind: 'file', label: 'x', text: 'x', readAt: '2026-01-01T00:00:00Z', source: 'file:///etc/passwd' }] }] }],
    });
    const read = readChats(text);
    assert.ok(read.ok);
    assert.deepEqual(Object.keys(read.chats[0]?.messages[0]?.context?.[0] ?? {}).toSorted(), ['id', 'kind', 'label', 'readAt', 'text']);
  });
});

describe('asNew', () => {
  it('makes all ids anew, keeps what belongs together, and dates nothing later than now', () => {
    const clock = new FakeClock();
    let last = 0;
    const future = clock.now() + 1e9;
    const archived: StoredThread = { thread: { ...chat.thread, id: 'old', archived: true, forkedFrom: { threadId: 't', messageId: 'a' } }, messages: [] };
    const edited: StoredThread = { thread: { ...chat.thread, updatedAt: future, forkedFrom: { threadId: 'elsewhere', messageId: 'x' } }, messages: [{ id: 'a', threadId: 't', position: 0, role: 'user', text: 'x', createdAt: future, earlier: 'old' }] };
    const made = [...asNew({ clock, ids: { next: () => `new-${++last}` } }, [edited, archived])];
    assert.deepEqual(made[0]?.thread, { ...chat.thread, id: 'new-1', createdAt: Math.min(chat.thread.createdAt, clock.now()), updatedAt: clock.now() });
    assert.deepEqual(made[0]?.messages, [{ id: 'new-2', threadId: 'new-1', position: 0, role: 'user', text: 'x', createdAt: clock.now(), earlier: 'new-3' }]);
    assert.equal(new Set([...asNew({ clock, ids: { next: () => `more-${++last}` } }, [chat, chat])].flatMap(({ thread, messages }) => [thread.id, ...messages.map(({ id }) => id)])).size, 6, 'also where the file has an id twice');
    assert.deepEqual(made[1]?.thread.forkedFrom, { threadId: 'new-1', messageId: 'new-2' });
  });
});

describe('markdownOf', () => {
  it('is complete and readable', () => {
    assert.equal(
      markdownOf(chat, (id) => id.toUpperCase()),
      [
        '# Sorting a list',
        '2023-11-14 22:13 UTC',
        '---',
        '**Question** · 2023-11-14 22:13 UTC',
        'How do I sort?',
        'Context:',
        '- `app.ts:1-2` (src/app.ts)',
        '---',
        '**Answer** · Small (ACME) · $0.00042 · 12 tokens in, 34 out',
        'Like this:\n```ts\na.sort()\n```',
        '*Was interrupted.*\n',
      ].join('\n\n'),
    );
  });

  it('holds every text and cost of every step', () => {
    for (let seed = 0; seed < 50; seed += 1) {
      for (const one of anyChats(seed)) {
        const text = markdownOf(one, (id) => id);
        for (const message of one.messages) for (const said of [message.text, ...(message.answer?.work?.steps ?? []).map((step) => step.text)]) assert.ok(text.includes(said), `seed ${seed}`);
      }
    }
  });
});
