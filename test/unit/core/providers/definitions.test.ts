import assert from 'node:assert/strict';
import { builtInProviders, demoProvider, ollamaProvider, openAiCompatible } from '../../../../src/core/providers/definitions';

describe('builtInProviders', () => {
  it('are ten, each with an id of its own', () => {
    assert.deepEqual(
      builtInProviders.map((provider) => provider.id),
      ['openai', 'openrouter', 'together', 'huggingface', 'deepseek', 'groq', 'cerebras', 'mistral', 'xai', 'google'],
    );
  });

  for (const provider of [...builtInProviders, demoProvider, ollamaProvider]) {
    it(`${provider.id} has addresses that join to whole URLs`, () => {
      assert.ok(!provider.baseUrl.endsWith('/'));
      for (const path of [provider.modelsPath, provider.keyCheckPath]) assert.match(path ?? '/', /^\/|^https:\/\//);
      for (const page of [provider.keyUrl, provider.billingUrl, provider.statusUrl]) assert.match(page ?? 'https://x', /^https:\/\//);
    });
  }

  for (const provider of builtInProviders) {
    it(`${provider.id} is a real place that wants a key and says where to get one`, () => {
      assert.equal(new URL(provider.baseUrl).protocol, 'https:');
      assert.deepEqual([provider.auth, provider.realm, provider.local], ['bearer', 'real', false]);
      assert.ok(provider.keyUrl !== undefined && provider.billingUrl !== undefined);
      assert.ok(provider.environmentKeys.length > 0);
    });
  }

  it('share no environment variable', () => {
    const variables = builtInProviders.flatMap((provider) => provider.environmentKeys);
    assert.equal(new Set(variables).size, variables.length);
  });

  const byId = (id: string) => builtInProviders.find((provider) => provider.id === id);

  it('state the quirks that would cost money or fail', () => {
    assert.equal(byId('mistral')?.streamUsage, false);
    assert.equal(byId('xai')?.reasoningTokensIncluded, false);
    assert.equal(byId('google')?.reasoningTokensIncluded, false);
    assert.equal(byId('openai')?.outputLimitField, 'max_completion_tokens');
    assert.equal(byId('openai')?.effortWithTools, false);
    assert.equal(byId('openrouter')?.effortField, 'reasoning.effort');
    assert.deepEqual(byId('openrouter')?.extraBody, { usage: { include: true } });
    assert.equal(byId('openrouter')?.keyCheckPath, '/key');
    assert.equal(byId('huggingface')?.modelSuffix, ':cheapest');
    assert.equal(byId('huggingface')?.keyCheckPath, 'https://huggingface.co/api/whoami-v2');
  });

  const otherWire: readonly (readonly [string, string, boolean])[] = [
    ['openai', 'gpt-5.3-codex', true],
    ['openai', 'gpt-5-pro', true],
    ['openai', 'o3-pro', true],
    ['openai', 'gpt-5.5-pro-2026-01-01', true],
    ['openai', 'o4-mini-deep-research', true],
    ['openai', 'gpt-5.4-mini', false],
    ['openai', 'gpt-4o', false],
    ['openrouter', 'openai/gpt-5-pro', false],
    ['openrouter', 'anthropic/claude-opus-5:batch', true],
    ['openrouter', '~openai/gpt-mini-latest', true],
    ['openrouter', 'openrouter/auto', true],
    ['google', 'gemini-3.8-flash', false],
    ['google', 'deep-research-preview-04-2026', true],
  ];
  for (const [id, model, expected] of otherWire) {
    it(`${id} ${expected ? 'does not answer' : 'answers'} ${model} on this wire`, () => assert.equal(byId(id)?.otherWireModels?.test(model), expected));
  }
});

describe('demoProvider', () => {
  it('is play money on this machine and needs no key', () => {
    assert.deepEqual([demoProvider.realm, demoProvider.local, demoProvider.auth], ['demo', true, 'none']);
  });
});

describe('ollamaProvider', () => {
  it('is this machine, free, without a key, and off until it is switched on', () => {
    assert.equal(new URL(ollamaProvider.baseUrl).hostname, '127.0.0.1');
    assert.deepEqual([ollamaProvider.realm, ollamaProvider.local, ollamaProvider.free, ollamaProvider.auth, ollamaProvider.switchedOnBy], ['real', true, true, 'none', 'ollama.enabled']);
  });

  for (const [model, expected] of [['gpt-oss:120b-cloud', true], ['kimi-k2:cloud', true], ['gpt-oss:20b', false]] as const) {
    it(`${expected ? 'does not run' : 'runs'} ${model} here`, () => assert.equal(ollamaProvider.otherWireModels?.test(model), expected));
  }
});

describe('openAiCompatible', () => {
  it('sends nothing that a plain server may refuse', () => {
    const provider = openAiCompatible({ id: 'mine', name: 'Mine', baseUrl: 'https://models.example/v1', auth: 'bearer', local: false });
    assert.deepEqual([provider.effortField, provider.extraBody, provider.extraHeaders, provider.outputLimitField, provider.realm], ['none', {}, {}, 'max_tokens', 'real']);
  });
});
