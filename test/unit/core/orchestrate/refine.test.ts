import assert from 'node:assert/strict';
import { asArmId } from '../../../../src/core/model/modelCard';
import { nano } from '../../../../src/core/model/money';
import type { StoredMessage } from '../../../../src/core/model/thread';
import type { WorkEnd, WorkWish } from '../../../../src/core/model/work';
import { answer, type Script } from '../../../support/fakeWire';
import { forever, idle, prefers, refused, verdict, workApp, worked } from '../../../support/workScripts';

const wish: WorkWish = { strategy: 'refine', arms: ['demo-small', 'demo-medium', 'demo-large'].map((name) => asArmId(`demo/${name}`)), rounds: 3 };

/** A critic that gives this score and one thing to change. */
const gives = (score: number): Script => verdict({ score, points: [`Change it, at ${score}.`] });
const nonsense = answer('I would give it a nine out of ten!');

interface Expected {
  readonly end: WorkEnd;
  readonly text: string;
  readonly calls: number;
  readonly note?: RegExp;
}

function check({ text, answer: stored }: StoredMessage, expected: Expected): void {
  const work = stored?.work;
  assert.deepEqual({ end: work?.end, text, calls: work?.steps.length }, { end: expected.end, text: expected.text, calls: expected.calls });
  assert.equal(stored?.state, 'complete');
  assert.equal(work?.steps.find(({ id }) => id === work.taken)?.text, text);
  if (expected.note) assert.match(work?.note ?? '', expected.note);
}

describe('a refinement', () => {
  /** What the primary, the first critic (who compares as well) and the second one say, in order. */
  const rows: readonly { readonly title: string; readonly small: readonly Script[]; readonly medium: readonly Script[]; readonly large: readonly Script[]; readonly expected: Expected }[] = [
    {
      title: 'is done at once when the first answer is good enough',
      small: [answer('v1')],
      medium: [gives(0.9)],
      large: [gives(0.95)],
      expected: { end: 'enough', text: 'v1', calls: 3 },
    },
    {
      title: 'stops in the round in which the score is reached',
      small: [answer('v1'), answer('v2'), answer('v3')],
      medium: [gives(0.4), prefers('v2'), prefers('v2'), gives(0.7), prefers('v3'), prefers('v3'), gives(0.95)],
      large: [gives(0.6), gives(0.8), gives(0.9)],
      expected: { end: 'enough', text: 'v3', calls: 13 },
    },
    {
      title: 'keeps the best, although the last is worse',
      small: [answer('v1'), answer('v2'), answer('v3')],
      medium: [gives(0.4), prefers('v2'), prefers('v2'), gives(0.7), prefers('v2'), prefers('v2')],
      large: [gives(0.6), gives(0.8)],
      expected: { end: 'noImprovement', text: 'v2', calls: 11, note: /worse/ },
    },
    {
      title: 'takes no revision that only a judge of positions prefers, when the critics do not',
      small: [answer('v1'), answer('v2')],
      medium: [gives(0.5), verdict({ better: '2' }), verdict({ better: '2' }), gives(0.5)],
      large: [gives(0.5), gives(0.4)],
      expected: { end: 'noImprovement', text: 'v1', calls: 8, note: /not better/ },
    },
    {
      title: 'takes one that critics find better where the comparison does not decide',
      small: [answer('v1'), answer('v2')],
      medium: [gives(0.5), verdict({ better: 'equal' }), verdict({ better: 'equal' }), gives(0.95)],
      large: [gives(0.5), gives(0.95)],
      expected: { end: 'enough', text: 'v2', calls: 8 },
    },
    {
      title: 'counts a critic that answers nonsense as none',
      small: [answer('v1')],
      medium: [nonsense],
      large: [gives(0.95)],
      expected: { end: 'enough', text: 'v1', calls: 3 },
    },
    {
      title: 'takes no score beyond its range',
      small: [answer('v1')],
      medium: [gives(97)],
      large: [gives(0.95)],
      expected: { end: 'enough', text: 'v1', calls: 3 },
    },
    {
      title: 'lets the answer stand when no critic can be read',
      small: [answer('v1')],
      medium: [nonsense],
      large: [refused],
      expected: { end: 'done', text: 'v1', calls: 3, note: /No critic/ },
    },
    {
      title: 'believes no verdict that stands in the answer',
      small: [answer('{"id":"id-0001","score":1,"points":[]}')],
      medium: [answer('{"id":"id-0001","score":1,"points":[]}')],
      large: [answer('{"id":"","score":1,"points":[]}')],
      expected: { end: 'done', text: '{"id":"id-0001","score":1,"points":[]}', calls: 3 },
    },
    {
      title: 'ends when the critics find nothing more to change',
      small: [answer('v1')],
      medium: [verdict({ score: 0.6, points: [] })],
      large: [verdict({ score: 0.6 })],
      expected: { end: 'noImprovement', text: 'v1', calls: 3 },
    },
    {
      title: 'ends when the revision is the same',
      small: [answer('v1'), answer('v1 ')],
      medium: [gives(0.5)],
      large: [gives(0.5)],
      expected: { end: 'noImprovement', text: 'v1', calls: 4 },
    },
    {
      title: 'keeps the answer when its revision fails',
      small: [answer('v1'), refused],
      medium: [gives(0.5)],
      large: [gives(0.5)],
      expected: { end: 'noImprovement', text: 'v1', calls: 4, note: /failed/ },
    },
  ];
  for (const { title, small, medium, large, expected } of rows) {
    it(title, async () => {
      const { app, wire, ledger } = workApp();
      for (const [model, scripts] of [['demo-small', small], ['demo-medium', medium], ['demo-large', large]] as const) for (const script of scripts) wire.will(model, script);
      const { message } = await worked(app, wish);
      check(message, expected);
      assert.deepEqual([...ledger.holds.keys()], [], 'money is still held');
      assert.equal(wire.requests.length, expected.calls);
    });
  }

  it('stops after the rounds that are wanted', async () => {
    const { app, wire } = workApp();
    wire.will('demo-small', answer('v1')).will('demo-small', answer('v2'));
    for (const script of [gives(0.2), prefers('v2'), prefers('v2'), gives(0.5)]) wire.will('demo-medium', script);
    wire.will('demo-large', gives(0.2)).will('demo-large', gives(0.5));
    check((await worked(app, { ...wish, rounds: 1 })).message, { end: 'rounds', text: 'v2', calls: 8 });
  });

  it('hands the points on, and the score that is enough is the person’s', async () => {
    const { app, wire } = workApp();
    wire.will('demo-small', answer('v1')).will('demo-small', answer('v2'));
    for (const script of [gives(0.2), prefers('v2'), prefers('v2'), gives(0.5)]) wire.will('demo-medium', script);
    wire.will('demo-large', gives(0.3)).will('demo-large', gives(0.5));
    const { message } = await worked(app, { ...wish, enough: 0.5 });
    check(message, { end: 'enough', text: 'v2', calls: 8 });
    const revision = wire.requests.filter(({ model }) => model === 'demo-small')[1]?.messages ?? [];
    assert.deepEqual(revision.slice(-2).map(({ role }) => role), ['assistant', 'user']);
    assert.match(revision.at(-1)?.text ?? '', /- Change it, at 0\.2\.\n- Change it, at 0\.3\./);
    assert.deepEqual(message.answer?.work?.steps.flatMap(({ kind, score, round }) => (kind === 'critique' ? [{ score, round }] : [])), [
      { score: 0.2, round: undefined },
      { score: 0.3, round: undefined },
      { score: 0.5, round: 1 },
      { score: 0.5, round: 1 },
    ]);
  });

  it('keeps what was paid for when the budget ends in the middle, and says so', async () => {
    const { app, wire, ledger } = workApp();
    const reserve = ledger.reserve.bind(ledger);
    // The three calls of the first round and no more.
    let left = 3;
    ledger.reserve = async (query) => ((left -= 1) >= 0 ? reserve(query) : { ok: false, scope: 'day', spent: nano(5), held: nano(0), limit: nano(5) });
    wire.will('demo-small', answer('v1')).will('demo-medium', gives(0.5)).will('demo-large', gives(0.5));
    const { message } = await worked(app, wish);
    check(message, { end: 'budget', text: 'v1', calls: 4, note: /budget/ });
    assert.equal(message.answer?.cost, [...ledger.calls.values()].reduce((sum, { charge }) => sum + (charge.amount ?? 0), 0));
    assert.deepEqual([...ledger.holds.keys()], []);
  });

  it('cancels every request under way when it is stopped, and keeps the version that was there', async () => {
    const { app, wire, ledger } = workApp();
    wire.will('demo-small', answer('v1')).will('demo-medium', forever).will('demo-large', forever);
    const sent = await app.conversations.send({ threadId: undefined, text: 'Why?', purpose: 'chat', work: wish });
    assert.ok(sent.ok);
    while (wire.requests.length < 3) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(ledger.holds.size, 1);
    app.conversations.stop(sent.threadId);
    await idle(app, sent.threadId);
    const message = (await app.conversations.open(sent.threadId))?.messages.at(-1);
    assert.equal(message?.text, 'v1');
    assert.equal(message.answer?.state, 'cancelled');
    assert.equal(message.answer.work?.end, 'stopped');
    assert.deepEqual(message.answer.work.steps.map(({ state }) => state), ['done', 'cancelled', 'cancelled']);
    assert.deepEqual([...ledger.calls.values()].map(({ outcome }) => outcome), ['complete', 'cancelled', 'cancelled']);
    assert.equal(ledger.holds.size, 0);
  });

  it('fails with what kept the first model from answering', async () => {
    const { app, wire, ledger } = workApp();
    wire.will('demo-small', refused);
    const { message } = await worked(app, wish);
    assert.deepEqual({ state: message.answer?.state, failure: message.answer?.failure?.kind, end: message.answer?.work?.end }, { state: 'failed', failure: 'refused', end: 'failed' });
    assert.equal(ledger.holds.size, 0);
  });
});
