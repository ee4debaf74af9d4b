import assert from 'node:assert/strict';
import { traitsOf, type WireName, wireFor } from '../../../../src/core/model/provider';
import { builtInProviders, demoProvider, ollamaProvider, openAiCompatible } from '../../../../src/core/providers/definitions';

describe('builtInProviders', () => {
  it('are eleven, each with an id of its own', () => {
    assert.deepEqual(
      builtInProviders.map((provider) => provider.id),
      ['openai', 'anthropic', 'openrouter', 'together', 'huggingface', 'deepseek', 'groq', 'cerebras', 'mistral', 'xai', 'google'],
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
      assert.deepEqual([provider.auth, provider.realm, provider.local], [provider.wire === 'anthropicMessages' ? 'xApiKey' : 'bearer', 'real', false]);
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

    assert.equal(byId('openrouter')?.effortField, 'reasoning.effort');
    assert.deepEqual(byId('openrouter')?.extraBody, { usage: { include: true } });
    assert.equal(byId('openrouter')?.keyCheckPath, '/key');
    assert.equal(byId('huggingface')?.modelSuffix, ':cheapest');
    assert.equal(byId('huggingface')?.keyCheckPath, 'https://huggingface.co/api/whoami-v2');
  });

  const thinking: readonly (readonly [string, string | undefined, string | undefined, number | undefined])[] = [
    ['claude-fable-5-2', 'effort', undefined, 512],
    ['claude-opus-5-5', 'effort', undefined, 512],
    ['claude-sonnet-5-5', 'effort', 'between_tools', 512],
    ['claude-haiku-5-5', 'effort', 'disabled', 512],
    ['claude-opus-5', 'effort', 'disabled', 512],
    ['claude-sonnet-5', 'effort', 'disabled', 1024],
    ['claude-opus-4-8', 'effort', 'disabled', 1024],
    ['claude-opus-4-7', 'effort', 'disabled', 2048],
    ['claude-opus-4-6', 'effort', 'disabled', 4096],
    ['claude-sonnet-4-6', 'effort', 'disabled', 1024],
    ['claude-opus-4-5-20251101', 'budget', undefined, 4096],
    ['claude-haiku-4-5-20251001', 'budget', undefined, 4096],
    ['claude-sonnet-4-5-20250929', 'budget', undefined, 1024],
    ['claude-opus-4-1-20250805', 'budget', undefined, 1024],
    ['claude-3-7-sonnet-20250219', 'budget', undefined, 1024],
    ['claude-3-haiku-20240307', undefined, undefined, 2048],
    ['something-else', undefined, undefined, undefined],
  ];
  for (const [model, by, off, cacheFrom] of thinking) {
    it(`know how ${model} is asked to think, and what of its prompts is cached`, () => {
      const traits = byId('anthropic')?.modelTraits?.find((row) => row.models.test(model));
      assert.deepEqual([traits?.thinking, traits?.thinkingOff, traits?.cacheFromTokens], [by, off, cacheFrom]);
    });
  }

  const otherWire: readonly (readonly [string, string, boolean])[] = [
    ['openai', 'gpt-5.3-codex', false],
    ['openai', 'gpt-5-pro', false],
    ['openai', 'o4-mini-deep-research', true],
    ['openai', 'computer-use-preview', true],
    ['openai', 'gpt-5-search-api', true],
    ['openai', 'gpt-4o-mini-search-preview', true],
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
    it(`${id} ${expected ? 'does not answer' : 'answers'} ${model} on any wire of ours`, () => assert.equal(byId(id)?.otherWireModels?.test(model), expected));
  }

  const wires: readonly (readonly [string, string, WireName, boolean?, number?])[] = [
    ['openai', 'gpt-4.1-mini', 'openaiChat'],
    ['openai', 'gpt-4o', 'openaiChat'],
    ['openai', 'gpt-3.5-turbo', 'openaiChat'],
    ['openai', 'ft:gpt-4o-mini:mine', 'openaiChat'],
    ['openai', 'o3', 'openaiResponses'],
    ['openai', 'o4-mini', 'openaiResponses'],
    ['openai', 'codex-mini-latest', 'openaiResponses'],
    ['openai', 'gpt-5.1-codex-max', 'openaiResponses'],
    ['openai', 'gpt-5.6-luna', 'openaiResponses'],
    ['openai', 'gpt-6.1-sol', 'openaiResponses'],
    ['openai', 'gpt-5.5-pro-2026-01-01', 'openaiResponses', true, 600_000],
    ['openai', 'gpt-5-pro', 'openaiResponses', false, 600_000],
    ['openai', 'o1-pro', 'openaiResponses', false, 600_000],
    ['openrouter', 'openai/gpt-5.6-luna', 'openaiChat'],
    ['anthropic', 'claude-opus-5', 'anthropicMessages'],
  ];
  for (const [id, model, wire, streams, firstTokenMs] of wires) {
    it(`${id} is asked for ${model} in ${wire}`, () => {
      const provider = byId(id);
      assert.ok(provider);
      assert.equal(wireFor(provider, model), wire);
      const traits = traitsOf(provider, model);
      assert.deepEqual([traits?.streams ?? true, traits?.firstTokenMs], [streams ?? true, firstTokenMs]);
    });
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
