import assert from 'node:assert/strict';
import { nano } from '../../../src/core/model/money';
import { useBundle } from '../../../src/shared/l10n';
import { lastCallText } from '../../../src/vscode/costText';

describe('the last call in words', () => {
  const now = new Date(2026, 10, 21, 14, 30).getTime();
  const call: Parameters<typeof lastCallText>[0] = { model: 'demo-medium', purpose: 'chat', charge: { amount: nano(190_000), source: 'live', estimatedUsage: false }, timing: { firstTokenMs: 100, totalMs: 300 }, endedAt: new Date(2026, 10, 21, 9, 5).getTime() };
  const shown = '09:05';
  const rows: readonly (readonly [what: string, change: Partial<typeof call>, says: string])[] = [
    ['chat', { modelName: 'Demo Medium' }, `Demo Medium, $0.00019, 0.3 s, ${shown}`],
    ['a model whose name is not known yet', {}, `demo-medium, $0.00019, 0.3 s, ${shown}`],
    ['compare', { purpose: 'compare' }, 'one of a comparison'],
  ];
  for (const [what, change, says] of rows) it(`of ${what} says ${says}`, () => assert.equal(lastCallText({ ...call, ...change }, now), says));

  it('says the day of one of another day', () => assert.equal(lastCallText({ ...call, endedAt: new Date(2026, 10, 9, 9, 5).getTime() }, now), 'demo-medium, $0.00019, 0.3 s, 9 Nov, 09:05'));

  it('is written as the language of the texts writes numbers and days', () => {
    useBundle({ '{0} s': '{0} Sek.' }, 'de');
    try {
      assert.equal(lastCallText({ ...call, timing: { firstTokenMs: 100, totalMs: 1250 }, endedAt: new Date(2026, 11, 9, 9, 5).getTime() }, now), 'demo-medium, $0.00019, 1,3 Sek., 9. Dez., 09:05');
    } finally {
      useBundle(undefined);
    }
  });
});
