import assert from 'node:assert/strict';
import { type FromReportPage, fromReportPage, type ReportView, type ToReportPage } from '../../../../src/shared/reportProtocol';
import { connect } from '../../../../webview-ui/report/connection';

const report = (period: ReportView['period']): ReportView => ({ period, isDemo: false, isEmpty: true, summary: ['Nothing.'], sections: [] });

function page() {
  const posted: FromReportPage[] = [];
  const connection = connect({ post: (message) => posted.push(fromReportPage.parse(message)), period: '30', onChange: () => undefined });
  return { ...connection, posted, tell: (message: ToReportPage) => connection.receive(message) };
}

describe('the page of the report', () => {
  it('shows what it asked for', () => {
    const { show, state, posted, tell } = page();
    show('7');
    assert.deepEqual(posted, [{ id: 1, request: { type: 'show', period: '7' } }]);
    tell({ type: 'progress', calls: 500 });
    assert.equal(state().reading, 500);
    tell({ type: 'report', report: report('7') });
    tell({ type: 'reply', id: 1 });
    assert.partialDeepStrictEqual(state(), { reading: undefined, report: { period: '7' } });
  });

  it('does not take the report of another period, or the reply to an older request, for what it waits for', () => {
    const { show, state, tell } = page();
    show('7');
    show('90');
    tell({ type: 'reply', id: 1 });
    tell({ type: 'report', report: report('7') });
    assert.partialDeepStrictEqual(state(), { reading: 0, report: undefined });
    tell({ type: 'report', report: report('90') });
    tell({ type: 'reply', id: 2 });
    assert.partialDeepStrictEqual(state(), { reading: undefined, report: { period: '90' } });
  });

  it('tells why there is no report, until it asks again', () => {
    const { show, state, tell } = page();
    show('all');
    tell({ type: 'reply', id: 1, error: 'The ledger is locked.' });
    assert.partialDeepStrictEqual(state(), { reading: undefined, error: 'The ledger is locked.' });
    show('all');
    assert.equal(state().error, undefined);
  });

  it('saves the period that is shown, once at a time', () => {
    const { show, save, state, posted, tell } = page();
    show('90');
    save('csv');
    assert.deepEqual(posted.at(-1)?.request, { type: 'export', period: '90', format: 'csv' });
    assert.equal(state().isSaving, true);
    tell({ type: 'reply', id: 2 });
    assert.equal(state().isSaving, false);
  });

  const strange: readonly unknown[] = [undefined, 'report', { type: 'report' }, { type: 'report', report: { ...report('30'), summary: [1] } }, { type: 'progress', calls: 'many' }, { type: 'other' }];
  for (const message of strange) {
    it(`ignores ${JSON.stringify(message)}`, () => {
      const { receive, state } = page();
      receive(message);
      assert.partialDeepStrictEqual(state(), { isHeard: false, report: undefined });
    });
  }
});

describe('the host', () => {
  const refused: readonly unknown[] = [undefined, {}, { id: 1 }, { id: 1, request: { type: 'show' } }, { id: 1, request: { type: 'show', period: '31' } }, { id: 1, request: { type: 'export', period: '7', format: 'exe' } }, { id: 1, request: { type: 'stop', more: 1 } }];
  for (const message of refused) {
    it(`takes no ${JSON.stringify(message)}`, () => {
      assert.equal(fromReportPage.safeParse(message).success, false);
    });
  }
});
