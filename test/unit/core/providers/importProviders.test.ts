import assert from 'node:assert/strict';
import type { ImportStep } from '../../../../src/core/model/importStep';
import { readImport } from '../../../../src/core/providers/importProviders';

/** Steps of one profile as Roo Code exports it. Its key must be in none of them. */
function roo(name: string, profile: Readonly<Record<string, unknown>>, ...expected: readonly ImportStep[]): void {
  it(`Roo Code: ${name}`, () => check({ providerProfiles: { currentApiConfigName: 'Work', apiConfigs: { Work: { id: 'a1b2', openRouterApiKey: secret, openAiApiKey: secret, apiKey: secret, ...profile } } }, globalSettings: { mode: 'code' } }, 'Roo Code', expected));
}

/** Steps of the models that Continue's configuration lists. */
function config(name: string, models: readonly Readonly<Record<string, unknown>>[], ...expected: readonly ImportStep[]): void {
  it(`Continue: ${name}`, () => check({ name: 'Local', version: '1.0.0', schema: 'v1', models: models.map((model) => ({ apiKey: secret, roles: ['chat'], ...model })) }, 'Continue', expected));
}

const secret = 'not-a-real-key';

function check(value: unknown, from: string, expected: readonly ImportStep[]): void {
  const read = readImport(value, ['mine']);
  assert.ok(read.ok);
  assert.equal(read.from, from);
  assert.deepEqual(read.steps, expected);
  assert.ok(!JSON.stringify(read).includes(secret));
}

describe('readImport', () => {
  roo('a built-in provider', { apiProvider: 'openrouter', openRouterModelId: 'a/b' }, { kind: 'builtIn', provider: 'openrouter' });
  roo('one by another name', { apiProvider: 'openai-native' }, { kind: 'builtIn', provider: 'openai' });
  roo('Gemini', { apiProvider: 'gemini' }, { kind: 'builtIn', provider: 'google' });
  roo('a built-in provider with its own address written out', { apiProvider: 'deepseek', deepSeekBaseUrl: 'https://api.deepseek.com/v1' }, { kind: 'builtIn', provider: 'deepseek' });
  roo('a built-in provider behind a proxy', { apiProvider: 'openrouter', openRouterBaseUrl: 'https://proxy.example/v1' }, { kind: 'server', host: 'proxy.example', entry: { id: 'work', name: 'Work', baseUrl: 'https://proxy.example/v1' } });
  roo('Anthropic behind a proxy', { apiProvider: 'anthropic', anthropicBaseUrl: 'https://proxy.example' }, { kind: 'skipped', name: 'Work', why: 'Anthropic at another address than its own cannot be added' });
  roo('an OpenAI-compatible server', { apiProvider: 'openai', openAiBaseUrl: 'https://llm.example/v1/', openAiModelId: 'big' }, { kind: 'server', host: 'llm.example', entry: { id: 'work', name: 'Work', baseUrl: 'https://llm.example/v1', models: ['big'] } });
  roo('an address that a key must not travel to', { apiProvider: 'openai', openAiBaseUrl: 'http://llm.example/v1' }, { kind: 'skipped', name: 'Work', why: 'its address must use https, because a key would travel unprotected; http is only for this machine' });
  roo('no address at all', { apiProvider: 'openai' }, { kind: 'skipped', name: 'Work', why: '"openai-compatible" is not a provider known here; add it as a server of your own, or by a plug-in' });
  roo('Azure', { apiProvider: 'openai', openAiUseAzure: true, openAiBaseUrl: 'https://res.openai.azure.com/openai', openAiModelId: 'gpt', azureApiVersion: '2025-01-01' }, { kind: 'azure', host: 'res.openai.azure.com', entry: { id: 'azure-res', endpoint: 'https://res.openai.azure.com', apiVersion: '2025-01-01', deployments: { gpt: 'gpt' } } });
  roo('LM Studio where it usually is', { apiProvider: 'lmstudio', lmStudioModelId: 'small' }, { kind: 'server', host: 'localhost:1234', entry: { id: 'lm-studio', name: 'LM Studio', baseUrl: 'http://localhost:1234/v1', auth: 'none', models: ['small'] } });
  roo('LM Studio without the version in its address', { apiProvider: 'lmstudio', lmStudioBaseUrl: 'http://127.0.0.1:9999' }, { kind: 'server', host: '127.0.0.1:9999', entry: { id: 'lm-studio', name: 'LM Studio', baseUrl: 'http://127.0.0.1:9999/v1', auth: 'none' } });
  roo('LiteLLM, which asks for a key', { apiProvider: 'litellm' }, { kind: 'server', host: 'localhost:4000', entry: { id: 'litellm', name: 'LiteLLM', baseUrl: 'http://localhost:4000/v1' } });
  roo('Ollama', { apiProvider: 'ollama', ollamaBaseUrl: 'http://localhost:11434' }, { kind: 'ollama' });
  roo('Ollama elsewhere', { apiProvider: 'ollama', ollamaBaseUrl: 'http://gpu.example:11434' }, { kind: 'skipped', name: 'Work', why: 'Ollama is asked on this machine and its usual port only' });
  roo('the models of the editor', { apiProvider: 'vscode-lm' }, { kind: 'editorModels' });
  roo('a provider nobody knows', { apiProvider: 'bedrock' }, { kind: 'skipped', name: 'Work', why: '"bedrock" is not a provider known here; add it as a server of your own, or by a plug-in' });
  roo('fields of another kind than they should have', { apiProvider: 7, openAiBaseUrl: ['x'] }, { kind: 'skipped', name: 'Work', why: 'it names no provider' });

  config('built-in providers, each once', [{ name: 'A', provider: 'openai', model: 'gpt' }, { name: 'B', provider: 'openai', model: 'gpt-mini' }, { name: 'C', provider: 'xAI', model: 'grok' }], { kind: 'builtIn', provider: 'openai' }, { kind: 'builtIn', provider: 'xai' });
  config('models of one server, together', [{ name: 'One', provider: 'vllm', model: 'a' }, { name: 'Two', provider: 'vllm', model: 'b' }], { kind: 'server', host: 'localhost:8000', entry: { id: 'vllm', name: 'vLLM', baseUrl: 'http://localhost:8000/v1', auth: 'none', models: ['a', 'b'] } });
  config('a server that lists its own models', [{ name: 'One', provider: 'lmstudio', model: 'AUTODETECT' }, { name: 'Two', provider: 'lmstudio', model: 'b' }], { kind: 'server', host: 'localhost:1234', entry: { id: 'lm-studio', name: 'LM Studio', baseUrl: 'http://localhost:1234/v1', auth: 'none' } });
  config('two servers of one name', [{ name: 'Mine', provider: 'openai', model: 'a', apiBase: 'https://one.example/v1' }, { name: 'Mine!', provider: 'openai', model: 'b', apiBase: 'https://two.example/v1' }],
    { kind: 'server', host: 'one.example', entry: { id: 'mine-2', name: 'Mine', baseUrl: 'https://one.example/v1', models: ['a'] } },
    { kind: 'server', host: 'two.example', entry: { id: 'mine-3', name: 'Mine!', baseUrl: 'https://two.example/v1', models: ['b'] } });
  config('Azure', [{ provider: 'azure', model: 'gpt-4o', apiBase: 'https://res.openai.azure.com', env: { apiVersion: '2024-06-01', deployment: 'dep' } }, { provider: 'azure', model: 'o1', apiBase: 'https://res.openai.azure.com', env: { apiVersion: '2024-06-01', deployment: 'dep2' } }],
    { kind: 'azure', host: 'res.openai.azure.com', entry: { id: 'azure-res', endpoint: 'https://res.openai.azure.com', apiVersion: '2024-06-01', deployments: { dep: 'gpt-4o', dep2: 'o1' } } });
  config('a name that no id can be made of', [{ name: '模型', provider: 'openai', apiBase: 'https://x.example' }], { kind: 'server', host: 'x.example', entry: { id: 'server', name: '模型', baseUrl: 'https://x.example' } });
  config('a provider named like a field of every object', [{ name: 'Mine', provider: 'constructor', apiBase: 'http://127.0.0.1:9/v1' }], { kind: 'server', host: '127.0.0.1:9', entry: { id: 'mine-2', name: 'Mine', baseUrl: 'http://127.0.0.1:9/v1' } });
  config('none', []);

  it('takes the first 500 of a file made to take long', () => {
    const profiles = Array.from({ length: 20_000 }, (_, index) => ({ apiProvider: 'openai', openAiBaseUrl: `https://host-${index}.example` }));
    const read = readImport({ apiConfigs: { ...profiles } }, []);
    assert.equal(read.ok && read.steps.length, 500);
  });

  for (const value of [null, 'text', [], {}, { models: 'none' }, { providerProfiles: {} }]) {
    it(`says what it wants instead of ${JSON.stringify(value)}`, () => {
      const read = readImport(value, []);
      assert.ok(!read.ok && read.problem.includes('Roo Code') && read.problem.includes('Continue'));
    });
  }
});
