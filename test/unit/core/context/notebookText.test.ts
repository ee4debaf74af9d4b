import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { notebookText } from '../../../../src/core/context/notebookText';

describe('notebookText', () => {
  const rows: readonly (readonly [name: string, json: string, text: string | undefined])[] = [
    ['cells without outputs', JSON.stringify({ cells: [{ cell_type: 'markdown', source: ['# A\n', 'b'] }, { cell_type: 'code', source: 'x = 1', outputs: [{ data: { 'image/png': 'iVBO' } }] }], metadata: { language_info: { name: 'julia' } } }), '[cell 1, markdown]\n# A\nb\n\n[cell 2, julia]\nx = 1'],
    ['no cells', '{"cells":[]}', ''],
    ['an older format', '{"worksheets":[]}', undefined],
    ['no JSON', '{', undefined],
    ['something else', '[1]', undefined],
  ];
  for (const [name, json, text] of rows) it(name, () => assert.equal(notebookText(json), text));
});
