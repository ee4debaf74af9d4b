import assert from 'node:assert/strict';
import type { ProviderDefinition } from '../../../../../src/core/model/provider';
import type { ListedModel } from '../../../../../src/core/ports/wire';
import { readModels } from '../../../../../src/wires/http/openai/readModels';

function check(name: string, livePrices: ProviderDefinition['livePrices'], body: unknown, expected: readonly ListedModel[] | undefined): void {
  it(name, () => assert.deepEqual(readModels(body, livePrices), expected));
}

const openRouter = (id: string, pricing: object, more: object = {}) => ({ data: [{ id, name: 'N', context_length: 1000, top_provider: { max_completion_tokens: 100, context_length: 1000 }, pricing, ...more }] });
const listed = { name: 'N', contextTokens: 1000, maxOutputTokens: 100 };

describe('readModels', () => {
  check('OpenAI', 'none', { object: 'list', data: [{ id: 'gpt-x', object: 'model', created: 1, owned_by: 'system' }] }, [{ id: 'gpt-x' }]);
  check('when it was made', 'none', { data: [{ id: 'a', created: 1_770_249_600 }, { id: 'b', created: 0 }, { id: 'c', created: 1e12 }, { id: 'd', created: 'soon' }] }, [{ id: 'a', created: '2026-02-05' }, { id: 'b' }, { id: 'c' }, { id: 'd' }]);
  check('Google', 'none', { object: 'list', data: [{ id: 'models/gemini-x', object: 'model', display_name: 'Gemini X' }] }, [{ id: 'gemini-x', name: 'Gemini X' }]);
  check('Mistral', 'none', { data: [{ id: 'mistral-x', name: 'mistral-x', max_context_length: 32_768, capabilities: {} }] }, [{ id: 'mistral-x', name: 'mistral-x', contextTokens: 32_768 }]);
  check('Groq', 'groq', { data: [{ id: 'llama', active: true, context_window: 131_072, max_completion_tokens: 32_768 }, { id: 'old', active: false }] }, [{ id: 'llama', contextTokens: 131_072, maxOutputTokens: 32_768 }]);
  check('OpenRouter', 'openrouter', openRouter('a/b', { prompt: '0.00000125', completion: '0.00001', input_cache_read: '0.000000125', input_cache_write: '0.0000016' }), [{ id: 'a/b', ...listed, inputUsd: 1.25, outputUsd: 10, cacheReadUsd: 0.125, cacheWriteUsd: 1.6 }]);
  check('OpenRouter, a fee and reasoning with a price', 'openrouter', openRouter('a/b', { prompt: '0.000001', completion: '0.000002', request: '0.005', internal_reasoning: '0.000003' }), [{ id: 'a/b', ...listed, inputUsd: 1, outputUsd: 2, perCallUsd: 0.005, reasoningUsd: 3 }]);
  check('OpenRouter, price not told: -1', 'openrouter', openRouter('openrouter/auto', { prompt: '-1', completion: '-1' }), [{ id: 'openrouter/auto', ...listed }]);
  check('OpenRouter, zero is unknown', 'openrouter', openRouter('a/b', { prompt: '0', completion: '0' }), [{ id: 'a/b', ...listed }]);
  check('OpenRouter, zero is free where the id says so', 'openrouter', openRouter('a/b:free', { prompt: '0', completion: '0' }), [{ id: 'a/b:free', ...listed, inputUsd: 0, outputUsd: 0 }]);
  check('OpenRouter, half a price', 'openrouter', openRouter('a/b', { prompt: '0.000001', completion: 'x' }), [{ id: 'a/b', ...listed }]);
  check('OpenRouter, limits not told', 'openrouter', { data: [{ id: 'a/b', context_length: null, top_provider: { max_completion_tokens: null }, pricing: null }] }, [{ id: 'a/b' }]);
  check('Together, a bare array', 'together', [{ id: 'x', type: 'chat', display_name: 'X', context_length: 8192, pricing: { hourly: 0, input: 0.18, output: 0.59, base: 0, finetune: 0 } }], [{ id: 'x', name: 'X', contextTokens: 8192, inputUsd: 0.18, outputUsd: 0.59 }]);
  check('Together, zero is unknown', 'together', [{ id: 'x', pricing: { input: 0, output: 0 } }], [{ id: 'x' }]);
  check(
    'Hugging Face, the cheapest live host with a price',
    'huggingface',
    {
      data: [
        {
          id: 'o/m',
          providers: [
            { provider: 'a', status: 'live', context_length: 1, pricing: { input: 1, output: 3 } },
            { provider: 'b', status: 'live', context_length: 2, pricing: { input: 0.5, output: 2 } },
            { provider: 'c', status: 'error', context_length: 3, pricing: { input: 0.1, output: 0.1 } },
            { provider: 'd', status: 'live', context_length: 4 },
            null,
          ],
        },
      ],
    },
    [{ id: 'o/m', contextTokens: 2, inputUsd: 0.5, outputUsd: 2 }],
  );
  check('Hugging Face, no host with a price', 'huggingface', { data: [{ id: 'o/m', providers: [{ provider: 'a', status: 'live' }] }] }, [{ id: 'o/m' }]);
  check('rows that cannot be read', 'none', { data: [null, 7, {}, { id: 5 }, { id: '' }, { id: 'x', context_length: 'many', pricing: 'cheap' }] }, [{ id: 'x' }]);
  for (const body of [undefined, null, 'x', {}, { data: 'x' }, { error: { message: 'no' } }]) check(`no list: ${JSON.stringify(body)}`, 'none', body, undefined);
});
