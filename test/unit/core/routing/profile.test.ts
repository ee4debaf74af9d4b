import assert from 'node:assert/strict';
import { estimateTokenCount } from 'tokenx';
import type { Message } from '../../../../src/core/model/message';
import type { Tier } from '../../../../src/core/model/profile';
import { type ProfileRequest, profileTask } from '../../../../src/core/routing/profile';

const fence = '```';
const dependencies = { countTokens: estimateTokenCount };

function profile(text: string, more: Partial<ProfileRequest> = {}) {
  return profileTask(dependencies, { messages: [{ role: 'user', text }], ...more });
}

// Written for this test; none is of the labelled set that the rules are measured on.
const tiers: [Tier, string][] = [
  ['simple', 'what does the nullish coalescing operator do?'],
  ['simple', 'rename foo to bar'],
  ['simple', 'hello, who are you?'],
  ['simple', 'tabs vs spaces, in one sentence please'],
  ['simple', 'fix the typo in this comment'],
  ['simple', 'regex for an ISO date'],
  ['simple', 'translate to spanish: the file could not be opened'],
  ['moderate', 'Write an LRU cache class in TypeScript with a maximum size and a time to live per entry, including get, set, delete and an iterator, and unit tests for expiry and eviction order.'],
  ['moderate', 'Refactor this Express route so that validation, database access and response mapping are separate functions; keep the status codes and the JSON exactly as they are.'],
  ['moderate', 'Write a SQL query for Postgres that gives, for each customer, the first and the last order and the number of days between them, including customers without orders.'],
  ['complex', 'Design a migration of our monolith to a multi-tenant architecture with zero downtime: 400 tenants, some with 2TB of data, replication must stay consistent, and we need a rollback plan at every step.'],
  ['complex', 'Prove that this lock-free queue is linearizable or give a counterexample interleaving; it uses two atomics and we see lost updates under load, sometimes only on ARM.'],
  ['complex', 'Sometimes in production two replicas both become leader after a partition heals, never in tests. Investigate the consensus code, explain the race, and propose a fix that keeps exactly once delivery.'],
];

describe('profileTask', () => {
  for (const [tier, text] of tiers) {
    it(`judges "${text.slice(0, 60)}" ${tier}`, () => {
      assert.equal(profile(text).tier, tier);
    });
  }

  describe('gives the same tier when only the surface changes', () => {
    const changes: [string, (text: string) => string][] = [
      ['lower case', (text) => text.toLowerCase()],
      ['upper case', (text) => text.toUpperCase()],
      ['politeness', (text) => `Hi! Could you please help me with this? ${text} Thanks a lot!`],
      ['no end mark', (text) => text.replace(/[.?!]+$/, '')],
      ['spaces and lines', (text) => `\n\n  ${text.replaceAll(' ', '  ')}  \n`],
      ['a little code beside it', (text) => `${text}\n\n${fence}ts\nexport function add(a: number, b: number) {\n  return a + b;\n}\n${fence}`],
    ];
    for (const [name, change] of changes) {
      it(name, () => {
        const moved = tiers.filter(([, text]) => profile(text).tier !== profile(change(text)).tier).map(([, text]) => text);
        assert.deepEqual(moved, []);
      });
    }
  });

  it('does not judge a mechanical change by the code around it', () => {
    const hard = 'std::atomic<Node*> head; // lock-free, memory_order_acquire\nwhile (!head.compare_exchange_weak(a, b)) { mutex.lock(); }\n'.repeat(60);
    assert.equal(profile(`fix the typo in the comment on line 3\n${fence}cpp\n${hard}${fence}`).tier, 'simple');
  });

  it('takes a short follow-up for about as hard as what it follows', () => {
    const messages: Message[] = [
      { role: 'user', text: tiers.at(-1)?.[1] ?? '' },
      { role: 'assistant', text: 'It is a race.' },
      { role: 'user', text: 'and why is that?' },
    ];
    assert.notEqual(profile('', { messages }).tier, 'simple');
    assert.equal(profile('and why is that?').tier, 'simple');
  });

  it('gives probabilities that sum to one', () => {
    for (const [, text] of tiers) {
      const sum = Object.values(profile(text).domains).reduce((total, share) => total + share, 0);
      assert.ok(Math.abs(sum - 1) < 0.01, `${text}: ${sum}`);
    }
  });

  const leading: [string, string][] = [
    ['write a function that parses a csv line', 'code'],
    ['translate this email to french: the meeting was moved', 'writing'],
    ['prove the theorem by induction', 'math'],
    ['hello, how are you today', 'chat'],
  ];
  for (const [text, domain] of leading) {
    it(`sees "${text}" as ${domain} first`, () => {
      const [first] = Object.entries(profile(text).domains).toSorted(([, left], [, right]) => right - left);
      assert.equal(first?.[0], domain);
    });
  }

  it('needs tools when tools are offered and eyes when there are images', () => {
    assert.deepEqual(profile('hi').needs, []);
    assert.deepEqual(profile('hi', { tools: [] }).needs, []);
    assert.deepEqual(profile('hi', { tools: [{ name: 'read', description: 'reads', parameters: {} }] }).needs, ['tools']);
    assert.deepEqual(profile('', { messages: [{ role: 'user', text: 'what is this', images: [{ mediaType: 'image/png', base64: 'AA==' }] }] }).needs, ['vision']);
  });

  it('counts all messages and tools as input', () => {
    const one = profile('explain the code').inputTokens;
    const text = 'a rather ordinary sentence about nothing in particular, '.repeat(20);
    const more = profile('', { messages: [{ role: 'system', text }, { role: 'user', text: 'explain the code' }] }).inputTokens;
    assert.ok(more > one + 150, `${more} after ${one}`);
    const withTool = profile('explain the code', { tools: [{ name: 'read_file', description: text, parameters: { type: 'object' } }] }).inputTokens;
    assert.ok(withTool > one + 150);
  });

  it('estimates the tokens of long input within a few per cent of counting it all', () => {
    const prose = 'The quick brown fox jumps over the lazy dog, and nobody minds. ';
    const code = 'const total = items.filter((item) => item.price > 10).map((item) => item.price * 1.2);\n';
    const text = `${prose.repeat(200)}${fence}\n${code.repeat(300)}${fence}\n${prose.repeat(50)}`;
    const whole = estimateTokenCount(text);
    const found = profile(text).inputTokens;
    assert.ok(Math.abs(found / whole - 1) < 0.15, `${found} for ${whole}`);
  });

  it('counts a short selection exactly', () => {
    assert.equal(profileTask({ countTokens: (text) => text.length }, { messages: [{ role: 'user', text: 'abcd' }] }).inputTokens, 3 + 4 + 4);
  });

  it('expects longer answers to harder and longer wishes, and the code back from an edit', () => {
    const p50 = (text: string): number => profile(text).outputTokens.p50;
    assert.ok(p50('design the architecture of a chess server') > p50('what does EOF mean?'));
    const long = `${fence}\n${'call(one, two, three);\n'.repeat(100)}${fence}`;
    assert.ok(p50(`rename foo to bar\n${long}`) > 600);
    assert.ok(p50(`what does foo mean\n${long}`) < 400);
    for (const [, text] of tiers) {
      const { p50: half, p90 } = profile(text).outputTokens;
      assert.ok(Number.isInteger(half) && half > 0 && p90 > half);
    }
  });

  it('says why in plain words', () => {
    const { reasons } = profile(`why does this deadlock?\n${fence}go\nmu.Lock()\nmu.Lock()\n${fence}`, { language: 'go' });
    assert.match(reasons[0] ?? '', /^Judged (simple|moderate|complex): finding the cause of a problem, about concurrency/);
    assert.equal(reasons[1], '2 lines of go code attached');
  });

  it('is total', () => {
    const odd = ['', ' ', '\n'.repeat(1000), '```', '```\n```', '\u0000', '😀'.repeat(5_000), 'a'.repeat(100_000), '```'.repeat(10_000), '\ud800', '{'.repeat(50_000), 'x\n'.repeat(50_000)];
    for (const text of odd) {
      const found = profile(text);
      assert.ok(Number.isFinite(found.difficulty) && Number.isFinite(found.inputTokens) && found.outputTokens.p50 > 0, JSON.stringify(text.slice(0, 10)));
    }
    assert.equal(profile('', { messages: [] }).tier, 'simple');
  });

  it('is quick with texts made to be slow', () => {
    const pieces = ['1,', '1.', '1:', 'a-', "a'", ';  ', ')   ', '{', '\n- ', '\n  at ', '```\n', 'a_', '||', 'Error', '\t'];
    for (const piece of pieces) {
      const text = piece.repeat(40_000);
      profile(text);
    }
  });

  it('is the same every time', () => {
    for (const [, text] of tiers) assert.deepEqual(profile(text), profile(text));
  });
});
