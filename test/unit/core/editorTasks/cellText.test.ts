import assert from 'node:assert/strict';
import { type AskedCell, cellText } from '../../../../src/core/editorTasks/cellText';

const cell: AskedCell = { ask: 'Explain.', place: 'a.ipynb, cell 2', code: 'print(x)', language: 'python', outputs: [], problems: '' };

describe('cellText', () => {
  it('the code alone', () => assert.equal(cellText(cell), 'Explain.\n\nFrom `a.ipynb, cell 2`:\n```python\nprint(x)\n```'));

  it('errors before what else was put out, without colours', () => {
    const text = cellText({ ...cell, outputs: [{ kind: 'text', text: 'one' }, { kind: 'error', text: 'NameError: \u001b[31mx\u001b[0m' }], problems: '- line 1, error: x' });
    assert.equal(text, `${cellText(cell)}\n\nError:\n\`\`\`text\nNameError: x\n\`\`\`\n\nOutput:\n\`\`\`text\none\n\`\`\`\n\nProblems the editor reports there:\n- line 1, error: x`);
  });

  it('pictures are left out, and that is told', () => assert.match(cellText({ ...cell, outputs: [{ kind: 'leftOut', type: 'image/png' }] }), /\[an output of the kind image\/png is left out\]$/));

  it('is bounded', () => {
    const text = cellText({ ...cell, outputs: Array.from({ length: 200 }, (_, index) => ({ kind: index === 199 ? ('error' as const) : ('text' as const), text: `${index} `.repeat(2000) })) });
    assert.ok(text.length < 8_000, String(text.length));
    assert.match(text, /Error:\n```text\n199 /);
    assert.match(text, /\[further outputs are left out\]$/);
  });
});
