import assert from 'node:assert/strict';
import { callObject, csvHeader, csvLine } from '../../../../src/vscode/report/callRows';
import { call } from '../../../support/reportCalls';

const nobody: ReadonlyMap<string, string> = new Map();
const withModel = (model: string) => csvLine(call({ question: 'q', change: { model } }), nobody);

describe('a call in a file', () => {
  it('has a cell for each column', () => {
    assert.equal(csvLine(call(), nobody).split(',').length, csvHeader.split(',').length);
    assert.equal(csvLine(call({ old: true, amount: 'unknown' }), nobody).split(',').length, csvHeader.split(',').length);
  });

  it('tells what it cost and what was said before', () => {
    assert.partialDeepStrictEqual(callObject(call({ question: 'q', amount: 1_234_567, expected: [1_000_000, 2_000_000, 3_000_000] }), nobody), {
      ...{ startedAt: '2026-03-18T12:00:00.000Z', question: 'q', purpose: 'chat', provider: 'acme', model: 'mid', outcome: 'complete', inputTokens: 1000, outputTokens: 500 },
      ...{ costUsd: 0.001234567, predictedLowUsd: 0.001, predictedLikelyUsd: 0.002, predictedHighUsd: 0.003, chosen: 'routed', bestModel: 'acme/large', cheapestModel: 'acme/small' },
    });
  });

  it('says nothing where nothing is known', () => {
    assert.equal('costUsd' in callObject(call({ amount: 'unknown' }), nobody), false);
  });

  it('tells which program asked, by its name where it still has one, and in which folder', () => {
    const asked = call({ change: { client: 'c', folder: 'shop', purpose: 'agent:claude' } });
    assert.partialDeepStrictEqual(callObject(asked, new Map([['c', 'Claude Code']])), { purpose: 'agent:claude', client: 'Claude Code', clientId: 'c', folder: 'shop' });
    assert.match(csvLine(asked, new Map([['c', '=1']])), /,'=1,c,shop\r\n$/);
    assert.match(csvLine(asked, nobody), /,,c,shop\r\n$/);
    assert.match(csvLine(call(), nobody), /,,,\r\n$/);
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
