import assert from 'node:assert/strict';
import { embed } from '../../../../src/wires/openaiChat/embed';
import { endpointAt, fakeKey, patientLimits } from '../../../support/wireFixtures';

const asked = { endpoint: endpointAt('https://plain.example/v1'), key: fakeKey, model: 'm', limits: patientLimits, input: ['a', 'b'] };
const row = (index: number, ...embedding: readonly unknown[]) => ({ index, embedding });

function check(name: string, reply: () => Response, expected: object, signal = new AbortController().signal): void {
  it(name, async () => assert.partialDeepStrictEqual(await embed(asked, async () => reply(), signal), expected));
}

describe('embed', () => {
  const usage = { prompt_tokens: 5, total_tokens: 5 };
  const noVectors = { ok: false, failure: { kind: 'badReply', detail: 'The reply does not have a vector for each text.' } };
  check('takes vectors by their index', () => Response.json({ data: [row(1, 3, 4), row(0, 1, 2)], usage }), { ok: true, vectors: [[1, 2], [3, 4]], usage: { inputTokens: 5, outputTokens: 0 } });
  check('takes vectors without an index in their order', () => Response.json({ data: [{ embedding: [1] }, { embedding: [2] }] }), { ok: true, vectors: [[1], [2]], usage: undefined });
  check('wants one for each text', () => Response.json({ data: [row(0, 1)], usage }), { ...noVectors, usage: { inputTokens: 5 } });
  check('wants no text twice', () => Response.json({ data: [row(0, 1), row(0, 2)] }), noVectors);
  check('wants them of one length', () => Response.json({ data: [row(0, 1), row(1, 1, 2)] }), noVectors);
  check('wants numbers', () => Response.json({ data: [row(0, 1), row(1, 'x')] }), noVectors);
  check('reads an error inside a success', () => Response.json({ error: { message: 'Rate limit reached', code: 429 } }), { ok: false, failure: { kind: 'rateLimited' } });
  check('reads a refusal', () => Response.json({ error: { message: 'The model `m` does not exist', code: 'model_not_found' } }, { status: 404 }), { ok: false, failure: { kind: 'modelGone', model: 'm' } });
  check('reads what is not JSON', () => new Response('<html>'), noVectors);
  check('never rejects', () => {
    throw new TypeError('fetch failed');
  }, { ok: false, failure: { kind: 'providerDown' } });
  check('is not begun after it was cancelled', () => Response.error(), { ok: false, failure: { kind: 'cancelled' } }, AbortSignal.abort());
  it('sends no key over plain http to another machine', async () => {
    const refused = await embed({ ...asked, endpoint: endpointAt('http://plain.example/v1') }, () => assert.fail('it was sent'), new AbortController().signal);
    assert.partialDeepStrictEqual(refused, { ok: false, failure: { kind: 'badRequest' } });
  });
});
