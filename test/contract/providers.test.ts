import assert from 'node:assert/strict';
import { type Endpoint, type ProviderDefinition, wireFor } from '../../src/core/model/provider';
import { azureProvider } from '../../src/core/providers/azureProvider';
import { builtInProviders, demoProvider, openAiCompatible } from '../../src/core/providers/definitions';
import { type KeyedWireName, dialects } from '../support/dialects';
import { FaultServer } from '../support/faultServer';
import { chunk, doneChunk, fakeKey, listen, requestTo } from '../support/wireFixtures';

const custom = openAiCompatible({ id: 'custom', name: 'Custom', baseUrl: 'https://custom.example/v1', auth: 'bearer', local: false });

const azure = azureProvider({ id: 'azure', endpoint: 'https://azure.example', deployments: { plain: 'gpt-4.1', thinks: 'gpt-5-mini' } });
assert.ok(azure.ok);
const resource = azure.value.definition;

/** A model of each protocol that a provider's models are asked in. */
const asked: readonly (readonly [provider: ProviderDefinition, model: string])[] = [
  ...[...builtInProviders, demoProvider, custom].map((provider) => [provider, 'm'] as const),
  ...builtInProviders.filter(({ id }) => id === 'openai').map((provider) => [provider, 'gpt-5-mini'] as const),
  [resource, 'plain'],
  [resource, 'thinks'],
];

/** Every provider × every behaviour. To add a provider to the product is to add a row here, and the row is its definition. */
describe('every provider', () => {
  const server = new FaultServer();
  before(() => server.start());
  after(() => server.stop());
  beforeEach(() => server.reset());

  for (const [provider, asks] of asked) {
    const name = wireFor(provider, asks);
    if (name === 'ollama' || name === 'editorModel') continue;
    describe(asks === 'm' ? provider.id : `${provider.id}, ${asks}`, () => {
      const dialect = dialects[name];
      const { wire } = dialect;
      // The path of the real base URL, at our server.
      const endpoint = (): Endpoint => ({ provider, baseUrl: server.url + new URL(provider.baseUrl).pathname.replace(/\/$/, '') });
      const answers = (reply: string) => server.script({ do: 'head', status: 200, headers: { 'content-type': 'text/event-stream' } }, { do: 'send', data: reply }, { do: 'end' });

      it('is asked as its definition says', async () => {
        answers(dialect.text(['Hi']));
        const { final, text } = await listen(wire, requestTo(endpoint(), { model: asks, effort: 'low', maxOutputTokens: 77 }));
        assert.deepEqual([text, final?.type], ['Hi', 'end']);
        const [seen] = server.requests;
        assert.equal(seen?.path, `${new URL(endpoint().baseUrl).pathname.replace(/^\/$/, '')}${dialect.path}`);
        assert.equal(seen?.headers.authorization, provider.auth === 'bearer' ? `Bearer ${fakeKey}` : undefined);
        assert.equal(seen?.headers['x-api-key'], provider.auth === 'xApiKey' ? fakeKey : undefined);
        assert.equal(seen?.headers['api-key'], provider.auth === 'apiKey' ? fakeKey : undefined);
        const { model, stream, ...rest } = JSON.parse(seen?.body ?? '{}');
        assert.deepEqual({ model, stream }, { model: `${asks}${provider.modelSuffix ?? ''}`, stream: true });
        assert.deepEqual(rest, { ...provider.extraBody, [name === 'openaiResponses' ? 'max_output_tokens' : provider.outputLimitField]: 77, ...ownFields[name](provider) });
      });

      if (name === 'openaiChat') {
        // The other wires have one way to count it.
        it('has its reasoning charged once', async () => {
          answers(chunk({ content: 'Hi' }) + chunk({}, 'stop', { usage: { prompt_tokens: 10, completion_tokens: 50, completion_tokens_details: { reasoning_tokens: 40 } } }) + doneChunk);
          const { final } = await listen(wire, requestTo(endpoint()));
          assert.partialDeepStrictEqual(final, { type: 'end', usage: { inputTokens: 10, outputTokens: provider.reasoningTokensIncluded ? 50 : 90, reasoningTokens: 40 } });
        });
      }

      it('has its tool calls read', async () => {
        const call = { id: 'a', name: 'f', arguments: '{}' };
        answers(dialect.toolCalls([call]));
        const { final } = await listen(wire, requestTo(endpoint(), { tools: [{ name: 'f', description: '', parameters: { type: 'object' } }] }));
        assert.partialDeepStrictEqual(final, { type: 'end', stop: 'toolCalls', toolCalls: [call] });
      });

      for (const [status, kind] of [
        [401, 'keyRejected'],
        [402, 'noCredit'],
        [429, 'rateLimited'],
        [500, 'providerDown'],
      ] as const) {
        it(`is ${kind} at ${status}`, async () => {
          server.script({ do: 'head', status }, { do: 'end' });
          const { final } = await listen(wire, requestTo(endpoint()));
          assert.partialDeepStrictEqual(final, { type: 'failed', failure: { kind, provider: provider.id } });
        });
      }

      it('has its key checked', async () => {
        server.script({ do: 'head', status: 200 }, { do: 'send', data: '{"data":[]}' }, { do: 'end' });
        assert.deepEqual(await wire.checkKey(endpoint(), fakeKey, new AbortController().signal), { ok: true });
        assert.equal(server.requests[0]?.method, 'GET');
      });

      if (provider.modelsPath === undefined) return;
      it('has its models listed', async () => {
        server.script({ do: 'head', status: 200 }, { do: 'send', data: '{"data":[{"id":"a"}]}' }, { do: 'end' });
        assert.deepEqual(await wire.listModels(endpoint(), fakeKey, new AbortController().signal), [{ id: 'a' }]);
      });
    });
  }
});

/** What else a body holds, of a request with one message, effort `low` and a model nobody knows. */
const ownFields: Readonly<Record<KeyedWireName, (provider: ProviderDefinition) => object>> = {
  openaiChat: (provider) => ({ messages: [{ role: 'user', content: 'hi' }], ...(provider.streamUsage ? { stream_options: { include_usage: true } } : {}), ...effort(provider) }),
  openaiResponses: () => ({ input: [{ role: 'user', content: 'hi' }], store: false, reasoning: { effort: 'low' } }),
  anthropicMessages: () => ({ messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }] }),
};

function effort(provider: ProviderDefinition): object {
  if (provider.effortField === 'none') return {};
  return provider.effortField === 'reasoning_effort' ? { reasoning_effort: 'low' } : { reasoning: { effort: 'low' } };
}
