import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Dialect } from '../../../../src/gateway/dialect';
import { anthropicMessages } from '../../../../src/gateway/dialects/anthropicMessages/anthropicMessages';
import { geminiGenerate } from '../../../../src/gateway/dialects/geminiGenerate/geminiGenerate';

const png = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aGk=' } };
const full: Readonly<Record<string, readonly [Dialect, object]>> = {
  anthropicMessages: [
    anthropicMessages,
    {
      model: 'm',
      max_tokens: 10,
      system: [{ type: 'text', text: 's' }],
      messages: [
        { role: 'user', content: [png, { type: 'document', source: { type: 'content', content: [{ type: 'text', text: 'd' }] } }] },
        { role: 'assistant', content: [{ type: 'thinking', thinking: 't', signature: 'x' }, { type: 'tool_use', id: 'a', name: 'f', input: { x: 1 } }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: [{ type: 'text', text: 'r' }, png], is_error: true }] },
      ],
      tools: [{ name: 'f', input_schema: { type: 'object' } }, { type: 'web_search_20250305', name: 'web_search' }],
      tool_choice: { type: 'tool', name: 'f' },
      thinking: { type: 'enabled', budget_tokens: 5000 },
      output_config: { effort: 'low', format: { type: 'json_schema', schema: {} } },
      stop_sequences: ['x'],
    },
  ],
  geminiGenerate: [
    geminiGenerate('m', 'whole'),
    {
      contents: [
        { role: 'user', parts: [{ text: 'a' }, { inlineData: { mimeType: 'image/png', data: 'aGk=' } }] },
        { role: 'model', parts: [{ functionCall: { id: 'a', name: 'f', args: { x: 1 } }, thoughtSignature: 'x' }] },
        { role: 'user', parts: [{ functionResponse: { id: 'a', name: 'f', response: { output: 'r' }, parts: [{ inlineData: { mimeType: 'a/b', data: 'x' } }] } }] },
      ],
      systemInstruction: { parts: [{ text: 's' }] },
      tools: [{ functionDeclarations: [{ name: 'f', parameters: { type: 'OBJECT', properties: { x: { type: 'STRING', nullable: true } }, anyOf: [{}] } }] }],
      toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f'] } },
      generationConfig: { temperature: 1, responseMimeType: 'application/json', responseSchema: { type: 'ARRAY', items: {} }, thinkingConfig: { thinkingBudget: 1 } },
    },
  ],
};

/** The places of a body: `['messages', 0, 'role']`. */
function placesIn(value: unknown, before: readonly PropertyKey[] = []): readonly (readonly PropertyKey[])[] {
  if (typeof value !== 'object' || value === null) return [before];
  return [before, ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...before, key]))];
}

function withAt(value: unknown, [key, ...rest]: readonly PropertyKey[], other: unknown): unknown {
  if (key === undefined) return other;
  if (Array.isArray(value)) return value.map((one: unknown, index) => (String(index) === key ? withAt(one, rest, other) : one));
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, name === key ? withAt(one, rest, other) : one])) : value;
}

describe('a body of any shape is read or refused', () => {
  for (const [name, [dialect, body]] of Object.entries(full)) {
    it(`by ${name}, with anything in any place`, () => {
      assert.ok(dialect.read(body).ok);
      fc.assert(
        fc.property(fc.constantFrom(...placesIn(body)), fc.jsonValue({ maxDepth: 3 }), (place, other) => {
          const read = dialect.read(withAt(body, place, other));
          // A sentence, whatever it is about.
          if (!read.ok) assert.match(read.problem.message, /^\S.*\.$/su);
        }),
        { numRuns: 500 },
      );
    });
  }
});
