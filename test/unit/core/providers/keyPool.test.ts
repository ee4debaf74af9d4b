import assert from 'node:assert/strict';
import type { Failure } from '../../../../src/core/model/failure';
import { keyGroupOf, KeyPool, numberedKeyName } from '../../../../src/core/providers/keyPool';
import { FakeClock } from '../../../support/fakeClock';

const acme = { id: 'acme' };
const limited = (retryAfterMs?: number): Failure => ({ kind: 'rateLimited', provider: 'acme', ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
const rejected: Failure = { kind: 'keyRejected', provider: 'acme' };
const noCredit: Failure = { kind: 'noCredit', provider: 'acme' };
const down: Failure = { kind: 'providerDown', provider: 'acme' };

function poolWith(keys: Readonly<Record<string, string>> = { acme: 'one', 'acme#2': 'two', 'acme#3': 'three' }) {
  const clock = new FakeClock();
  const stored = new Map(Object.entries(keys));
  const setAside: string[] = [];
  const pool = new KeyPool({ get: async (name) => stored.get(name) }, clock, (name, failure) => setAside.push(`${name} ${failure.kind}`));
  pool.know([...stored.keys()]);
  /** Name of the key chosen for a question. */
  const choose = async (threadId?: string, model = 'large') => (await pool.choose(acme, model, threadId))?.name;
  return { clock, stored, setAside, pool, choose };
}

describe('a pool of keys', () => {
  it('asks in turn with all of them', async () => {
    const { choose } = poolWith();
    assert.deepEqual([await choose(), await choose(), await choose(), await choose()], ['acme', 'acme#2', 'acme#3', 'acme']);
  });

  it('gives the key with its name', async () => {
    const { pool } = poolWith();
    assert.deepEqual(await pool.choose(acme, 'large', undefined), { name: 'acme', key: 'one' });
  });

  it('stays with the key of a conversation', async () => {
    const { choose } = poolWith();
    assert.equal(await choose('a'), 'acme');
    assert.equal(await choose('b'), 'acme#2');
    assert.deepEqual([await choose('a'), await choose('b'), await choose('a')], ['acme', 'acme#2', 'acme']);
  });

  it('leaves it while it rests, and stays with the other', async () => {
    const { choose, pool, clock } = poolWith({ acme: 'one', 'acme#2': 'two' });
    assert.equal(await choose('a'), 'acme');
    pool.failed('acme', 'large', limited(5_000));
    assert.equal(await choose('a'), 'acme#2');
    clock.advance(5_000);
    assert.equal(await choose('a'), 'acme#2');
  });

  const rests: readonly (readonly [name: string, failure: Failure, ms: number])[] = [
    ['until the time its provider told', limited(7_000), 7_000],
    ['20 s where none was told', limited(), 20_000],
    ['a second at least', limited(0), 1_000],
    ['10 minutes at most', limited(24 * 3_600_000), 600_000],
    ['10 minutes after it was refused', rejected, 600_000],
    ['10 minutes without credit', noCredit, 600_000],
  ];
  for (const [name, failure, ms] of rests) {
    it(`leaves a key alone ${name}`, async () => {
      const { choose, pool, clock } = poolWith({ acme: 'one', 'acme#2': 'two' });
      await choose('a');
      assert.deepEqual(pool.failed('acme', 'large', failure), { otherKey: true, soonest: failure });
      clock.advance(ms - 1);
      assert.equal(await choose('a2'), 'acme#2');
      clock.advance(1);
      assert.equal(await choose('a3'), 'acme');
    });
  }

  it('rests a limited key for the one model, a refused one for all', async () => {
    const { choose, pool } = poolWith({ acme: 'one', 'acme#2': 'two' });
    await choose('a', 'large');
    pool.failed('acme', 'large', limited());
    assert.equal(await choose('a', 'small'), 'acme');
    pool.failed('acme', 'large', rejected);
    assert.equal(await choose('a', 'small'), 'acme#2');
  });

  it('tells of the key that can be asked again first when none is left', async () => {
    const { pool, clock } = poolWith();
    assert.deepEqual(pool.failed('acme', 'large', limited(9_000)), { otherKey: true, soonest: limited(9_000) });
    assert.deepEqual(pool.failed('acme#2', 'large', rejected), { otherKey: true, soonest: rejected });
    clock.advance(2_000);
    assert.deepEqual(pool.failed('acme#3', 'large', limited(60_000)), { otherKey: false, soonest: limited(7_000) });
  });

  it('asks with that one all the same', async () => {
    const { pool, choose } = poolWith();
    pool.failed('acme', 'large', limited(9_000));
    pool.failed('acme#2', 'large', limited(3_000));
    pool.failed('acme#3', 'large', limited(60_000));
    assert.equal(await choose(), 'acme#2');
  });

  it('says nothing of failures that are not a key\'s, or of an only key', () => {
    assert.equal(poolWith().pool.failed('acme', 'large', down), undefined);
    assert.equal(poolWith({ acme: 'one' }).pool.failed('acme', 'large', rejected), undefined);
  });

  it('forgets what happened once the key answers', async () => {
    const { pool, choose } = poolWith({ acme: 'one', 'acme#2': 'two' });
    await choose('a');
    pool.failed('acme', 'large', limited());
    pool.failed('acme', 'large', rejected);
    pool.succeeded('acme', 'large');
    assert.equal(await choose('a'), 'acme');
  });

  it('forgets it once the key is changed, and not that of another', async () => {
    const { pool } = poolWith();
    pool.failed('acme', 'large', rejected);
    pool.failed('acme', 'large', limited());
    pool.failed('acme#2', 'large', rejected);
    pool.forget('acme');
    assert.equal(pool.troubleOf('acme'), undefined);
    assert.equal(pool.troubleOf('acme#2'), 'keyRejected');
    assert.equal(pool.failed('acme#3', 'large', rejected)?.otherKey, true);
  });

  it('tells once that a key is set aside', () => {
    const { pool, setAside, clock } = poolWith();
    pool.failed('acme', 'large', rejected);
    pool.failed('acme', 'small', rejected);
    pool.failed('acme#2', 'small', noCredit);
    pool.failed('acme#3', 'small', limited());
    assert.deepEqual(setAside, ['acme keyRejected', 'acme#2 noCredit']);
    clock.advance(600_000);
    pool.failed('acme', 'large', rejected);
    assert.equal(setAside.length, 3);
  });

  it('passes over a key that was removed meanwhile', async () => {
    const { stored, choose } = poolWith({ acme: 'one', 'acme#2': 'two' });
    stored.delete('acme');
    assert.equal(await choose(), 'acme#2');
    stored.clear();
    assert.equal(await choose(), undefined);
  });

  it('takes a key for what is no question without a turn, one in trouble last', async () => {
    const { pool, choose } = poolWith({ acme: 'one', 'acme#2': 'two' });
    assert.deepEqual([await pool.any(acme), await pool.any(acme)], ['one', 'one']);
    pool.failed('acme', 'large', rejected);
    assert.equal(await pool.any(acme), 'two');
    assert.equal(await choose(), 'acme#2');
  });

  it('knows the keys of each provider by their numbers', () => {
    const { pool } = poolWith({ 'acme#10': 'x', 'acme#2': 'x', other: 'x', acme: 'x', 'home@localhost:8080#2': 'x' });
    assert.deepEqual(pool.namesOf(acme), ['acme', 'acme#2', 'acme#10']);
    assert.deepEqual(pool.namesOf({ id: 'home', keyName: 'home@localhost:8080' }), ['home@localhost:8080#2']);
    assert.deepEqual(pool.namesOf({ id: 'new' }), ['new']);
  });

  it('reads its own names', () => {
    for (const number of [1, 2, 37]) assert.equal(keyGroupOf(numberedKeyName({ id: 'home', keyName: 'home@localhost:8080' }, number)), 'home@localhost:8080');
  });
});
