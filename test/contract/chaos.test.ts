import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ChaosAccount, chaosChecks } from '../support/chaosChecks';
import { chaosPrices, ChaosClient } from '../support/chaosRun';
import { chaosFaults, ChaosServer } from '../support/chaosServer';

/** `npm run bench -- chaos` in small: more faults, less time. Counts only. */
describe('twenty people ask while providers fail in every way', () => {
  let account: ChaosAccount;

  before(async function () {
    this.timeout(60_000);
    const folder = mkdtempSync(path.join(tmpdir(), 'farthing-chaos-'));
    const server = new ChaosServer({ faultShare: 0.4, firstWordMs: [5, 20], pieceMs: [1, 4], pieces: [8, 20], slowMs: 200, retryAfter: '0.1', prices: chaosPrices, seed: 7 });
    // Should a busy machine need three seconds for the next piece of a healthy answer, that one is given up and held against the server's account as what it was.
    const client = new ChaosClient({ folder, address: await server.start(), settings: { 'budget.day': 1000, 'timeouts.firstTokenSeconds': 3, 'timeouts.idleSeconds': 3 } });
    try {
      await client.crowd(20, (asked) => asked < 4);
      account = { questions: client.questions, attempts: await server.account(), books: client.onDisk(), complaints: client.complaints };
    } finally {
      await client.app.close();
      await server.stop();
      rmSync(folder, { recursive: true });
    }
  });

  it('loses no answer, no call and no cent', () => {
    assert.deepEqual(brokenIn(account), []);
    assert.equal(account.questions.length, 80);
    assert.deepEqual(chaosFaults.filter((fault) => !account.attempts.some((attempt) => attempt.fault === fault)), [], 'every fault had its turn');
  });

  // The same account with one thing wrong: what would not be found is not promised.
  const spoilt: readonly { readonly what: string; readonly spoil: (account: ChaosAccount) => ChaosAccount; readonly broken: RegExp }[] = [
    { what: 'an answer that ends twice', spoil: (all) => ({ ...all, questions: all.questions.map((one, index) => (index === 0 ? { ...one, ends: 2 } : one)) }), broken: /exactly one end/ },
    { what: 'an answer that goes on for ever', spoil: (all) => withAnswer(all, (answer) => ({ ...answer, state: 'streaming' })), broken: /exactly one end/ },
    { what: 'a failure without a word', spoil: (all) => withAnswer(all, () => ({ state: 'failed' })), broken: /in a sentence/ },
    { what: 'a question that is given up while a provider was not asked', spoil: (all) => ({ ...all, books: { ...all.books, answers: new Map([...all.books.answers.keys()].map((id) => [id, { text: '', answer: { state: 'failed', failure: { kind: 'offline', provider: 'alpha' } } }])) } }), broken: /without a word/ },
    { what: 'a letter that is missing', spoil: (all) => withAttempt(all, ({ end }) => end === 'whole', (one) => ({ ...one, text: `${one.text}x` })), broken: /byte for byte/ },
    { what: 'an end that is missing', spoil: (all) => withAttempt(all, ({ fault }) => fault === 'cutShort', (one) => ({ ...one, text: `${one.text}x` })), broken: /kept what came/ },
    { what: 'another text on the disk', spoil: (all) => ({ ...all, questions: all.questions.map((one, index) => (index === 0 ? { ...one, text: `${one.text}x` } : one)) }), broken: /what is stored/ },
    { what: 'a fourth try', spoil: (all) => ({ ...all, attempts: [...Array.from({ length: 3 }, () => all.attempts.slice(0, 1)).flat(), ...all.attempts] }), broken: /more than 3 times/ },
    { what: 'a call that is not in the ledger', spoil: (all) => ({ ...all, books: { ...all.books, calls: all.books.calls.slice(1) } }), broken: /a row for each attempt/ },
    { what: 'money that stays held', spoil: (all) => ({ ...all, books: { ...all.books, held: [{ worst: 1 }] } }), broken: /stays held/ },
    { what: 'a nano-dollar too much on a bill', spoil: (all) => withAttempt(all, ({ bill }) => typeof bill === 'number' && bill > 0, (one) => ({ ...one, bill: Number(one.bill) + 1 })), broken: /nano-dollar/ },
    { what: 'work that nobody was charged for', spoil: (all) => ({ ...all, books: { ...all.books, calls: all.books.calls.map((call) => (call.charge_estimated === 1 ? { ...call, amount: 0 } : call)) } }), broken: /never nothing/ },
    { what: 'a sum that is wrong', spoil: (all) => ({ ...all, books: { ...all.books, spent: all.books.spent + 1 } }), broken: /sums of the books/ },
    { what: 'a rejection that nobody caught', spoil: (all) => ({ ...all, complaints: ['rejection'] }), broken: /nobody caught/ },
  ];
  for (const { what, spoil, broken } of spoilt) it(`would find ${what}`, () => assert.ok(brokenIn(spoil(account)).some((sentence) => broken.test(sentence))));
});

function brokenIn(account: ChaosAccount): readonly string[] {
  return chaosChecks(account).flatMap(({ promise, broken }) => broken.map((sentence) => `${promise}: ${sentence}`));
}

type Answer = ChaosAccount['books']['answers'] extends ReadonlyMap<string, infer Value> ? Value : never;

/** With the first answer changed. */
function withAnswer(account: ChaosAccount, change: (answer: Answer['answer']) => Answer['answer']): ChaosAccount {
  const [first, ...others] = account.books.answers;
  if (!first) throw new Error('There is no answer.');
  const [id, { text, answer }] = first;
  return { ...account, books: { ...account.books, answers: new Map([[id, { text, answer: change(answer) }], ...others]) } };
}

/** With the first such attempt changed. */
function withAttempt(account: ChaosAccount, which: (attempt: ChaosAccount['attempts'][number]) => boolean, change: (attempt: ChaosAccount['attempts'][number]) => ChaosAccount['attempts'][number]): ChaosAccount {
  const at = account.attempts.findIndex(which);
  return { ...account, attempts: account.attempts.map((one, index) => (index === at ? change(one) : one)) };
}
