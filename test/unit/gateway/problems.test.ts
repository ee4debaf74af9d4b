import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Failure, FailureKind } from '../../../src/core/model/failure';
import { fromUsd } from '../../../src/core/model/money';
import { problemOf, retryHeaders } from '../../../src/gateway/problems';

const provider = 'acme';

/** One of each kind: the compiler asks for what is missing. Status, whether clients are told to repeat it, and a part of the sentence. */
const rows: { readonly [K in FailureKind]: readonly (readonly [failure: Extract<Failure, { kind: K }>, status: number, repeats: boolean, says: RegExp])[] } = {
  noProvider: [[{ kind: 'noProvider' }, 424, false, /Set API Key/]],
  noCandidate: [[{ kind: 'noCandidate', reason: 'all are excluded' }, 400, false, /all are excluded\.$/]],
  keyMissing: [[{ kind: 'keyMissing', provider }, 424, false, /acme/]],
  keyRejected: [[{ kind: 'keyRejected', provider, detail: 'bad key' }, 424, false, /bad key/]],
  noCredit: [[{ kind: 'noCredit', provider }, 402, false, /no credit/]],
  consentMissing: [[{ kind: 'consentMissing', provider, model: 'm' }, 403, false, /allow it/]],
  modelGone: [[{ kind: 'modelGone', provider, model: 'm' }, 404, false, /no longer offers m/]],
  rateLimited: [
    [{ kind: 'rateLimited', provider, retryAfterMs: 2500 }, 429, true, /pause/],
    [{ kind: 'rateLimited', provider }, 429, true, /pause/],
  ],
  limitReached: [[{ kind: 'limitReached', provider, retryAfterMs: 10 }, 429, true, /Your own limit/]],
  providerDown: [[{ kind: 'providerDown', provider, status: 529 }, 503, true, /status 529/], [{ kind: 'providerDown', provider, mayBeBilled: true }, 503, true, /may bill is counted as an estimate/]],
  offline: [[{ kind: 'offline', provider }, 503, true, /cannot be reached/], [{ kind: 'offline', provider, proxy: true }, 503, true, /wants a sign-in/], [{ kind: 'offline', provider, mayBeBilled: true }, 503, true, /may bill is counted as an estimate/]],
  timedOut: [[{ kind: 'timedOut', provider, waitedMs: 90_000, phase: 'firstToken' }, 504, true, /90 s/]],
  contextTooLong: [
    [{ kind: 'contextTooLong', neededTokens: 210_000, availableTokens: 200_000 }, 400, false, /prompt is too long: 210000 tokens > 200000 maximum/],
    [{ kind: 'contextTooLong' }, 400, false, /prompt is too long\..*exceeds the context window/],
  ],
  badRequest: [[{ kind: 'badRequest', provider, detail: 'no tools here' }, 400, false, /no tools here/]],
  refused: [[{ kind: 'refused', provider }, 400, false, /declined/]],
  badReply: [[{ kind: 'badReply', provider, detail: 'HTML' }, 502, true, /HTML/]],
  truncated: [[{ kind: 'truncated', provider }, 502, true, /cut off/]],
  budgetReached: [
    [{ kind: 'budgetReached', scope: 'day', spent: fromUsd(4), limit: fromUsd(5), needed: fromUsd(2), mayAllow: true }, 402, false, /Today's budget \(\$5\.00\).*\$4\.00.*\$2\.00.*Farthing: Set Budget/],
    [{ kind: 'budgetReached', scope: 'client', spent: fromUsd(1), limit: fromUsd(2), needed: fromUsd(2), mayAllow: false }, 402, false, /this client.*Gateway Clients/],
  ],
  priceUnknown: [[{ kind: 'priceUnknown', provider, model: 'm' }, 402, false, /farthing\.prices/]],
  storage: [
    [{ kind: 'storage', problem: 'locked', detail: '' }, 503, true, /busy/],
    [{ kind: 'storage', problem: 'full', detail: 'secret path' }, 500, false, /^((?!secret).)*$/],
  ],
  lengthReached: [[{ kind: 'lengthReached', provider }, 400, false, /longest/]],
  onlyReasoned: [[{ kind: 'onlyReasoned', provider }, 502, true, /only thought/]],
  keysUnavailable: [[{ kind: 'keysUnavailable' }, 424, false, /store for keys/]],
  busy: [[{ kind: 'busy' }, 409, true, /still being written/]],
  cancelled: [[{ kind: 'cancelled' }, 503, true, /stopped/]],
  unexpected: [[{ kind: 'unexpected', detail: 'secret path' }, 500, false, /^((?!secret).)*$/]],
};

/** What clients repeat by themselves. */
const repeated = (status: number): boolean => [408, 409, 429].includes(status) || status >= 500;

describe('failures as refusals', () => {
  for (const [failure, status, repeats, says] of Object.values(rows).flat()) {
    it(`${JSON.stringify(failure).slice(0, 90)}: ${status}`, () => {
      const problem = problemOf(failure);
      assert.equal(problem.status, status);
      assert.match(problem.message, says);
      assert.equal(retryHeaders(problem)['x-should-retry'], String(repeats));
      // 401 would be taken for the client's own token; and what a person must mend is nothing to be repeated.
      assert.notEqual(status, 401);
      if (repeats) assert.ok(repeated(status));
      else assert.ok(!repeated(status) || status === 500);
    });
  }

  it('says when, in whole seconds that are never too few', () => {
    assert.deepEqual(retryHeaders(problemOf({ kind: 'rateLimited', provider, retryAfterMs: 2500 })), { 'x-should-retry': 'true', 'retry-after': '3', 'retry-after-ms': '2500' });
  });
});
