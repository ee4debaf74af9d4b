import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { BudgetView } from '../../../src/shared/protocol';
import { tightestOf } from '../../../webview-ui/chat/budgetBar';
import { decodeEntities } from '../../../webview-ui/chat/markdown/entities';
import { freshView, readSavedView } from '../../../webview-ui/chat/savedView';

describe('decodeEntities', () => {
  const rows: readonly (readonly [input: string, expected: string])[] = [
    ['a & b', 'a & b'],
    ['&lt;b&gt; &amp;amp;', '<b> &amp;'],
    ['&#65;&#x42;', 'AB'],
    ['&nothing; &constructor; &__proto__;', '&nothing; &constructor; &__proto__;'],
    ['&#0; &#xD800; &#x110000;', '\ufffd \ufffd \ufffd'],
    ['&rarr;&hellip;&nbsp;', '→…\u00a0'],
  ];
  for (const [input, expected] of rows) it(input, () => assert.equal(decodeEntities(input), expected));
});

describe('tightestOf', () => {
  const budget = (label: string, percent: number | undefined): BudgetView => ({ label, text: '', percent, level: 'ok', resets: '' });
  const rows: readonly (readonly [name: string, budgets: readonly BudgetView[], expected: string | undefined])[] = [
    ['none', [], undefined],
    ['no limits: the first', [budget('today', undefined), budget('this week', undefined)], 'today'],
    ['a limit before none', [budget('today', undefined), budget('this week', 0)], 'this week'],
    ['the largest share', [budget('today', 10), budget('this week', 120), budget('this month', 90)], 'this week'],
    ['the first of equals', [budget('today', 10), budget('this week', 10)], 'today'],
  ];
  for (const [name, budgets, expected] of rows) it(name, () => assert.equal(tightestOf(budgets)?.label, expected));
});

describe('readSavedView', () => {
  const kept = { threadId: 't', draft: 'x', following: false, anchor: { messageId: 'a', above: 3 }, unfolded: ['why a'], historyOpen: true };
  const rows: readonly (readonly [name: string, stored: unknown, expected: unknown])[] = [
    ['nothing stored', undefined, freshView],
    ['of the editor: null', null, freshView],
    ['another version', { draft: 7 }, freshView],
    ['as it was', kept, kept],
    ['with more in it', { ...kept, more: 1 }, kept],
  ];
  for (const [name, stored, expected] of rows) it(name, () => assert.deepEqual(readSavedView(stored), expected));
});
