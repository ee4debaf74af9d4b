import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Message } from '../../../../src/core/model/message';
import type { WireRequest } from '../../../../src/core/ports/wire';
import type { Dialect } from '../../../../src/gateway/dialect';
import { openaiChat } from '../../../../src/gateway/dialects/openaiChat/openaiChat';
import { openaiResponses } from '../../../../src/gateway/dialects/openaiResponses/openaiResponses';
import { unwrapSealed, wrapSealed } from '../../../../src/gateway/dialects/sealed';
import { toRequest as toChat } from '../../../../src/wires/openaiChat/toRequest';
import { toRequest as toResponses } from '../../../../src/wires/openaiResponses/toRequest';
import { endpointAt, requestTo } from '../../../support/wireFixtures';

const text = fc.string({ minLength: 1, unit: 'grapheme' });
const json = fc.json();
const base64 = fc.uint8Array({ minLength: 1, maxLength: 12 }).map((bytes) => Buffer.from(bytes).toString('base64'));
const image = fc.record({ mediaType: fc.constantFrom('image/png', 'image/jpeg', 'image/webp', 'image/gif'), base64 });
const user = fc.oneof(fc.record({ role: fc.constant('user'), text }), fc.record({ role: fc.constant('user'), text, images: fc.array(image, { minLength: 1, maxLength: 2 }) }));
const name = fc.stringMatching(/^[a-z_]{1,12}$/);
/** What was asked, and what a model did: said something, or called tools and got their results. */
const turn = fc.oneof(
  fc.tuple(user, fc.record({ role: fc.constant('assistant'), text })),
  fc.tuple(user, fc.string({ unit: 'grapheme' }), fc.uniqueArray(fc.record({ id: fc.stringMatching(/^call_[a-z0-9]{1,8}$/), name, arguments: json, result: fc.string({ unit: 'grapheme' }) }), { minLength: 1, maxLength: 3, selector: ({ id }) => id })).map(([question, said, calls]) => [
    question,
    { role: 'assistant', text: said, toolCalls: calls.map(({ id, name: called, arguments: given }) => ({ id, name: called, arguments: given })) } as const,
    ...calls.map(({ id, result }) => ({ role: 'tool', toolCallId: id, text: result }) as const),
  ]),
);
const conversation = fc.tuple(fc.option(text), fc.array(turn, { maxLength: 4 }), user).map(([system, turns, last]): readonly Message[] => [...(system === null ? [] : [{ role: 'system', text: system } as const]), ...turns.flat(), last]);

const request = fc.record<Partial<WireRequest>>(
  {
    messages: conversation,
    tools: fc.array(fc.record({ name, description: fc.string(), parameters: fc.constant({ type: 'object', properties: {} }) }), { minLength: 1, maxLength: 2 }),
    toolChoice: fc.oneof(fc.constantFrom('required' as const, 'none' as const), fc.record({ name })),
    parallelToolCalls: fc.constant(false),
    // Beside a temperature of 0 no top-p is sent: a row of its own says so.
    sampling: fc.record({ temperature: fc.double({ min: 0, minExcluded: true, max: 2, noNaN: true }), topP: fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0) }),
    format: fc.oneof(fc.constant('json' as const), fc.record({ name, schema: fc.constant({ type: 'object' }), strict: fc.boolean() })),
    maxOutputTokens: fc.integer({ min: 1, max: 100_000 }),
  },
  { requiredKeys: ['messages', 'tools', 'maxOutputTokens'] },
);

/** As it is in JSON, which knows no prototypes. */
function plain(value: object): unknown {
  return JSON.parse(JSON.stringify(value));
}

describe('a request of a wire is read by the dialect of its protocol as it was', () => {
  const wires: Readonly<Record<string, readonly [dialect: Dialect, write: (request: WireRequest) => object]>> = { 'chat completions': [openaiChat, toChat], responses: [openaiResponses, toResponses] };
  for (const [protocol, [dialect, write]] of Object.entries(wires)) {
    it(protocol, () => {
      fc.assert(
        fc.property(request, (asked) => {
          const read = dialect.read(JSON.parse(JSON.stringify(write(requestTo(endpointAt('https://plain.example/v1'), asked)))));
          assert.ok(read.ok, JSON.stringify(read));
          assert.deepEqual(plain(read.value.ask), plain(asked));
        }),
        { numRuns: 200 },
      );
    });
  }
});

describe('sealed reasoning on its way through a client', () => {
  it('comes back as it was, in either alphabet of base64', () => {
    fc.assert(
      fc.property(fc.record({ place: text, sealed: fc.string({ unit: 'grapheme' }), text: fc.string({ unit: 'grapheme' }) }), (part) => {
        const data = wrapSealed(part);
        assert.match(data, /^[A-Za-z0-9+/]+=*$/);
        assert.deepEqual(unwrapSealed(data), { ...part });
        assert.deepEqual(unwrapSealed(data.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')), { ...part });
        assert.deepEqual(unwrapSealed(wrapSealed({ place: part.place, sealed: part.sealed }), part.text), { ...part });
      }),
    );
  });
  it('is nothing where it is of somebody else', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), base64, fc.json().map((value) => Buffer.from(value).toString('base64'))), (data) => assert.equal(unwrapSealed(data), undefined)));
  });
});
