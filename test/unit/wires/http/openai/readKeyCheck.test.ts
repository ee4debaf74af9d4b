import assert from 'node:assert/strict';
import type { KeyCheck } from '../../../../../src/core/ports/wire';
import { readKeyCheck } from '../../../../../src/wires/http/openai/readKeyCheck';
import { fakeKey } from '../../../../support/wireFixtures';

function check(name: string, body: unknown, expected: KeyCheck | 'badReply' | 'keyRejected'): void {
  it(name, () => {
    const found = readKeyCheck(body, { provider: 'p', model: '', key: fakeKey, nowMs: 0 });
    if (typeof expected === 'string') assert.equal(found.ok ? 'ok' : found.failure.kind, expected);
    else assert.deepEqual(found, expected);
  });
}

describe('readKeyCheck', () => {
  check('a list of models', { object: 'list', data: [] }, { ok: true });
  check('a bare list', [], { ok: true });
  check('OpenRouter, no limit', { data: { label: 'x', usage: 1, limit: null, limit_remaining: null, is_free_tier: false } }, { ok: true });
  check('OpenRouter, with a limit', { data: { limit: 5, limit_remaining: 3.5 } }, { ok: true, note: "$3.50 left of the key's limit." });
  check('OpenRouter, limit reached', { data: { limit: 5, limit_remaining: -0.01 } }, { ok: true, note: 'The key works, but its limit is used up.' });
  check('OpenRouter, never paid', { data: { is_free_tier: true } }, { ok: true, note: 'The account has never bought credit: only free models answer.' });
  check('DeepSeek', { is_available: true, balance_infos: [{ currency: 'USD', total_balance: '3.20', granted_balance: '0.00' }] }, { ok: true, note: 'Balance: 3.20 USD.' });
  check('DeepSeek, empty', { is_available: false, balance_infos: [{ currency: 'USD', total_balance: '0.00' }] }, { ok: true, note: 'The key works, but the account has no credit left.' });
  check('Hugging Face', { type: 'user', name: 'x', auth: { type: 'access_token' } }, { ok: true });
  check('xAI', { redacted_api_key: 'x...y', api_key_blocked: false, api_key_disabled: false, team_blocked: false }, { ok: true });
  check('xAI, blocked', { api_key_blocked: true }, 'keyRejected');
  check('xAI, team blocked', { team_blocked: true }, 'keyRejected');
  check('an error with status 200', { error: { message: 'Invalid API key', code: 401 } }, 'keyRejected');
  for (const body of [undefined, null, 'ok', 7]) check(`no object: ${JSON.stringify(body)}`, body, 'badReply');
});
