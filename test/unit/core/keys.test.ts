import assert from 'node:assert/strict';
import type { Notice } from '../../../src/core/app';
import type { AnswerEvent } from '../../../src/core/model/ask';
import type { Failure } from '../../../src/core/model/failure';
import type { KeyCheck, WireEvent } from '../../../src/core/ports/wire';
import { answer } from '../../support/fakeWire';
import { collect, question, testApp, textOf } from '../../support/testApp';

const never = new AbortController().signal;
const easy = question('What does idempotent mean?');

/** A server of one's own that asks for a key, with one model. */
const settings = {
  'demo.enabled': false,
  'providers.custom': [{ id: 'own', baseUrl: 'http://localhost:1/v1', models: ['large'] }],
  prices: { 'own/large': { input: 1, output: 2 } },
} as const;

const one = 'own@localhost:1';
const firstKey = 'key-of-the-first-account-1111';
const secondKey = 'key-of-the-second-account-2222';
const thirdKey = 'key-of-the-third-account-3333';

function broken(failure: Failure): readonly WireEvent[] {
  return [{ type: 'failed', failure, usage: undefined }];
}

function appWith(keys: Readonly<Record<string, string>> = { [one]: firstKey, [`${one}#2`]: secondKey }) {
  const tested = testApp({ settings, keys });
  const notices: Notice[] = [];
  tested.app.onNotice((notice) => notices.push(notice));
  const provider = async () => {
    const found = (await tested.app.providers()).find(({ provider: { id } }) => id === 'own');
    assert.ok(found);
    return found;
  };
  /** Which keys were sent so far. */
  const sent = () => tested.wire.requests.map(({ key }) => key);
  return { ...tested, notices, provider, sent };
}

function failureOf(events: readonly AnswerEvent[]): Failure | undefined {
  const event = events.at(-1);
  return event?.type === 'answer-failed' ? event.failure : undefined;
}

describe('several keys of one provider', () => {
  const others: readonly Failure[] = [
    { kind: 'rateLimited', provider: 'own', retryAfterMs: 60_000 },
    { kind: 'keyRejected', provider: 'own' },
    { kind: 'noCredit', provider: 'own' },
  ];
  for (const failure of others) {
    it(`asks at once with the other after ${failure.kind}, and books both calls`, async () => {
      const { app, wire, sent, ledger, clock } = appWith();
      wire.will('large', broken(failure)).will('large', answer('from the second'));
      const before = clock.elapsed();
      const events = await collect(app.ask(easy, never));
      assert.equal(textOf(events), 'from the second');
      assert.deepEqual(sent(), [firstKey, secondKey]);
      assert.equal(clock.elapsed(), before);
      assert.deepEqual([...ledger.calls.values()].map((call) => call.failure), [failure.kind, undefined]);
    });
  }

  it('spreads questions over them, and keeps a conversation at one', async () => {
    const { app, wire, sent } = appWith();
    for (const threadId of ['a', 'b', 'a', 'a', 'b']) {
      wire.will('large', answer('ok'));
      await collect(app.ask({ ...easy, threadId }, never));
    }
    assert.deepEqual(sent(), [firstKey, secondKey, firstKey, firstKey, secondKey]);
  });

  it('keeps asking the provider while one of its keys is well', async () => {
    const { app, wire, sent } = appWith();
    wire.will('large', broken({ kind: 'keyRejected', provider: 'own' }));
    for (let asked = 0; asked < 3; asked++) {
      wire.will('large', answer('ok'));
      assert.equal(textOf(await collect(app.ask(easy, never))), 'ok');
    }
    assert.deepEqual(sent(), [firstKey, secondKey, secondKey, secondKey]);
  });

  it('names the one that was refused by what may be shown of it, once', async () => {
    const { app, wire, notices } = appWith();
    wire.will('large', broken({ kind: 'keyRejected', provider: 'own', detail: 'invalid' })).will('large', answer('ok')).will('large', answer('ok'));
    await collect(app.ask(easy, never));
    await collect(app.ask(easy, never));
    assert.deepEqual(notices, [{ kind: 'keySetAside', key: '…1111', failure: { kind: 'keyRejected', provider: 'own', detail: 'invalid' } }]);
  });

  it('fails when none is left, and says nothing of keys in the books or the log', async () => {
    const { app, wire, ledger, logged, sent } = appWith();
    wire.will('large', broken({ kind: 'keyRejected', provider: 'own' })).will('large', broken({ kind: 'noCredit', provider: 'own' }));
    const failure = failureOf(await collect(app.ask(easy, never)));
    assert.equal(failure?.kind, 'noCredit');
    assert.deepEqual(sent(), [firstKey, secondKey]);
    const written = JSON.stringify([[...ledger.calls.values()], logged, failure]);
    for (const key of [firstKey, secondKey]) assert.ok(!written.includes(key) && !written.includes(key.slice(-8)), written);
  });

  it('does not go round in circles when every key is limited for no time', async () => {
    const { app, wire, sent } = appWith({ [one]: firstKey, [`${one}#2`]: secondKey, [`${one}#3`]: thirdKey });
    for (let asked = 0; asked < 30; asked++) wire.will('large', broken({ kind: 'rateLimited', provider: 'own', retryAfterMs: 0, mayRetry: false }));
    assert.equal(failureOf(await collect(app.ask(easy, never)))?.kind, 'rateLimited');
    assert.deepEqual(sent(), [firstKey, secondKey, thirdKey]);
  });

  it('never asks with another after text was shown', async () => {
    const { app, wire, sent } = appWith();
    wire.will('large', [{ type: 'text', text: 'half' }, ...broken({ kind: 'rateLimited', provider: 'own' })]);
    const events = await collect(app.ask(easy, never));
    assert.equal(failureOf(events)?.kind, 'rateLimited');
    assert.deepEqual(sent(), [firstKey]);
  });

  it('is a provider with a key as long as one is left', async () => {
    const { app, provider, wire, sent } = appWith();
    await app.removeKey((await provider()).provider);
    assert.equal((await provider()).hasKey, true);
    wire.will('large', answer('ok'));
    await collect(app.ask(easy, never));
    assert.deepEqual(sent(), [secondKey]);
    await app.removeKey((await provider()).provider, `${one}#2`);
    assert.equal((await provider()).hasKey, false);
    assert.equal((await provider()).askable, false);
  });

  it('are shown by their ends, with why they are not used', async () => {
    const { app, provider, wire } = appWith();
    wire.will('large', broken({ kind: 'noCredit', provider: 'own' })).will('large', answer('ok'));
    await collect(app.ask(easy, never));
    assert.deepEqual(await app.keysOf((await provider()).provider), [
      { name: one, shown: '…1111', trouble: 'noCredit' },
      { name: `${one}#2`, shown: '…2222', trouble: undefined },
    ]);
  });

  it('take the first free place, and none twice', async () => {
    const { app, provider, stored } = appWith({ [one]: firstKey, [`${one}#3`]: thirdKey });
    const own = (await provider()).provider;
    assert.equal(await app.addKey(own, firstKey), false);
    assert.equal(await app.addKey(own, thirdKey), false);
    assert.equal(await app.addKey(own, secondKey), true);
    assert.deepEqual(Object.fromEntries(stored), Object.fromEntries([[one, firstKey], [`${one}#2`, secondKey], [`${one}#3`, thirdKey]]));
  });
});

describe('checking what is stored', () => {
  const rejected: Failure = { kind: 'keyRejected', provider: 'own' };
  const rows: readonly (readonly [name: string, keys: readonly string[], bad: readonly string[], expected: KeyCheck])[] = [
    ['one key that works', [firstKey], [], { ok: true, note: 'fine' }],
    ['one that does not', [firstKey], [firstKey], { ok: false, failure: rejected }],
    ['two that work', [firstKey, secondKey], [], { ok: true, note: '2 of 2 keys work' }],
    ['one of two that works', [firstKey, secondKey], [firstKey], { ok: true, note: '1 of 2 keys work' }],
    ['two that do not', [firstKey, secondKey], [firstKey, secondKey], { ok: false, failure: rejected }],
    ['none', [], [], { ok: false, failure: { kind: 'keyMissing', provider: 'own' } }],
  ];
  for (const [name, keys, bad, expected] of rows) {
    it(`tells of ${name}`, async () => {
      const { app, wire, notices } = appWith(Object.fromEntries(keys.map((key, index) => [index === 0 ? one : `${one}#${index + 1}`, key])));
      wire.checkKey = async (...[, key]: readonly unknown[]) => (bad.some((one) => one === key) ? { ok: false, failure: rejected } : { ok: true, note: 'fine' });
      assert.deepEqual(await app.checkKey('own', undefined, never), expected);
      await new Promise((resolve) => setImmediate(resolve));
      assert.equal(notices.length, keys.length < 2 ? 0 : bad.length);
    });
  }
});

describe('rotating a key', () => {
  it('puts the new one in the place of the old once the provider accepted it', async () => {
    const { app, provider, stored } = appWith();
    assert.deepEqual(await app.rotateKey((await provider()).provider, thirdKey, never, `${one}#2`), { ok: true });
    assert.deepEqual([...stored], [[one, firstKey], [`${one}#2`, thirdKey]]);
  });

  it('checks the new one and not the old', async () => {
    const { app, provider, wire, stored } = appWith();
    const checked: (string | undefined)[] = [];
    wire.checkKey = async (...args: readonly unknown[]) => {
      checked.push(typeof args[1] === 'string' ? args[1] : undefined);
      assert.equal(stored.get(one), firstKey);
      return { ok: true };
    };
    await app.rotateKey((await provider()).provider, thirdKey, never);
    assert.deepEqual(checked, [thirdKey]);
    assert.equal(stored.get(one), thirdKey);
  });

  const failures: readonly Failure[] = [{ kind: 'keyRejected', provider: 'own' }, { kind: 'offline', provider: 'own' }, { kind: 'rateLimited', provider: 'own' }, { kind: 'cancelled' }];
  for (const failure of failures) {
    it(`keeps the old one after ${failure.kind}`, async () => {
      const { app, provider, wire, stored } = appWith();
      wire.keyCheck = { ok: false, failure };
      assert.deepEqual(await app.rotateKey((await provider()).provider, thirdKey, never), { ok: false, failure });
      assert.deepEqual([...stored], [[one, firstKey], [`${one}#2`, secondKey]]);
    });
  }

  it('keeps the old one when it is stopped while the new one is checked', async () => {
    const { app, provider, wire, stored } = appWith();
    const stop = new AbortController();
    wire.checkKey = async () => {
      stop.abort();
      return { ok: true };
    };
    assert.deepEqual(await app.rotateKey((await provider()).provider, thirdKey, stop.signal), { ok: false, failure: { kind: 'cancelled' } });
    assert.equal(stored.get(one), firstKey);
  });

  it('ends the trouble of the old one', async () => {
    const { app, provider, wire, sent } = appWith();
    wire.will('large', broken({ kind: 'keyRejected', provider: 'own' })).will('large', answer('ok')).will('large', answer('ok'));
    await collect(app.ask(easy, never));
    await app.rotateKey((await provider()).provider, thirdKey, never);
    await collect(app.ask(easy, never));
    assert.deepEqual(sent(), [firstKey, secondKey, thirdKey]);
  });
});
