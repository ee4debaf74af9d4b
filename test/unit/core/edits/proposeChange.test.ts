import assert from 'node:assert/strict';
import { type Change, proposeChange } from '../../../../src/core/edits/proposeChange';
import { rows } from './changeRows';

describe('proposeChange', () => {
  it('says that a block was cut off, whatever it makes of it', () => {
    const change = proposeChange('a {\n  x;\n}\n', { code: 'a {\n  y;\n', language: 'css', path: 'a.css', cutOff: true });
    assert.ok(change.kind !== 'change' || change.notes.some(({ kind }) => kind === 'cutOff'));
    assert.deepEqual(proposeChange(undefined, { code: 'x', language: '', path: 'a', cutOff: true }), { kind: 'change', text: 'x\n', how: 'new', sure: true, notes: [{ kind: 'cutOff' }] });
  });

  for (const [path, cases] of Object.entries(rows)) {
    for (const { name, file, block, language = '', becomes, unsure = false, kept = [], dropped = [], outcome } of cases) {
      it(`${path}: ${name}`, () => {
        const change: Change = proposeChange(file, { code: block, language, path });
        if (outcome !== undefined) return assert.deepEqual(change.kind === 'unplaced' ? change.why : change.kind, outcome);
        assert.equal(change.kind, 'change', JSON.stringify(change));
        if (change.kind !== 'change') return undefined;
        assert.equal(change.text, becomes);
        assert.equal(change.sure, !unsure, unsure ? 'it should not be sure' : 'it should be sure');
        assert.deepEqual(change.notes.flatMap((note) => (note.kind === 'kept' ? note.names : [])), kept);
        assert.deepEqual(change.notes.flatMap((note) => (note.kind === 'dropped' ? note.names : [])), dropped);
        return undefined;
      });
    }
  }
});
