import assert from 'node:assert/strict';
import type { CallRecord } from '../../../../src/core/model/call';
import type { Outcome } from '../../../../src/core/model/outcome';
import { routingReport } from '../../../../src/core/report/routingReport';
import { type Period, type ReportView, toReportPage } from '../../../../src/shared/reportProtocol';
import { reportView } from '../../../../src/vscode/report/reportView';
import { noon } from '../../../support/calls';
import { FakeLedgerStore } from '../../../support/fakeLedgerStore';
import { FakeOutcomeStore } from '../../../support/fakeOutcomeStore';
import { assertTranslated } from '../../../support/otherLanguage';
import { call, outcome } from '../../../support/reportCalls';

async function view(calls: readonly CallRecord[], { outcomes = [], period = '30', realm = 'real' }: { readonly outcomes?: readonly Outcome[]; readonly period?: Period; readonly realm?: 'real' | 'demo' } = {}): Promise<ReportView> {
  const history = new FakeLedgerStore();
  for (const one of calls) await history.settle(one);
  const store = new FakeOutcomeStore(history);
  for (const one of outcomes) await store.put(one);
  const report = await routingReport({ history, outcomes: store }, { realm, from: 0, to: noon + 1 }, new AbortController().signal);
  const made = reportView(report, period, (arm) => arm.replace('acme/', ''));
  // What is sent is what the page accepts.
  assert.deepEqual(toReportPage.parse({ type: 'report', report: made }), { type: 'report', report: made });
  // Blanks at which no line breaks are nothing to repeat in every row below.
  const read = toReportPage.parse(JSON.parse(JSON.stringify({ type: 'report', report: made }).replaceAll('\u00a0', ' ')));
  assert.ok(read.type === 'report');
  return read.report;
}

const many = (count: number, sketch: Parameters<typeof call>[0] = {}): readonly CallRecord[] => Array.from({ length: count }, () => call(sketch));

describe('the words of the report', () => {
  it('says that there is nothing', async () => {
    assert.partialDeepStrictEqual(await view([]), { isEmpty: true, summary: ['Nothing was asked in the last 30 days.'], sections: [] });
  });

  const sentences: readonly [string, number, readonly CallRecord[], RegExp][] = [
    ['what was spent', 0, [call(), call()], /^In the last 30 days you spent \$0\.006\d* on 2 questions\.$/],
    ['requests of programs', 0, [call(), call({ change: { purpose: 'gateway' } }), call({ change: { purpose: 'agent:claude' } })], / on 1 question and 2 requests of programs\.$/],
    ['requests of programs alone', 0, [call({ change: { purpose: 'editor-chat' } })], / on 1 request of programs\.$/],
    ['side calls', 0, [call(), call({ change: { purpose: 'judge' } })], /on 1 question, \$0\.0030 of it on the side/],
    ['unknown costs', 0, [call(), call({ amount: 'unknown' })], /1 call of unknown cost is not in it/],
    ['what was saved', 1, [call()], /^Always asking the best model would have cost about \$0\.018 \(between \$\S+ and \$\S+\): you saved \$0\.015, 83 %\. A random mix of the best and the cheapest model of equal quality would have cost about/],
    ['what was not saved', 1, [call({ amount: 50_000_000 })], /would have cost about \$0\.018 \(.*\): you paid \$0\.033 more/],
    ['nothing to compare', 1, [call({ old: true })], /^What was saved cannot be told/],
    ['the pinned model', 1, [call({ model: 'large', how: 'pinned', pinned: {} })], /Always asking your pinned model \(large\) would have cost about \$0\.018, as much as was paid\./],
    ['too few to judge', 2, many(29), /not enough data yet .* \(29 of 30 answers\)/],
    ['enough to judge', 2, many(30), /^100 % of 30 answers cost what was said before \(95 % sure: 89 % to 100 %; it should be 80 %\)\. Half of them were within 0 % of the likely figure, as often more as less\.$/],
    ['a bias', 2, many(30, { amount: 120, expected: [50, 100, 200] }), /Half of them were within 20 % of the likely figure, rather more, by 20 %\./],
  ];
  for (const [name, place, calls, expected] of sentences) {
    it(`tells ${name}`, async () => {
      assert.match((await view(calls)).summary[place] ?? '', expected);
    });
  }

  it('tells what it was spent for in plain words, where that was more than one thing', async () => {
    const { sections } = await view([call(), call({ change: { purpose: 'agent:claude' } }), call({ change: { purpose: 'embedding' } })]);
    const chart = sections.find(({ id }) => id === 'purposes')?.charts[0];
    assert.deepEqual(chart?.table.rows.map(([name]) => name), ['Chat', 'Agent claude', 'Embeddings']);
    assert.equal((await view([call()])).sections.some(({ id }) => id === 'purposes'), false);
  });

  it('says all of it in another language, too', async () => {
    const calls = Array.from({ length: 31 }, (_, at) => call({ question: `q${at}` }));
    const mixed = [...calls, call({ amount: 'unknown' }), call({ change: { purpose: 'judge' } }), call({ change: { purpose: 'gateway' } }), call({ old: true }), call({ model: 'large', how: 'pinned', pinned: {} })];
    const outcomes = calls.map(({ question }, at) => outcome(question ?? '', 'rating', at < 3 ? 0 : 1));
    const all = [() => view(mixed, { outcomes }), () => view(calls.slice(0, 5), { outcomes: outcomes.slice(0, 5), period: 'all' }), () => view([])];
    for (const one of all) await assertTranslated(one, ['bars', 'plot', 'savings', 'prediction', 'selection', 'spend', 'purposes', 'all', 'large', 'small', 'mid']);
  });

  it('names play money', async () => {
    assert.equal((await view([call({ change: { realm: 'demo' } })], { realm: 'demo' })).isDemo, true);
  });

  it('names the period', async () => {
    assert.match((await view([call()], { period: 'all' })).summary[0] ?? '', /^In all the time that is in the books/);
  });

  it('does not judge the choice before there is enough', async () => {
    const calls = Array.from({ length: 30 }, (_, at) => call({ question: `q${at}` }));
    const rated = (count: number): readonly Outcome[] => Array.from({ length: count }, (_, at) => outcome(`q${at}`, 'rating', at < 3 ? 0 : 1));
    const said = async (count: number): Promise<string> => (await view(calls, { outcomes: rated(count) })).sections.find(({ id }) => id === 'selection')?.sentences.join(' ') ?? '';
    assert.match(await said(29), /good enough\? Not enough data yet: 29 of 30 answers/);
    assert.match(await said(30), /good enough\? In 90 % of 30 answers .*; 95 % sure: 74 % to 97 %\. 3 of 30 answers drew a complaint/);
    assert.match(await said(30), /Would a cheaper model have done as well\? Not enough data yet: 0 of 30 questions/);
  });

  it('draws what was compared on the same questions in one chart', async () => {
    const charts = async (calls: readonly CallRecord[]): Promise<readonly string[][]> => ((await view(calls)).sections.find(({ id }) => id === 'savings')?.charts ?? []).map((chart) => (chart.kind === 'bars' ? chart.bars.map(({ label }) => label) : []));
    assert.deepEqual(await charts([call()]), [['Paid', 'Always the best model', 'Random mix of equal quality']]);
    // Of one question no cheapest model is known.
    assert.deepEqual(await charts([call(), call({ cheapest: null })]), [['Paid', 'Always the best model'], ['Paid', 'Random mix of equal quality']]);
  });

  it('says what could not be compared', async () => {
    const { notes = [] } = (await view([call(), call({ old: true }), call({ ablest: { unpriced: true } })])).sections.find(({ id }) => id === 'savings') ?? {};
    assert.ok(notes.includes('Always the best model: 2 questions could not be compared: 1 from before this was kept, 1 for want of a price or of a chance of success.'), notes.join('\n'));
  });

  it('has a table for each chart, a cell for each column', async () => {
    const calls = [...many(40), call({ model: 'small', question: 'q' })];
    const { sections } = await view(calls, { outcomes: [outcome('q', 'rating', 1, { arm: call({ model: 'small' }).arm })] });
    const charts = sections.flatMap((section) => section.charts);
    assert.deepEqual(charts.map(({ title }) => title), ['Cost of 41 questions', 'Told before and paid', 'Chance told and answers that were good enough', 'Spend by model']);
    for (const { table, description } of charts) {
      assert.ok(description.length > 0);
      assert.ok(table.rows.length > 0);
      for (const row of table.rows) assert.equal(row.length, table.columns.length);
    }
  });

  it('has room for hundreds of models', async () => {
    const calls = Array.from({ length: 300 }, (_, at) => {
      const one = call({ amount: at + 1 });
      return { ...one, ...(one.decided ? { decided: { ...one.decided, card: `a model with quite a long name, number ${at}` } } : {}) };
    });
    const chart = (await view(calls)).sections.find(({ id }) => id === 'spend')?.charts[0];
    assert.equal(chart?.table.rows.length, 21);
    assert.equal(chart.table.rows.at(-1)?.[0], '280 others');
  });

  it('has room for names of any length', async () => {
    const one = call({ amount: 5, expected: [1, 2, 9] });
    const long = 'm'.repeat(5000);
    const { sections } = await view([{ ...one, ...(one.decided ? { decided: { ...one.decided, card: long } } : {}) }]);
    assert.equal(JSON.stringify(sections).includes('m'.repeat(81)), false);
  });

  it('draws amounts from a nano-dollar to hundreds of dollars', async () => {
    const { sections } = await view([call({ amount: 1, expected: [1, 1, 2] }), call({ amount: 3e11, expected: [1e11, 2e11, 4e11] })]);
    const plot = sections.find(({ id }) => id === 'prediction')?.charts[0];
    assert.ok(plot?.kind === 'plot');
    assert.deepEqual([plot.x.ticks[0]?.text, plot.x.ticks.at(-1)?.text], ['$0.000000001', '$100']);
  });
});
