import assert from 'node:assert/strict';
import { alertReached, alertToGive, forecast, roomLeft, tightest } from '../../../../src/core/budget/standing';
import type { BudgetStatus } from '../../../../src/core/model/budget';
import { nano } from '../../../../src/core/model/money';

const status = (spent: number, limit: number | undefined, changes: Partial<BudgetStatus> = {}): BudgetStatus => ({
  scope: 'day',
  realm: 'real',
  spent: nano(spent),
  held: nano(0),
  limit: limit === undefined ? undefined : nano(limit),
  resetsAt: 1_000,
  unknownCalls: 0,
  calls: 1,
  ...changes,
});
const month = { scope: 'month' } as const;

describe('roomLeft', () => {
  const rows: readonly { readonly why: string; readonly statuses: readonly BudgetStatus[]; readonly expected: number | undefined }[] = [
    { why: 'undefined without budgets', statuses: [], expected: undefined },
    { why: 'undefined without limits', statuses: [status(5, undefined)], expected: undefined },
    { why: 'what is neither spent nor held', statuses: [status(5, 100, { held: nano(20) })], expected: 75 },
    { why: 'the least of all limits', statuses: [status(5, 100), status(90, 120), status(500, undefined)], expected: 30 },
    { why: 'zero at the limit', statuses: [status(100, 100)], expected: 0 },
    { why: 'zero beyond it', statuses: [status(130, 100), status(0, 50)], expected: 0 },
  ];
  for (const { why, statuses, expected } of rows) it(`is ${why}`, () => assert.equal(roomLeft(statuses), expected));
});

describe('tightest', () => {
  const rows: readonly { readonly why: string; readonly statuses: readonly BudgetStatus[]; readonly expected: number | undefined }[] = [
    { why: 'none without budgets', statuses: [], expected: undefined },
    { why: 'none without limits', statuses: [status(5, undefined)], expected: undefined },
    { why: 'the most used up', statuses: [status(0, 1), status(90, 100), status(50, 100)], expected: 1 },
    { why: 'of equals the one with the least money left', statuses: [status(50, 100), status(5, 10, month), status(50, undefined)], expected: 1 },
    { why: 'the first of two that are alike', statuses: [status(5, 10), status(5, 10, month)], expected: 0 },
    { why: 'a limit of zero, which is used up', statuses: [status(99, 100), status(0, 0, month)], expected: 1 },
    { why: 'whatever is held', statuses: [status(50, 100), status(0, 100, { held: nano(99) })], expected: 0 },
  ];
  for (const { why, statuses, expected } of rows) it(`is ${why}`, () => assert.equal(tightest(statuses), expected === undefined ? undefined : statuses[expected]));
});

describe('alertReached', () => {
  const rows: readonly (readonly [number, number | undefined, number | undefined])[] = [
    [74, 100, undefined],
    [75, 100, 75],
    [89, 100, 75],
    [90, 100, 90],
    [99, 100, 90],
    [100, 100, 100],
    [250, 100, 100],
    [0, 0, 100],
    [500, undefined, undefined],
  ];
  for (const [spent, limit, expected] of rows) it(`is ${expected ?? 'none'} for ${spent} of ${limit ?? 'no limit'}`, () => assert.equal(alertReached(status(spent, limit)), expected));
});

describe('alertToGive', () => {
  const rows: readonly { readonly why: string; readonly before: BudgetStatus | undefined; readonly after: BudgetStatus; readonly expected: number | undefined }[] = [
    { why: 'nothing at the first look', before: undefined, after: status(95, 100), expected: undefined },
    { why: 'nothing below the first', before: status(0, 100), after: status(74, 100), expected: undefined },
    { why: 'the one that is newly reached', before: status(74, 100), after: status(75, 100), expected: 75 },
    { why: 'the highest of several', before: status(10, 100), after: status(100, 100), expected: 100 },
    { why: 'nothing when it was reached before', before: status(91, 100), after: status(95, 100), expected: undefined },
    { why: 'nothing when the limit was raised', before: status(95, 100), after: status(95, 120), expected: undefined },
    { why: 'the one reached because the limit was lowered', before: status(50, 100), after: status(50, 60), expected: 75 },
    { why: 'nothing without a limit', before: status(50, 100), after: status(500, undefined), expected: undefined },
    { why: 'the one reached because a limit was set', before: status(50, undefined), after: status(50, 50), expected: 100 },
    { why: 'one that was reached in the last period as well', before: status(95, 100), after: status(92, 100, { resetsAt: 2_000 }), expected: 90 },
  ];
  for (const { why, before, after, expected } of rows) it(`gives ${why}`, () => assert.equal(alertToGive(before, after), expected));
});

describe('forecast', () => {
  const period = { from: 1_000, to: 2_000 };
  const rows: readonly { readonly why: string; readonly spent: number; readonly at: number; readonly expected: number | undefined }[] = [
    { why: 'no figure in the first tenth', spent: 10, at: 1_099, expected: undefined },
    { why: 'the pace after a tenth', spent: 10, at: 1_100, expected: 100 },
    { why: 'twice as much at half time', spent: 10, at: 1_500, expected: 20 },
    { why: 'a whole number', spent: 10, at: 1_300, expected: 33 },
    { why: 'what was spent at the end', spent: 10, at: 2_000, expected: 10 },
    { why: 'no figure after the end', spent: 10, at: 2_001, expected: undefined },
    { why: 'no figure before the beginning', spent: 10, at: 999, expected: undefined },
    { why: 'nothing when nothing was spent', spent: 0, at: 1_500, expected: 0 },
    { why: 'no figure beyond what can be counted', spent: Number.MAX_SAFE_INTEGER, at: 1_500, expected: undefined },
  ];
  for (const { why, spent, at, expected } of rows) it(`gives ${why}`, () => assert.equal(forecast(nano(spent), period, at), expected));
});
