import assert from 'node:assert/strict';
import type { ListedModel } from '../../../../src/core/ports/wire';
import { readModel, readTags } from '../../../../src/wires/ollama/readModels';

describe('ollama readTags', () => {
  const rows: readonly (readonly [string, unknown, readonly string[] | undefined])[] = [
    ['models', { models: [{ name: 'qwen3:8b', details: { parameter_size: '8.2B' } }, { name: 'gpt-oss:20b' }] }, ['qwen3:8b', 'gpt-oss:20b']],
    ['no model', { models: [] }, []],
    ['models of Ollama’s own servers, which are left out', { models: [{ name: 'gpt-oss:120b-cloud', remote_host: 'https://ollama.com:443', remote_model: 'gpt-oss:120b' }, { name: 'a:1b' }] }, ['a:1b']],
    ['rows that cannot be read', { models: [null, { name: '' }, { name: 7 }, { name: 'a:1b', details: 'x' }] }, ['a:1b']],
    ['another list', { data: [{ id: 'a' }] }, undefined],
    ['no list', { models: null }, undefined],
    ['text', 'Ollama is running', undefined],
  ];
  for (const [name, body, expected] of rows) it(`reads ${name}`, () => assert.deepEqual(readTags(body)?.map(({ id }) => id), expected));
});

describe('ollama readModel', () => {
  const qwen = { id: 'qwen3:8b', parameterSize: '8.2B' };
  const info = { 'general.architecture': 'qwen3', 'qwen3.context_length': 40_960 };
  const rows: readonly (readonly [string, Parameters<typeof readModel>, ListedModel | undefined])[] = [
    ['what is told', [qwen, { capabilities: ['completion', 'tools', 'thinking'], model_info: info }], { id: 'qwen3:8b', contextTokens: 40_960, capabilities: ['json', 'structured', 'tools', 'reasoning'], efforts: ['none', 'high'] }],
    ['a model that sees', [{ id: 'gemma3:4b', parameterSize: '4.3B' }, { capabilities: ['completion', 'vision'], model_info: {} }], { id: 'gemma3:4b', capabilities: ['json', 'structured', 'vision'], efforts: [] }],
    ['a model with levels of thought', [{ id: 'gpt-oss:20b', parameterSize: '20.9B' }, { capabilities: ['completion', 'tools', 'thinking'], model_info: { 'general.architecture': 'gptoss', 'gptoss.context_length': 131_072 } }], { id: 'gpt-oss:20b', contextTokens: 131_072, capabilities: ['json', 'structured', 'tools', 'reasoning'], efforts: ['low', 'medium', 'high'] }],
    ['an embedding', [{ id: 'nomic:latest', parameterSize: '137M' }, { capabilities: ['embedding'] }], undefined],
    ['a model of Ollama’s own servers', [{ id: 'x', parameterSize: undefined }, { capabilities: ['completion'], remote_host: 'https://ollama.com' }], undefined],
    ['an older server without capabilities', [qwen, { model_info: info }], { id: 'qwen3:8b', contextTokens: 40_960 }],
    ['a context under another name', [qwen, { model_info: { 'llama.context_length': 8192 } }], { id: 'qwen3:8b', contextTokens: 8192 }],
    ['a context that is none', [qwen, { model_info: { ...info, 'qwen3.context_length': -1 } }], { id: 'qwen3:8b' }],
    ['a server that did not answer', [qwen, undefined], { id: 'qwen3:8b' }],
    ['the tag that nobody chose', [{ id: 'qwen3:latest', parameterSize: '8.2B' }, undefined], { id: 'qwen3:latest', knownAs: ['qwen3:8.2b', 'qwen3:8b'] }],
    ['the same between two sizes', [{ id: 'mistral-small:latest', parameterSize: '23.6B' }, undefined], { id: 'mistral-small:latest', knownAs: ['mistral-small:23.6b', 'mistral-small:24b', 'mistral-small:23b'] }],
    ['the same without a size', [{ id: 'own:latest', parameterSize: undefined }, undefined], { id: 'own:latest' }],
  ];
  for (const [name, [installed, shown], expected] of rows) it(`reads ${name}`, () => assert.deepEqual(readModel(installed, shown), expected));
});
