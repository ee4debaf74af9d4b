import assert from 'node:assert/strict';
import { StorageError } from '../../../../src/core/ports/ledgerStore';
import { BookTotals } from '../../../../src/gateway/operations/bookTotals';
import { noon, opening, settled } from '../../../support/calls';
import { testApp } from '../../../support/testApp';

describe('the sums of the month', () => {
  async function room() {
    const { app, ledger, clock } = testApp();
    let reads = 0;
    const totals = new BookTotals({ budgets: (thread) => app.budgets(thread), calls: (query) => (reads++, app.calls(query)) }, clock);
    const add = (id: string, startedAt = noon) => ledger.settle(settled(opening(id, { realm: 'demo', startedAt }), 10));
    await add('a');
    return { app, clock, totals, add, reads: () => reads, sums: async () => (await totals.month()).map(({ amount, calls }) => [amount, calls]) };
  }

  it('are read once while nothing changes', async () => {
    const { clock, sums, reads } = await room();
    assert.deepEqual(await sums(), [[10, 1]]);
    clock.advance(3_600_000);
    assert.deepEqual(await sums(), [[10, 1]]);
    assert.equal(reads(), 1);
  });

  it('are read again when something did, at most every half minute', async () => {
    const { clock, totals, add, sums, reads } = await room();
    await sums();
    await add('b');
    totals.changed();
    assert.deepEqual(await sums(), [[10, 1]]);
    clock.advance(30_000);
    assert.deepEqual(await sums(), [[20, 2]]);
    assert.equal(reads(), 2);
  });

  it('begin anew with the month', async () => {
    const { clock, add, sums } = await room();
    await sums();
    clock.advance(20 * 86_400_000);
    assert.deepEqual(await sums(), []);
    await add('next', clock.now());
    assert.deepEqual(await sums(), []);
  });

  it('that could not be read are read again by the next', async () => {
    const { app, sums } = await room();
    const calls = app.calls.bind(app);
    app.calls = () => {
      throw new StorageError('locked', 'busy');
    };
    await assert.rejects(sums(), StorageError);
    app.calls = calls;
    assert.deepEqual(await sums(), [[10, 1]]);
  });
});
