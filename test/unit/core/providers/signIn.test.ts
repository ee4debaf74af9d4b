import assert from 'node:assert/strict';
import { canSignIn, type PendingSignIn, signInMs, type SignInProvider, type SignInTrouble } from '../../../../src/core/model/signIn';
import { builtInProviders } from '../../../../src/core/providers/definitions';
import { FakeSignIn } from '../../../support/fakeSignIn';
import { testApp } from '../../../support/testApp';

const broker = { id: 'broker', name: 'Broker', baseUrl: 'https://broker.example/v1', signIn: { authorizeUrl: 'https://app.broker.example/auth', exchangeUrl: 'https://broker.example/v1/auth/keys' } };

function signable(id: string, providers: readonly { readonly provider: SignInProvider | Parameters<typeof canSignIn>[0] }[]): SignInProvider {
  const provider = providers.map((state) => state.provider).find((one) => one.id === id);
  assert.ok(provider && canSignIn(provider));
  return provider;
}

/** An app with a broker of the person's own, and a sign-in that was begun. */
async function begun(settings: Readonly<Record<string, unknown>> = { 'demo.enabled': false, 'providers.custom': [broker] }) {
  const made = testApp({ settings });
  const provider = signable('broker', await made.app.providers());
  const pending = await made.app.signIns.begin(provider);
  return { ...made, provider, pending };
}

const signal = () => new AbortController().signal;

describe('beginning a sign-in', () => {
  it('sends the browser to the provider with a challenge that does not show the verifier', async () => {
    const { app, provider, pending } = await begun();
    const { url, returns } = app.signIns.page(provider, pending, `vscode://farthing.farthing/sign-in/broker?state=${pending.state}&windowId=3`);
    const page = new URL(url);
    assert.equal(`${page.origin}${page.pathname}`, 'https://app.broker.example/auth');
    assert.deepEqual([...page.searchParams], [['callback_url', `vscode://farthing.farthing/sign-in/broker?state=${pending.state}&windowId=3`], ['code_challenge', `hash-of-${pending.verifier}`], ['code_challenge_method', 'S256']]);
    assert.equal(returns, true);
    assert.ok(pending.verifier.length >= 43 && pending.state !== pending.verifier);
  });

  const callbacks: readonly [name: string, callback: string | undefined, returns: boolean][] = [
    ['a scheme of an editor', 'vscode-insiders://farthing.farthing/sign-in/openrouter?state=s', true],
    ['https at 443', 'https://vscode.dev/callback?vscode-reqid=1', true],
    ['https at 3000', 'https://code.example:3000/callback', true],
    ['https at another port', 'https://code.example:8443/callback', false],
    ['http on this machine', 'http://127.0.0.1:8080/callback', true],
    ['http elsewhere', 'http://code.example/callback', false],
    ['no address', undefined, false],
    ['half an address', '/callback', false],
  ];
  for (const [name, callback, returns] of callbacks) {
    it(`${returns ? 'lets OpenRouter return to' : 'has the code pasted from'} ${name}`, async () => {
      const { app, pending } = await begun();
      const openrouter = signable('openrouter', builtInProviders.map((provider) => ({ provider })));
      const page = app.signIns.page(openrouter, pending, callback);
      assert.equal(page.returns, returns);
      assert.equal(new URL(page.url).searchParams.get('callback_url'), returns ? callback : `http://localhost:3000/farthing?state=${pending.state}`);
    });
  }
});

describe('a callback', () => {
  const check = async (query: (pending: PendingSignIn) => string, expected: 'claimed' | SignInTrouble, change: (made: Awaited<ReturnType<typeof begun>>) => unknown = () => undefined) => {
    const made = await begun();
    await change(made);
    const claimed = await made.app.signIns.claim('broker', query(made.pending));
    assert.deepEqual(claimed.ok ? { code: claimed.value.code } : claimed.trouble, expected === 'claimed' ? { code: 'c0de-1' } : expected);
    return made;
  };
  const good = ({ state }: PendingSignIn) => `state=${state}&code=c0de-1`;

  it('is taken once', async () => {
    const { app, pending, signIn } = await check(good, 'claimed');
    assert.deepEqual(await app.signIns.claim('broker', good(pending)), { ok: false, trouble: { kind: 'unexpected', provider: 'broker' } });
    assert.equal(signIn.stored.size, 0);
  });

  it('is taken once when it comes twice at the same time', async () => {
    const { app, pending } = await begun();
    const claims = await Promise.all([app.signIns.claim('broker', good(pending)), app.signIns.claimPasted(pending, 'c0de-1')]);
    assert.deepEqual(claims.map(({ ok }) => ok), [true, false]);
  });

  it('may come with a second question mark', () => check(({ state }) => `state=${state}?code=c0de-1`, 'claimed'));
  it('may come with an escaped second question mark', () => check(({ state }) => `state=${state}%3Fcode%3Dc0de-1`, 'claimed'));
  it('says a thing once', () => check(({ state }) => `state=${state}&code=c0de-1&code=other&state=other`, 'claimed'));
  it('may come at the last moment', () => check(good, 'claimed', ({ clock }) => clock.advance(signInMs)));
  it('is refused a moment later', () => check(good, { kind: 'expired', provider: 'broker' }, ({ clock }) => clock.advance(signInMs + 1)));
  it('is refused with another state, and the sign-in goes on', async () => {
    const { app, pending } = await check(() => 'state=another&code=c0de-1', { kind: 'unexpected', provider: 'broker' });
    assert.equal((await app.signIns.claim('broker', good(pending))).ok, true);
  });
  it('is refused without a state', () => check(() => 'code=c0de-1', { kind: 'unexpected', provider: 'broker' }));
  it('is refused when a newer sign-in took its place', () => check(good, { kind: 'unexpected', provider: 'broker' }, ({ app, provider }) => app.signIns.begin(provider)));
  it('is refused when the provider is another by now', () =>
    check(good, { kind: 'unexpected' }, ({ app }) => app.applySettings({ ...app.settings(), 'providers.custom': [{ ...broker, baseUrl: 'https://evil.example/v1', signIn: { ...broker.signIn, exchangeUrl: 'https://evil.example/keys' } }] })));
  it('tells a refusal of the person', () => check(({ state }) => `state=${state}&error=access_denied`, { kind: 'refused', provider: 'broker' }));
  it('tells another refusal in its words', () => check(({ state }) => `state=${state}&error=server_error`, { kind: 'refused', provider: 'broker', detail: 'server_error' }));
  it('tells that there is no code', () => check(({ state }) => `state=${state}`, { kind: 'noCode', provider: 'broker' }));
  it('tells that the code is none', () => check(({ state }) => `state=${state}&code=a b`, { kind: 'noCode', provider: 'broker' }));

  it('is refused for a provider that nobody signs in to', async () => {
    const { app, pending } = await begun();
    assert.deepEqual(await app.signIns.claim('openai', good(pending)), { ok: false, trouble: { kind: 'unexpected', provider: 'openai' } });
    assert.deepEqual(await app.signIns.claim('../x', good(pending)), { ok: false, trouble: { kind: 'unexpected' } });
  });

  it('is refused when what was stored is damaged', async () => {
    const { app, pending, signIn } = await begun();
    for (const text of ['', '{', '[]', JSON.stringify({ ...pending, verifier: 'short' })]) {
      signIn.stored.set('broker', text);
      assert.equal((await app.signIns.claim('broker', good(pending))).ok, false, text);
    }
  });

  it('may be pasted as an address or as the code alone', async () => {
    for (const paste of [(state: string) => ` http://localhost:3000/farthing?state=${state}&code=c0de-1\n`, () => 'c0de-1']) {
      const { app, pending } = await begun();
      const claimed = await app.signIns.claimPasted(pending, paste(pending.state));
      assert.equal(claimed.ok && claimed.value.code, 'c0de-1');
    }
  });
  it('is refused when a pasted address is of another sign-in', async () => {
    const { app, pending } = await begun();
    assert.equal((await app.signIns.claimPasted(pending, 'http://localhost:3000/farthing?state=other&code=c0de-1')).ok, false);
  });
});

describe('finishing a sign-in', () => {
  const key = 'broker-key-0123456789';
  const finish = async (change: (made: Awaited<ReturnType<typeof begun>>) => unknown, stop = signal()) => {
    const made = await begun();
    made.signIn.replies.push({ ok: true, value: key });
    await change(made);
    const claimed = await made.app.signIns.claim('broker', `state=${made.pending.state}&code=c0de-1`);
    assert.ok(claimed.ok);
    return { ...made, result: await made.app.signIns.finish(claimed.value, stop) };
  };
  const keyName = 'broker@broker.example';

  it('sends code and verifier to the exchange and stores the key that was checked', async () => {
    const { result, signIn, stored, pending, logged } = await finish(({ wire }) => (wire.keyCheck = { ok: true, note: '$3.00 left' }));
    assert.deepEqual(signIn.exchanged, [{ provider: 'broker', url: broker.signIn.exchangeUrl, code: 'c0de-1', verifier: pending.verifier }]);
    assert.deepEqual(result.ok && [result.value.provider.id, result.value.checked, result.value.note], ['broker', true, '$3.00 left']);
    assert.equal(stored.get(keyName), key);
    for (const secret of [key, 'c0de-1', pending.verifier]) assert.equal(logged.join('\n').includes(secret), false);
  });
  it('stores nothing when the exchange fails', async () => {
    const trouble: SignInTrouble = { kind: 'codeRefused', provider: 'broker', detail: 'too late' };
    const { result, stored } = await finish(({ signIn }) => signIn.replies.splice(0, 1, { ok: false, trouble }));
    assert.deepEqual([result, stored.size], [{ ok: false, trouble }, 0]);
  });
  it('stores nothing when the provider refuses its own key', async () => {
    const failure = { kind: 'keyRejected', provider: 'broker' } as const;
    const { result, stored } = await finish(({ wire }) => (wire.keyCheck = { ok: false, failure }));
    assert.deepEqual([result, stored.size], [{ ok: false, trouble: { kind: 'failed', provider: 'broker', failure } }, 0]);
  });
  it('keeps a key that cannot be checked now', async () => {
    const { result, stored } = await finish(({ wire }) => (wire.keyCheck = { ok: false, failure: { kind: 'offline', provider: 'broker' } }));
    assert.deepEqual([result.ok && result.value.checked, stored.get(keyName)], [false, key]);
  });
  it('stores nothing once it is stopped', async () => {
    const stop = new AbortController();
    stop.abort();
    const { result, stored } = await finish(() => undefined, stop.signal);
    assert.deepEqual([!result.ok && result.trouble, stored.size], [{ kind: 'failed', provider: 'broker', failure: { kind: 'cancelled' } }, 0]);
  });
});

describe('two windows', () => {
  it('finish each other\'s sign-ins, and forget only their own', async () => {
    const { app, pending, signIn, provider } = await begun();
    assert.equal(await app.signIns.isPending(pending), true);
    const newer = await app.signIns.begin(provider);
    await app.signIns.forget(pending);
    assert.equal(await app.signIns.isPending(newer), true);
    const told: string[] = [];
    app.signIns.onChange((id) => told.push(id));
    await app.signIns.forget(newer);
    assert.deepEqual([told, signIn.stored.size], [['broker'], 0]);
  });
});

describe('the fake sign-in', () => {
  it('throws for what was not scripted', () => assert.rejects(async () => new FakeSignIn().exchange({ provider: 'a', url: 'b', code: 'c', verifier: 'd' }, signal()), /scripted/));
});
