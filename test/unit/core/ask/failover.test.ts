import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { AnswerEvent } from '../../../../src/core/model/ask';
import type { Failure } from '../../../../src/core/model/failure';
import { StorageError } from '../../../../src/core/ports/ledgerStore';
import type { WireEvent } from '../../../../src/core/ports/wire';
import { answer, type Script } from '../../../support/fakeWire';
import { collect, collectPatiently, question, testApp, textOf } from '../../../support/testApp';

const easy = question('What does idempotent mean?');
const never = new AbortController().signal;

/** Three servers of one's own, each with one model, the first the cheapest. */
const names = ['first', 'second', 'third'] as const;
const settings = {
  'demo.enabled': false,
  'budget.day': null,
  'providers.custom': names.map((name, index) => ({ id: `at-${name}`, name: `Host ${index + 1}`, baseUrl: `http://localhost:${index + 1}/v1`, auth: 'none', models: [name] })),
  prices: { 'at-first/first': { input: 1, output: 2 }, 'at-second/second': { input: 2, output: 4 }, 'at-third/third': { input: 3, output: 6 } },
} as const;

type TestApp = ReturnType<typeof testApp>;

function failing(failure: Failure, ...before: readonly WireEvent[]): readonly WireEvent[] {
  return [...before, { type: 'failed', failure, usage: undefined }];
}

const down: Failure = { kind: 'providerDown', provider: 'at-first', status: 503 };
const offline: Failure = { kind: 'offline', provider: 'at-first' };
const limitedFor = (retryAfterMs: number): Failure => ({ kind: 'rateLimited', provider: 'at-first', retryAfterMs });
const thinking: WireEvent = { type: 'reasoning', text: 'hm' };

/** An app in which each model does in turn what is said of it. */
function scripted(scripts: Partial<Record<(typeof names)[number], readonly Script[]>>, test: TestApp = testApp({ settings })): TestApp {
  for (const name of names) for (const script of scripts[name] ?? []) test.wire.will(name, script);
  return test;
}

async function ask(test: TestApp, request = easy): Promise<readonly AnswerEvent[]> {
  return collectPatiently(test.app.ask(request, never), test.clock);
}

/** Which models were asked, in order. */
const asked = ({ wire }: TestApp): readonly string[] => wire.requests.map(({ model }) => model);

function last(events: readonly AnswerEvent[]): string {
  const event = events.at(-1);
  return event?.type === 'answer-failed' ? event.failure.kind : (event?.type ?? '');
}

/** Waits between tries, in milliseconds, with chance at one half. */
function waits(events: readonly AnswerEvent[], start: number): readonly number[] {
  let elapsed = start;
  return events.flatMap((event) => {
    if (event.type !== 'answer-waiting' || event.untilMs === undefined) return [];
    const wait = event.untilMs - elapsed;
    elapsed = event.untilMs;
    return [wait];
  });
}

describe('a model that fails before its first word', () => {
  const rows: readonly { readonly name: string; readonly first: readonly (readonly WireEvent[])[]; readonly second?: readonly (readonly WireEvent[])[]; readonly third?: readonly (readonly WireEvent[])[]; readonly asked: readonly string[]; readonly ends?: string }[] = [
    { name: 'is asked again, and answers', first: [failing(down), answer('ok')], asked: ['first', 'first'] },
    { name: 'is asked a third time, and answers', first: [failing(down), failing(offline), answer('ok')], asked: ['first', 'first', 'first'] },
    { name: 'is asked three times, then the next one', first: [failing(down), failing(down), failing(down)], second: [answer('ok')], asked: ['first', 'first', 'first', 'second'] },
    { name: 'is asked again after a pause it asked for', first: [failing(limitedFor(1_000)), answer('ok')], asked: ['first', 'first'] },
    { name: 'gives way at once when it asks for a long pause', first: [failing(limitedFor(20_000))], second: [answer('ok')], asked: ['first', 'second'] },
    { name: 'gives way at once when trying again is of no use', first: [failing({ ...down, mayRetry: false })], second: [answer('ok')], asked: ['first', 'second'] },
    { name: 'gives way at once when it did not begin in time', first: [failing({ kind: 'timedOut', provider: 'at-first', waitedMs: 1, phase: 'firstToken' })], second: [answer('ok')], asked: ['first', 'second'] },
    { name: 'does not keep the others from being asked soon when the network is gone', first: [failing(offline), failing(offline), failing(offline)], second: [failing(offline)], third: [failing(offline), failing(offline), answer('ok')], asked: ['first', 'first', 'first', 'second', 'third', 'third', 'third'] },
    { name: 'gives way at once when its key is refused', first: [failing({ kind: 'keyRejected', provider: 'at-first' })], second: [answer('ok')], asked: ['first', 'second'] },
    { name: 'gives way at once without credit', first: [failing({ kind: 'noCredit', provider: 'at-first' })], second: [answer('ok')], asked: ['first', 'second'] },
    { name: 'gives way at once when it is gone', first: [failing({ kind: 'modelGone', provider: 'at-first', model: 'first' })], second: [answer('ok')], asked: ['first', 'second'] },
    { name: 'ends the question when it declines', first: [failing({ kind: 'refused', provider: 'at-first' })], asked: ['first'], ends: 'refused' },
    { name: 'is asked again after an empty answer', first: [failing({ kind: 'badReply', provider: 'at-first', mayRetry: true, detail: 'The answer is empty.' }), answer('ok')], asked: ['first', 'first'] },
    { name: 'is asked again after a thought that was cut off', first: [failing({ kind: 'truncated', provider: 'at-first' }, thinking), answer('ok')], asked: ['first', 'first'] },
    { name: 'is not asked again once a word was shown', first: [failing(down, { type: 'text', text: 'half' })], asked: ['first'], ends: 'providerDown' },
  ];
  for (const row of rows) {
    it(row.name, async () => {
      const test = scripted({ first: row.first, second: row.second ?? [], third: row.third ?? [] });
      const events = await ask(test);
      assert.deepEqual(asked(test), row.asked);
      assert.equal(last(events), row.ends ?? 'answer-end');
      if (row.ends === undefined) assert.equal(textOf(events), 'ok');
      assert.equal(test.ledger.calls.size, row.asked.length, 'a row for each try');
      assert.equal(test.clock.pending, 0, 'no timer is left');
    });
  }

  it('is waited for longer while there is no other', async () => {
    const test = scripted({ first: [failing(limitedFor(20_000)), failing(limitedFor(20_000)), answer('ok')] }, testApp({ settings: { ...settings, 'models.pinned': 'at-first/first' } }));
    const start = test.clock.now();
    const events = await ask(test);
    assert.equal(textOf(events), 'ok');
    assert.deepEqual(waits(events, start).slice(0, 1), [20_250]);
    assert.equal(test.wire.requests.length, 3);
  });

  it('is not waited for longer than a minute, and says how long it would be', async () => {
    const test = scripted({ first: [failing(limitedFor(3_600_000))] }, testApp({ settings: { ...settings, 'models.pinned': 'at-first/first' } }));
    const events = await ask(test);
    assert.deepEqual(events.at(-1)?.type === 'answer-failed' && events.at(-1), { type: 'answer-failed', failure: limitedFor(3_600_000), receipt: events.flatMap((event) => ('receipt' in event && event.receipt ? [event.receipt] : [])).at(-1) });
    assert.deepEqual(asked(test), ['first']);
  });

  it('tells of every wait: whom for, why and until when', async () => {
    const test = scripted({ first: [failing(down), failing(offline), answer('ok')] });
    const start = test.clock.now();
    const events = await ask(test);
    const told = events.flatMap((event) => (event.type === 'answer-waiting' && event.reason === 'retry' ? [[event.candidate.id, event.failure.kind, event.untilMs - start]] : []));
    assert.deepEqual(told[0], ['at-first/first', 'providerDown', 450]);
    assert.deepEqual(told.map(([, kind]) => kind), ['providerDown', 'offline']);
    assert.ok(test.clock.now() - start >= 450 + 700);
  });

  it('is not asked again after Stop, which ends the wait at once', async () => {
    const test = scripted({ first: [failing(limitedFor(30_000))] }, testApp({ settings: { ...settings, 'models.pinned': 'at-first/first' } }));
    const stop = new AbortController();
    const events: AnswerEvent[] = [];
    for await (const event of test.app.ask(easy, stop.signal)) {
      events.push(event);
      if (event.type === 'answer-waiting') setImmediate(() => stop.abort());
    }
    assert.equal(last(events), 'cancelled');
    assert.equal(test.clock.pending, 0);
    assert.equal(test.wire.requests.length, 1);
    const receipts = events.flatMap((event) => ('receipt' in event && event.receipt ? [event.receipt.callId] : []));
    assert.equal(new Set(receipts).size, receipts.length, 'no receipt twice');
  });

  it('holds and settles each try by itself, and tells each receipt once', async () => {
    const test = scripted({ first: [failing(down), failing({ kind: 'truncated', provider: 'at-first' }, thinking), failing(down)], second: [answer('ok')] });
    const events = await ask(test);
    const told = events.flatMap((event) => ('receipt' in event && event.receipt ? [event.receipt] : []));
    assert.deepEqual(told.map(({ callId }) => callId).toSorted(), [...test.ledger.calls.keys()].toSorted());
    const spent = [...test.ledger.calls.values()].reduce((sum, { charge }) => sum + (charge.amount ?? 0), 0);
    assert.equal(told.reduce((sum, { charge }) => sum + (charge.amount ?? 0), 0), spent);
    assert.equal(test.ledger.held.size, 0);
  });

  it('has the same question in the books with each try, and what was expected of it', async () => {
    const test = scripted({ first: [failing(down), answer('ok')] });
    await ask(test, { ...easy, question: 'message' });
    await ask(test);
    const [failed, answered, other] = [...test.ledger.calls.values()];
    assert.deepEqual([failed?.question, answered?.question], ['message', 'message']);
    assert.ok(other?.question !== undefined && other.question !== 'message');
    assert.partialDeepStrictEqual(answered?.decided, { quality: 'balanced', tier: 'simple' });
  });
});

describe('after results of tools', () => {
  const request = { ...easy, messages: [...easy.messages, { role: 'assistant', text: '', toolCalls: [{ id: 'c', name: 'send', arguments: '{}' }] }, { role: 'tool', toolCallId: 'c', text: 'sent' }] } as const;

  it('a model is asked again when nothing of its answer came', async () => {
    const test = scripted({ first: [failing(down), answer('ok')] });
    assert.equal(textOf(await ask(test, request)), 'ok');
  });

  it('nobody is asked again once a thought came, lest an effect happen twice', async () => {
    const test = scripted({ first: [failing({ kind: 'truncated', provider: 'at-first' }, thinking)] });
    assert.equal(last(await ask(test, request)), 'truncated');
    assert.deepEqual(asked(test), ['first']);
  });
});

describe('who is down', () => {
  const fiveTimes = { first: Array.from({ length: 5 }, () => failing(down)) };

  it('is left alone from the second question on, found out about by one, and asked first again', async () => {
    const test = scripted({ ...fiveTimes, second: Array.from({ length: 4 }, () => answer('second')) });
    await ask(test);
    assert.deepEqual(asked(test), ['first', 'first', 'first', 'second']);
    await ask(test);
    assert.deepEqual(asked(test).slice(4), ['first', 'first', 'second'], 'five in a row');
    await ask(test);
    assert.deepEqual(asked(test).slice(7), ['second'], 'it rests');
    test.clock.advance(10_000);
    test.wire.will('first', failing(down));
    await ask(test);
    assert.deepEqual(asked(test).slice(8), ['first', 'second'], 'the one that finds out tries once');
    test.clock.advance(20_000);
    test.wire.will('first', answer('first')).will('first', answer('first'));
    assert.equal(textOf(await ask(test)), 'first');
    assert.equal(textOf(await ask(test)), 'first');
    assert.equal(test.health.rows.size, 0);
  });

  it('is asked all the same by a question that everybody else has failed', async () => {
    const test = scripted({ first: [failing(limitedFor(600_000)), answer('after all')], second: [answer('second'), ...Array.from({ length: 3 }, () => failing(down))], third: Array.from({ length: 3 }, () => failing(down)) });
    assert.equal(textOf(await ask(test)), 'second');
    assert.equal(textOf(await ask(test)), 'after all');
    assert.deepEqual(asked(test), ['first', 'second', 'second', 'second', 'second', 'third', 'third', 'third', 'first']);
  });

  it('stays out of it when a person must mend it', async () => {
    const test = scripted({ first: [failing({ kind: 'keyRejected', provider: 'at-first' })], second: [answer('second'), failing({ kind: 'badReply', provider: 'at-second', detail: '' })], third: [failing({ kind: 'badReply', provider: 'at-third', detail: '' })] });
    await ask(test);
    assert.equal(last(await ask(test)), 'badReply');
    assert.deepEqual(asked(test), ['first', 'second', 'second', 'third']);
  });

  it('is asked by one question at a time until it is back, while the others go to the next', async () => {
    const test = scripted({ ...fiveTimes, second: Array.from({ length: 3 }, () => answer('second')) });
    await ask(test);
    await ask(test);
    test.clock.advance(10_000);
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    test.wire.will('first', async function* () {
      await finished;
      yield* answer('back');
    });
    const probe = collect(test.app.ask(easy, never));
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(textOf(await ask(test)), 'second');
    finish();
    assert.equal(textOf(await probe), 'back');
    test.wire.will('first', answer('first'));
    assert.equal(textOf(await ask(test)), 'first');
  });

  it('is asked all the same when there is nobody else', async () => {
    const only = { ...settings, 'providers.custom': settings['providers.custom'].slice(0, 1) };
    const test = scripted({ first: [...fiveTimes.first, failing(down), answer('ok')] }, testApp({ settings: only }));
    assert.equal(last(await ask(test)), 'providerDown');
    assert.equal(last(await ask(test)), 'providerDown');
    assert.equal(textOf(await ask(test)), 'ok');
    assert.equal(test.wire.requests.length, 7);
  });

  it('is known after a reload', async () => {
    const test = scripted({ first: [failing({ ...down, retryAfterMs: 30_000 })], second: [answer('second')] });
    await ask(test);
    const reloaded = testApp({ settings });
    for (const [key, row] of test.health.rows) reloaded.health.rows.set(key, row);
    reloaded.wire.will('second', answer('second'));
    assert.equal(textOf(await ask(reloaded)), 'second');
    assert.deepEqual(asked(reloaded), ['second']);
  });

  it('is told to whoever shows providers, and forgotten when a check of its key goes well', async () => {
    const test = scripted({ first: [failing({ kind: 'keyRejected', provider: 'at-first' })], second: [answer('second')] });
    await ask(test);
    const standing = async () => (await test.app.providerHealth()).find(({ provider }) => provider === 'at-first')?.status;
    assert.deepEqual(await standing(), { state: 'noKey', failure: { kind: 'keyRejected', provider: 'at-first' } });
    test.health.fails.set('recentCalls', new StorageError('locked', 'busy'));
    assert.equal((await standing())?.state, 'noKey', 'also when the books cannot be read');
    await test.app.checkKey('at-first', undefined, never);
    assert.equal(await standing(), undefined);
    test.wire.will('first', answer('first'));
    assert.equal(textOf(await ask(test)), 'first');
  });

  it('lets the next question find out when the one that should was stopped', async () => {
    const test = scripted({ ...fiveTimes, second: Array.from({ length: 2 }, () => answer('second')) });
    await ask(test);
    await ask(test);
    test.clock.advance(10_000);
    const stop = new AbortController();
    test.wire.will('first', async function* (_, signal) {
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      yield* failing({ kind: 'cancelled' });
    });
    const stopped = collect(test.app.ask(easy, stop.signal));
    await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    assert.equal(last(await stopped), 'cancelled');
    test.wire.will('first', answer('back'));
    assert.equal(textOf(await ask(test)), 'back');
  });
});

describe('any sequence of failures', () => {
  const failure: fc.Arbitrary<Failure> = fc.oneof(
    ...(['providerDown', 'offline', 'truncated', 'keyRejected', 'noCredit', 'refused'] as const).map((kind) => fc.constant({ kind, provider: 'x' })),
    fc.record({ kind: fc.constant('rateLimited' as const), provider: fc.constant('x'), retryAfterMs: fc.integer({ min: 0, max: 90_000 }) }),
    fc.record({ kind: fc.constant('providerDown' as const), provider: fc.constant('x'), mayRetry: fc.boolean() }),
    fc.record({ kind: fc.constant('badReply' as const), provider: fc.constant('x'), mayRetry: fc.boolean(), detail: fc.constant('') }),
    fc.record({ kind: fc.constant('timedOut' as const), provider: fc.constant('x'), waitedMs: fc.constant(1), phase: fc.constantFrom('connect' as const, 'firstToken' as const, 'stall' as const) }),
  );
  const shown: fc.Arbitrary<readonly WireEvent[]> = fc.constantFrom<readonly WireEvent[]>([], [], [], [thinking], [{ type: 'text', text: 'half' }]);
  const script: fc.Arbitrary<readonly WireEvent[]> = fc.oneof({ weight: 8, arbitrary: fc.tuple(shown, failure).map(([before, one]) => failing(one, ...before)) }, { weight: 1, arbitrary: fc.constant(answer('ok')) });

  it('ends, asks nobody more than three times a question, starts nothing over, and books every try once', async function () {
    this.timeout(60_000);
    const scripts = fc.record({ first: fc.array(script, { minLength: 6, maxLength: 6 }), second: fc.array(script, { minLength: 6, maxLength: 6 }), third: fc.array(script, { minLength: 6, maxLength: 6 }) });
    await fc.assert(
      fc.asyncProperty(scripts, async (all) => {
        const test = scripted(all);
        const receipts: string[] = [];
        for (let turn = 0; turn < 2; turn++) {
          const before = test.wire.requests.length;
          const events = await ask(test);
          const models = asked(test).slice(before);
          for (const name of names) assert.ok(models.filter((model) => model === name).length <= 3, `${name} in ${models.join(' ')}`);
          assert.match(events.at(-1)?.type ?? '', /^answer-(end|failed)$/);
          assert.equal(events.filter(({ type }) => type === 'answer-end' || type === 'answer-failed').length, 1);
          const firstShown = events.findIndex(({ type }) => type === 'text-delta');
          if (firstShown !== -1) assert.ok(!events.slice(firstShown).some(({ type }) => type === 'answer-start' || type === 'answer-switched' || type === 'answer-waiting'));
          receipts.push(...events.flatMap((event) => ('receipt' in event && event.receipt ? [event.receipt.callId] : [])));
        }
        assert.equal(test.ledger.calls.size, test.wire.requests.length);
        assert.deepEqual(receipts.toSorted(), [...test.ledger.calls.keys()].toSorted());
        assert.equal(test.ledger.held.size, 0);
        assert.equal(test.clock.pending, 0);
      }),
      { numRuns: 60 },
    );
  });
});
