import assert from 'node:assert/strict';
import type { EvalRow } from '../../eval/evaluation';
import type { Facts } from '../../eval/wire/facts';
import { judge } from '../../eval/wire/judge';
import { tell } from '../../../src/vscode/failureTexts';

/** A case that went well. */
const well: Facts = {
  ...{ asks: [{ text: 'Hello', answer: { state: 'complete' }, ms: 50, msAfterStop: undefined }], said: [[{ type: 'end', stop: 'stop', toolCalls: [], usage: undefined }]], attempts: 1, waitsMs: [] },
  ledger: [{ outcome: 'complete', failure: null, purpose: 'chat', request: 't', provider: 'p', input: 100, cached: 0, written: 0, output: 20, reasoning: 0, estimated: false, amount: 180_000, source: 'snapshot' }],
  ...{ held: 0, spentToday: 180_000, told: [], notices: [], log: [], uncaught: [], strayed: 0, leaks: [], ms: 50, rssDeltaMb: 1, idleLimitMs: 5000, shown: {} },
};

function check(name: string, must: EvalRow, changes: Partial<Facts>, passes: boolean): void {
  it(name, () => assert.equal(judge(must, { ...well, ...changes }).length === 0, passes, JSON.stringify(judge(must, { ...well, ...changes }))));
}

const limited = { kind: 'rateLimited', provider: 'p', retryAfterMs: 60_000 } as const;
const refused: Partial<Facts> = { asks: [{ text: '', answer: { state: 'failed', failure: limited }, ms: 50, msAfterStop: undefined }], said: [[{ type: 'failed', failure: limited, usage: undefined }]], told: [tell(limited, { nameOf: (id) => id, now: 0 })] };

describe('the judge of wire faults', () => {
  check('passes what is met', { outcome: 'success', text: 'Hello', finish: 'stop', usage: { input: 100, output: 20 }, usage_source: 'provider', ledger: { entries: 1, cost_gt: 0 } }, {}, true);
  check('fails another text', { text: 'Hel' }, {}, false);
  check('fails other usage', { usage: { input: 100, output: 21 } }, {}, false);
  check('fails a figure that it does not know', { usage: { input: 100, dreams: 1 } }, {}, false);
  check('fails a field that it does not know', { outcome: 'success', colour: 'blue' }, {}, false);
  check('fails words that it does not know', { must_not: ['offend the moon'] }, {}, false);
  check('fails a wish for the page that it does not know', { ui: 'a dancing bear' }, {}, false);
  check('fails a ledger field that it does not know', { ledger: { entries: 1, smell: 'none' } }, {}, false);
  check('passes over remarks', { outcome: 'success', note: 'anything', notes: 'anything' }, {}, true);
  check('takes either of two outcomes', { outcome: 'partial_or_success' }, {}, true);
  check('knows a failure by its words', { outcome: 'error', error_kind: 'rate_limit', ui: 'shows when it can be retried' }, refused, true);
  check('fails another failure', { outcome: 'error', error_kind: 'auth' }, refused, false);
  check('fails a failure where none was wanted', { outcome: 'success' }, refused, false);
  check('holds that nothing was thrown', { must_not: ['uncaught exception'] }, { uncaught: ['Error: x'] }, false);
  check('holds that no key was shown', { must_not: ['print the full key'] }, { leaks: ['told'] }, false);
  check('holds waits to their bounds', { wait_ms: [200, 2000] }, { waitsMs: [2500] }, false);
  check('wants chance in waits', { jitter: true }, { luckyWaitsMs: [500, 500] }, false);
  check('wants another provider where one is told', { outcome: 'error', fallback: 'next provider' }, { ...refused, fallback: { switched: false, answered: false, requestsToSecond: 0 } }, false);
  check('wants none where none may be asked', { outcome: 'error', fallback: false }, { ...refused, fallback: { switched: true, answered: true, requestsToSecond: 1 } }, false);
  check('counts only rows that can have cost something', { ledger: { entries: 0 } }, { ledger: [{ ...(well.ledger[0] ?? assert.fail()), input: 0, output: 0, amount: 0 }] }, true);
});
