import assert from 'node:assert/strict';
import { keyNameOf, traitsOf, wireFor } from '../../../../src/core/model/provider';
import { azureProvider, azureProviders } from '../../../../src/core/providers/azureProvider';
import { ownServers } from '../../../../src/core/providers/ownServers';

const whole = { id: 'work', endpoint: 'https://work.openai.azure.com', deployments: { fast: 'gpt-5-mini', old: 'gpt-35-turbo', coder: 'gpt-5.3-codex', plain: 'gpt-4.1' } };
const dated = { ...whole, apiVersion: '2024-10-21', deployments: { fast: 'gpt-5-mini', plain: 'gpt-4.1' } };

function definitionOf(entry: object) {
  const read = azureProvider(entry);
  assert.ok(read.ok, JSON.stringify(read));
  return read.value.definition;
}

describe('azureProvider', () => {
  it('reads a resource with its v1 interface', () => {
    const definition = definitionOf(whole);
    assert.deepEqual(
      [definition.name, definition.baseUrl, definition.auth, definition.keyCheckPath, definition.chatPath, definition.modelsPath, definition.local, keyNameOf(definition)],
      ['Azure OpenAI (work)', 'https://work.openai.azure.com/openai/v1', 'apiKey', '/models', undefined, undefined, false, 'work@work.openai.azure.com'],
    );
    assert.deepEqual(
      ['fast', 'old', 'coder', 'plain', 'unknown'].map((deployment) => wireFor(definition, deployment)),
      ['openaiResponses', 'openaiChat', 'openaiResponses', 'openaiChat', 'openaiChat'],
    );
  });

  it('reads a dated version, which has the deployment in its path', () => {
    const definition = definitionOf(dated);
    assert.deepEqual(
      [definition.baseUrl, definition.keyCheckPath, definition.chatPath, definition.effortWithTools],
      ['https://work.openai.azure.com/openai', '/models?api-version=2024-10-21', '/deployments/{model}/chat/completions?api-version=2024-10-21', false],
    );
    assert.deepEqual(['fast', 'plain'].map((deployment) => [wireFor(definition, deployment), traitsOf(definition, deployment)?.outputLimitField]), [
      ['openaiChat', 'max_completion_tokens'],
      ['openaiChat', undefined],
    ]);
  });

  it('knows each deployment by its model', () => {
    const read = azureProvider(whole);
    assert.deepEqual(read.ok && read.value.models, [
      { id: 'fast', model: 'gpt-5-mini' },
      { id: 'old', model: 'gpt-3.5-turbo' },
      { id: 'coder', model: 'gpt-5.3-codex' },
      { id: 'plain', model: 'gpt-4.1' },
    ]);
  });

  it('waits for a pro model as long as OpenAI’s own is waited for', () => {
    const definition = definitionOf({ ...whole, deployments: { best: 'gpt-5-pro' } });
    const traits = traitsOf(definition, 'best');
    assert.deepEqual([traits?.streams, traits?.firstTokenMs, traitsOf(definition, 'gpt-5-pro')], [false, 600_000, undefined]);
  });

  const kept: readonly (readonly [string, object, string])[] = [
    ['a slash at the end', { endpoint: 'https://work.openai.azure.com/' }, 'https://work.openai.azure.com/openai/v1'],
    ['the older host', { endpoint: 'https://west.api.cognitive.microsoft.com' }, 'https://west.api.cognitive.microsoft.com/openai/v1'],
    ['a gateway with a path', { endpoint: 'https://gateway.example/azure' }, 'https://gateway.example/azure/openai/v1'],
    ['v1 by its name', { apiVersion: 'v1' }, 'https://work.openai.azure.com/openai/v1'],
    ['a preview', { apiVersion: '2025-04-01-preview', deployments: { a: 'gpt-4o' } }, 'https://work.openai.azure.com/openai'],
  ];
  for (const [name, change, baseUrl] of kept) it(`takes ${name}`, () => assert.equal(definitionOf({ ...whole, ...change }).baseUrl, baseUrl));

  const refused: readonly (readonly [string, object, string, RegExp])[] = [
    ['plain http', { endpoint: 'http://work.openai.azure.com' }, 'resource.endpoint', /https/],
    ['no address', { endpoint: 'work' }, 'resource.endpoint', /whole URL/],
    ['a path of the interface', { endpoint: 'https://work.openai.azure.com/openai/v1' }, 'resource.endpoint', /before \/openai/],
    ['a deployment’s address', { endpoint: 'https://work.openai.azure.com/openai/deployments/x' }, 'resource.endpoint', /before \/openai/],
    ['a key in the address', { endpoint: 'https://me:secret@work.openai.azure.com' }, 'resource.endpoint', /user name/],
    ['a query', { endpoint: 'https://work.openai.azure.com?api-key=secret' }, 'resource.endpoint', /query/],
    ['the id of a built-in provider', { id: 'openai' }, 'resource.id', /built-in/],
    ['a version of another form', { apiVersion: 'latest' }, 'resource.apiVersion', /v1/],
    ['no deployment', { deployments: {} }, 'resource.deployments', /at least one/],
    ['a deployment that is a path', { deployments: { '../x': 'gpt-4o' } }, 'resource.deployments.../x', /letters|key/i],
    ['a model that is no text', { deployments: { x: 5 } }, 'resource.deployments.x', /string/],
    ['a field nobody knows', { key: 'secret' }, 'resource', /key/],
    ['a codex model at a dated version', { apiVersion: '2024-10-21' }, 'resource.deployments.coder', /gpt-5.3-codex answers only where apiVersion is v1/],
  ];
  for (const [name, change, field, message] of refused) {
    it(`refuses ${name}, by its field`, () => {
      const read = azureProvider({ ...whole, ...change });
      assert.ok(!read.ok);
      assert.equal(read.problems[0]?.field, field);
      assert.match(read.problems[0].message, message);
      assert.doesNotMatch(JSON.stringify(read.problems), /secret@|=secret/);
    });
  }

  it('keeps the good beside the bad', () => {
    const { providers, problems } = azureProviders([whole, { ...whole, id: 'x' }, whole, { ...dated, id: 'mine' }], new Set(['mine']));
    assert.deepEqual([providers.map(({ definition }) => definition.id), problems.map(({ field }) => field)], [['work'], ['farthing.providers.azure[1].id', 'farthing.providers.azure[2].id', 'farthing.providers.azure[3].id']]);
  });
});

describe('ownServers', () => {
  it('are those of both settings; an id counts once', () => {
    const { providers, problems } = ownServers({ 'providers.custom': [{ id: 'mine', baseUrl: 'https://models.example/v1', models: ['a'] }], 'providers.azure': [whole, { ...whole, id: 'mine' }] });
    assert.deepEqual([providers.map(({ definition, models }) => [definition.id, models[0]]), problems], [
      [
        ['mine', { id: 'a' }],
        ['work', { id: 'fast', model: 'gpt-5-mini' }],
      ],
      [{ field: 'farthing.providers.azure[1].id', message: '"mine" is already used above' }],
    ]);
  });

  it('may be none', () => assert.deepEqual(ownServers({ 'providers.custom': undefined, 'providers.azure': undefined }), { providers: [], problems: [] }));
});
