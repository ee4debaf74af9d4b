import assert from 'node:assert/strict';
import { readModels } from '../../../../src/wires/anthropicMessages/readModels';

function check(name: string, body: unknown, expected: ReturnType<typeof readModels>): void {
  it(name, () => assert.deepEqual(readModels(body), expected));
}

describe('anthropicMessages readModels', () => {
  check('a list', { data: [{ type: 'model', id: 'claude-opus-5-5', display_name: 'Claude Opus 5.5', created_at: '2026-09-22T00:00:00Z', max_input_tokens: 1_000_000, max_tokens: 128_000, lifecycle: 'active' }], has_more: false, first_id: 'a', last_id: 'a' }, [
    { id: 'claude-opus-5-5', created: '2026-09-22', name: 'Claude Opus 5.5', contextTokens: 1_000_000, maxOutputTokens: 128_000 },
  ]);
  check('limits that are not told', { data: [{ id: 'a', display_name: 'A', max_input_tokens: null, max_tokens: 0 }] }, [{ id: 'a', name: 'A' }]);
  check('dates that are none', { data: [{ id: 'a', created_at: 'yesterday' }, { id: 'b', created_at: 7 }] }, [{ id: 'a' }, { id: 'b' }]);
  check('what is retired is not sold', { data: [{ id: 'a', lifecycle: 'retired' }, { id: 'b', lifecycle: 'deprecated' }] }, [{ id: 'b' }]);
  check('rows of no use', { data: [7, null, {}, { id: '' }, { id: 'a', display_name: 7 }] }, [{ id: 'a' }]);
  check('an empty list', { data: [] }, []);
  for (const body of [undefined, null, [], 'x', { models: [] }, { data: 'x' }]) check(`no list: ${JSON.stringify(body)}`, body, undefined);
});
