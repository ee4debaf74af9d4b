import assert from 'node:assert/strict';
import { testApp } from '../../support/testApp';

const at = (baseUrl: string, name = 'Mine') => ({ id: 'mine', name, baseUrl, auth: 'none' });

describe('a server of one’s own whose setting changes', () => {
  const check = async (entry: ReturnType<typeof at>, expected: readonly string[]) => {
    const { app, wire } = testApp({ settings: { 'demo.enabled': false, 'providers.custom': [at('https://one.example/v1')] } });
    wire.models = [{ id: 'of-one' }];
    assert.deepEqual((await app.models()).map(({ id }) => id), ['mine/of-one']);
    wire.models = [{ id: 'of-two' }];
    app.applySettings({ ...app.settings(), 'providers.custom': [entry] });
    assert.deepEqual((await app.models()).map(({ id }) => id), expected);
  };
  it('is asked for its models at another host', () => check(at('https://two.example/v1'), ['mine/of-two']));
  it('is asked for its models at another path', () => check(at('https://one.example/v2'), ['mine/of-two']));
  it('is not asked again for another name', () => check(at('https://one.example/v1', 'Ours'), ['mine/of-one']));
});
