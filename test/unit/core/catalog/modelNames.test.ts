import assert from 'node:assert/strict';
import { cardIdOf, findByName, isChatModel, isMovingName, nameIndex, spellings } from '../../../../src/core/catalog/modelNames';

describe('findByName', () => {
  const index = nameIndex([
    { id: 'gpt-5.4', names: ['openai/gpt-5.4', 'gpt-5.4'] },
    { id: 'gpt-4o', names: ['gpt-4o', 'gpt-4o-2024-11-20'] },
    { id: 'gpt-3.5-turbo', names: ['gpt-3.5-turbo'] },
    { id: 'claude-opus-4.5', names: ['anthropic/claude-opus-4.5', 'claude-opus-4-5', 'claude-opus-4-5-20251101'] },
    { id: 'llama-3.3-70b', names: ['meta-llama/Llama-3.3-70B-Instruct', 'meta-llama/Llama-3.3-70B-Instruct-Turbo', 'llama3.3:70b'] },
    { id: 'kimi-k2', names: ['moonshotai/Kimi-K2-Instruct'] },
    { id: 'kimi-k2-0905', names: ['moonshotai/Kimi-K2-Instruct-0905'] },
    { id: 'qwen3-235b-a22b-2507', names: ['Qwen/Qwen3-235B-A22B-Instruct-2507-tput'] },
    { id: 'gemini-3-flash', names: ['gemini-3-flash-preview'] },
    { id: 'gemma-3-4b', names: ['gemma3:4b', 'google/gemma-3-4b-it'] },
    { id: 'gemma-3-12b', names: ['gemma3:12b'] },
    { id: 'deepseek-v3', names: ['deepseek/deepseek-chat', 'deepseek-chat'] },
    { id: 'glm-5', names: ['zai-org/GLM-5'] },
    { id: 'codestral-2508', names: ['codestral-latest'] },
  ]);
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['gpt-5.4', 'gpt-5.4'],
    ['GPT-5.4', 'gpt-5.4'],
    ['openai/gpt-5.4:nitro', 'gpt-5.4'],
    ['openai/gpt-5.4:free', 'gpt-5.4'],
    ['gpt-5.4-2026-03-05', 'gpt-5.4'],
    ['gpt-5.4-mini', undefined],
    ['gpt-5.5', undefined],
    ['gpt-4o-2024-08-06', 'gpt-4o'],
    ['gpt-3.5-turbo-0125', undefined],
    ['claude-opus-4-5-20251101', 'claude-opus-4.5'],
    ['anthropic.claude-opus-4-5', undefined],
    ['models/gemini-3-flash-preview', 'gemini-3-flash'],
    ['gemini-3-flash', 'gemini-3-flash'],
    ['llama-3.3-70b-versatile', 'llama-3.3-70b'],
    ['llama-3.3-70b-instruct-q4_k_m', 'llama-3.3-70b'],
    ['Llama-3.3-70B-Instruct-AWQ', 'llama-3.3-70b'],
    ['nvidia/Llama-3.3-70B-Instruct-FP8', 'llama-3.3-70b'],
    ['llama3.3:70b', 'llama-3.3-70b'],
    ['llama-3.1-70b-instruct', undefined],
    ['moonshotai/Kimi-K2-Instruct', 'kimi-k2'],
    ['accounts/someone/models/kimi-k2-instruct-0905', 'kimi-k2-0905'],
    ['Qwen/Qwen3-235B-A22B-Instruct-2507', 'qwen3-235b-a22b-2507'],
    ['gemma3:4b', 'gemma-3-4b'],
    ['gemma3:12b', 'gemma-3-12b'],
    ['gemma3:27b', undefined],
    ['gemma3', undefined],
    // Moves under its name at DeepSeek itself; a broker's is fixed.
    ['deepseek-chat', undefined],
    ['deepseek-reasoner', undefined],
    ['deepseek/deepseek-chat', 'deepseek-v3'],
    // Another model, not another packaging.
    ['z-ai/glm-5-turbo', undefined],
    ['mistral-large-latest', undefined],
    ['codestral-latest', undefined],
    ['', undefined],
    ['/', undefined],
    [':free', undefined],
  ];
  for (const [name, expected] of rows) it(`takes ${JSON.stringify(name)} for ${expected ?? 'nothing known'}`, () => assert.equal(findByName(index, name), expected));

  it('does not guess between two cards', () => {
    const twins = nameIndex([
      { id: 'a-x', names: ['one/model-fp8'] },
      { id: 'a-y', names: ['two/model-awq'] },
      { id: 'a-z', names: ['two/other-awq'] },
    ]);
    assert.equal(findByName(twins, 'model'), undefined);
    assert.equal(findByName(twins, 'model-fp8'), 'a-x');
    assert.equal(findByName(twins, 'other'), 'a-z');
  });
});

describe('cardIdOf', () => {
  const rows: readonly (readonly [string, string])[] = [
    ['zai-org/GLM-5.3', 'glm-5.3'],
    ['z-ai/glm-5.3:free', 'glm-5.3'],
    ['gpt-6-luna', 'gpt-6-luna'],
    ['models/gemini-4-argon', 'gemini-4-argon'],
  ];
  for (const [name, expected] of rows) it(`calls ${name} ${expected}`, () => assert.equal(cardIdOf(name), expected));
});

describe('isChatModel', () => {
  const rows: readonly (readonly [string, boolean])[] = [
    ['gpt-5.4', true],
    ['text-embedding-3-large', false],
    ['whisper-large-v3-turbo', false],
    ['gpt-4o-mini-tts', false],
    ['gpt-4o-transcribe', false],
    ['gpt-realtime-2', false],
    ['omni-moderation-latest', false],
    ['dall-e-3', false],
    ['gpt-image-2', false],
    ['models/imagen-5', false],
    ['veo-4', false],
    ['meta-llama/llama-guard-4-12b', false],
    ['mistral-ocr-2512', false],
    ['voxtral-small-2507', false],
    ['canopylabs/orpheus-v1-english', false],
    ['google/gemini-nano-banana-2.1', false],
    ['qwen/qwen3-coder-next', true],
    ['sonar', true],
  ];
  for (const [name, expected] of rows) it(`says ${expected} of ${name}`, () => assert.equal(isChatModel(name), expected));
});

describe('isMovingName', () => {
  const rows: readonly (readonly [string, boolean])[] = [
    ['mistral-large-latest', true],
    ['chat-latest', true],
    ['deepseek-chat', true],
    ['deepseek/deepseek-chat', false],
    ['llama3.3:latest', false],
    ['gpt-5.4', false],
  ];
  for (const [name, expected] of rows) it(`says ${expected} of ${name}`, () => assert.equal(isMovingName(name), expected));
});

describe('spellings', () => {
  it('go from the closest to the loosest', () => {
    assert.deepEqual(spellings('meta-llama/Llama-3.3-70B-Instruct-FP8:free'), ['meta-llama/llama-3.3-70b-instruct-fp8:free', 'meta-llama/llama-3.3-70b-instruct-fp8', 'llama-3.3-70b-instruct-fp8', 'llama-3.3-70b-instruct', 'llama-3.3-70b']);
  });

  it('end, whatever the name', () => {
    for (const name of ['-'.repeat(5000), '-instruct'.repeat(500), '-2025-01-01'.repeat(300), 'a/'.repeat(2000), ':free'.repeat(1000)]) assert.ok(spellings(name).length < 2000);
  });
});
