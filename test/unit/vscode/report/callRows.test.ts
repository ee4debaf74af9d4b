import assert from 'node:assert/strict';
import { callObject, csvHeader, csvLine } from '../../../../src/vscode/report/callRows';
import { call } from '../../../support/reportCalls';

const withModel = (model: string) => csvLine(call({ question: 'q', change: { model } }));

describe('a call in a file', () => {
  it('has a cell for each column', () => {
    assert.equal(csvLine(call()).split(',').length, csvHeader.split(',').length);
    assert.equal(csvLine(call({ old: true, amount: 'unknown' })).split(',').length, csvHeader.split(',').length);
  });

  it('tells what it cost and what was said before', () => {
    assert.partialDeepStrictEqual(callObject(call({ question: 'q', amount: 1_234_567, expected: [1_000_000, 2_000_000, 3_000_000] })), {
      ...{ startedAt: '2026-03-18T12:00:00.000Z', question: 'q', purpose: 'chat', provider: 'acme', model: 'mid', outcome: 'complete', inputTokens: 1000, outputTokens: 500 },
      ...{ costUsd: 0.001234567, predictedLowUsd: 0.001, predictedLikelyUsd: 0.002, predictedHighUsd: 0.003, chosen: 'routed', bestModel: 'acme/large', cheapestModel: 'acme/small' },
    });
  });

  it('says nothing where nothing is known', () => {
    assert.equal('costUsd' in callObject(call({ amount: 'unknown' })), false);
  });

  const names: readonly [string, string][] = [
    ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@sum', "'@sum"],
    ['a,b', '"a,b"'],
    ['a\nb', '"a\nb"'],
    ['org/model:free', 'org/model:free'],
  ];
  for (const [name, cell] of names) {
    it(`is no formula, and stays one cell: ${JSON.stringify(name)}`, () => {
      assert.ok(withModel(name).includes(`,acme,${cell},none,`), withModel(name));
    });
  }
});
