import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import { unexpected } from '../../../src/core/model/failure';
import { machineToken, secretKeys, secretSignIns } from '../../../src/vscode/secretKeys';

/** The editor's secret storage, in memory, with a lock on it. */
function lockedStorage() {
  const stored = new Map([['farthing.key.openai', 'stored'], ['another.extension', 'x']]);
  const state = { locked: true };
  const listeners = new Set<(event: vscode.SecretStorageChangeEvent) => unknown>();
  const opened = async <Result>(work: () => Result): Promise<Result> => {
    if (state.locked) throw new Error('Cannot get secret of a locked object');
    return work();
  };
  const secrets: vscode.SecretStorage = {
    keys: () => opened(() => [...stored.keys()]),
    get: (key) => opened(() => stored.get(key)),
    store: (key, value) => opened(() => {
      stored.set(key, value);
      for (const listener of listeners) listener({ key });
    }),
    delete: (key) => opened(() => void stored.delete(key)),
    onDidChange: (listener) => {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
  };
  return { secrets, stored, state };
}

describe('secretKeys', () => {
  it('tells a store that does not open as a failure of its own', async () => {
    const keys = secretKeys(lockedStorage().secrets);
    for (const work of [keys.list(), keys.get('openai')]) {
      const failure = await work.then(() => undefined, unexpected);
      assert.deepEqual(failure, { kind: 'keysUnavailable', detail: 'Cannot get secret of a locked object' });
    }
  });

  it('keeps a key that is set meanwhile until the window closes, and says so', async () => {
    const { secrets, stored } = lockedStorage();
    let told = 0;
    const changed: string[] = [];
    const keys = secretKeys(secrets, () => (told += 1));
    keys.onChange((name) => changed.push(name));
    await keys.set('groq', 'for now');
    assert.deepEqual([await keys.get('groq'), await keys.list(), told, changed], ['for now', ['groq'], 1, ['groq']]);
    assert.equal(stored.has('farthing.key.groq'), false);
    await keys.delete('groq');
    await assert.rejects(keys.list());
    assert.deepEqual(changed, ['groq', 'groq']);
  });

  it('stores keys once it opens, and forgets the one in memory', async () => {
    const { secrets, stored, state } = lockedStorage();
    const keys = secretKeys(secrets);
    await keys.set('groq', 'for now');
    state.locked = false;
    assert.deepEqual(await keys.list(), ['openai', 'groq']);
    await keys.set('groq', 'for good');
    assert.equal(stored.get('farthing.key.groq'), 'for good');
    assert.equal(await keys.get('groq'), 'for good');
    assert.equal(await keys.get('openai'), 'stored');
  });
});

describe('secretSignIns', () => {
  it('are kept beside the keys and are none of them', async () => {
    const { secrets, stored, state } = lockedStorage();
    state.locked = false;
    const signIns = secretSignIns(secrets);
    await signIns.set('broker', 'text');
    assert.deepEqual([await signIns.get('broker'), stored.get('farthing.signIn.broker'), await secretKeys(secrets).list()], ['text', 'text', ['openai']]);
    await signIns.delete('broker');
    assert.deepEqual([await signIns.get('broker'), stored.has('farthing.signIn.broker')], [undefined, false]);
  });

  it('are kept in memory where the store does not open, and can be finished', async () => {
    const { secrets, stored } = lockedStorage();
    const signIns = secretSignIns(secrets);
    await signIns.set('broker', 'text');
    assert.deepEqual([await signIns.get('broker'), stored.has('farthing.signIn.broker')], ['text', false]);
    await signIns.delete('broker');
    await assert.rejects(signIns.get('broker'), /locked/);
  });
});

describe('the token of this machine', () => {
  it('is made once, of 256 random bits, and is no key of a provider', async () => {
    const { secrets, stored, state } = lockedStorage();
    state.locked = false;
    const token = await machineToken(secrets).get();
    assert.match(token, /^farthing-[\w-]{43}$/);
    assert.equal(await machineToken(secrets).get(), token);
    assert.deepEqual([...stored.values()].filter((value) => value === token).length, 1);
    assert.deepEqual(await secretKeys(secrets).list(), ['openai']);
  });

  it('is the other window\'s when both make one at the same time', async () => {
    const { secrets, stored, state } = lockedStorage();
    state.locked = false;
    const tokens = await Promise.all([machineToken(secrets).get(), machineToken(secrets).get()]);
    assert.equal(tokens[0], tokens[1]);
    assert.ok([...stored.values()].includes(tokens[0]));
  });

  it('is another after it was renewed, and whoever listens hears of that alone', async () => {
    const { secrets, state } = lockedStorage();
    state.locked = false;
    const token = machineToken(secrets);
    const before = await token.get();
    let heard = 0;
    const stop = token.onChange(() => (heard += 1));
    await token.renew();
    const after = await machineToken(secrets).get();
    assert.match(after, /^farthing-[\w-]{43}$/);
    assert.notEqual(after, before);
    await secretKeys(secrets).set('openai', 'x');
    assert.equal(heard, 1);
    stop();
    await token.renew();
    assert.equal(heard, 1);
  });

  it('is none while the store does not open', async () => {
    await assert.rejects(machineToken(lockedStorage().secrets).get(), { name: 'KeysUnavailable' });
  });
});
