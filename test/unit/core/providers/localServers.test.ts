import assert from 'node:assert/strict';
import { customProvider } from '../../../../src/core/providers/customProvider';
import { findServers, type ServerReply } from '../../../../src/core/providers/localServers';

/** Replies by port; nobody answers anywhere else. */
const answering = (replies: Readonly<Record<string, ServerReply>>) => (definition: { readonly baseUrl: string }) => Promise.resolve(replies[new URL(definition.baseUrl).port]);

describe('findServers', () => {
  it('finds what answers with models, and what wants a key first', async () => {
    const found = await findServers(answering({ '1234': { models: ['a', 'b'] }, '8080': { models: [] }, '4000': 'wantsKey' }), []);
    assert.deepEqual(found, [
      { entry: { id: 'lm-studio', name: 'LM Studio', baseUrl: 'http://127.0.0.1:1234/v1', auth: 'none', free: true }, models: ['a', 'b'] },
      { entry: { id: 'llama-cpp', name: 'llama.cpp', baseUrl: 'http://127.0.0.1:8080/v1', auth: 'none', free: true }, models: [] },
      { entry: { id: 'litellm', name: 'LiteLLM', baseUrl: 'http://127.0.0.1:4000/v1', auth: 'bearer' }, models: [] },
    ]);
    for (const { entry } of found) assert.ok(customProvider(entry).ok, 'it is an entry that the settings take');
  });

  it('does not ask where something is set up already, however it is written', async () => {
    const asked: string[] = [];
    await findServers(
      async ({ baseUrl }) => {
        asked.push(baseUrl);
        return undefined;
      },
      [{ id: 'a', baseUrl: 'http://localhost:1234/v1' }, { id: 'b', baseUrl: 'http://[::1]:8000' }, { id: 'c', baseUrl: 'https://far.example:8080/v1' }],
    );
    assert.ok(!asked.some((url) => /:1234|:8000/.test(url)));
    assert.ok(asked.some((url) => url.includes(':8080')), 'that port of another machine is another server');
  });

  it('takes an id that nobody has', async () => {
    const [found] = await findServers(answering({ '1234': { models: [] } }), [{ id: 'lm-studio', baseUrl: 'https://far.example/v1' }, { id: 'lm-studio-2', baseUrl: 'https://farther.example/v1' }]);
    assert.equal(found?.entry.id, 'lm-studio-3');
  });

  it('is free only on this machine', () => {
    const read = customProvider({ id: 'mine', baseUrl: 'https://far.example/v1', free: true }, 'farthing.providers.custom[0]');
    assert.deepEqual(read, { ok: false, problems: [{ field: 'farthing.providers.custom[0].free', message: 'is only for a server on this machine; give its prices in farthing.prices' }] });
    const here = customProvider({ id: 'mine', baseUrl: 'http://127.0.0.1:1/v1', free: true });
    assert.ok(here.ok && here.value.definition.free);
  });
});
