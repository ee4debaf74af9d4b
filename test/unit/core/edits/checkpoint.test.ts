import assert from 'node:assert/strict';
import { type KeptFile, stepsTo, withFiles } from '../../../../src/core/edits/checkpoint';

const file = (uri: string, before: string | undefined, after: string | undefined): KeptFile => ({ uri, label: uri, before, after });

describe('withFiles', () => {
  it('goes back to the first text when an answer changes a file twice', () => {
    const first = withFiles(undefined, 'm', [file('a', '1', '2')], 1);
    const second = withFiles(first, 'm', [file('a', '2', '3'), file('b', undefined, 'x')], 2);
    assert.deepEqual(second, { messageId: 'm', state: 'applied', at: 2, files: [file('a', '1', '3'), file('b', undefined, 'x')] });
  });

  it('remembers that somebody else changed the file in between', () => {
    const first = withFiles(undefined, 'm', [file('a', '1', '2')], 1);
    const second = withFiles(first, 'm', [file('a', '2 and mine', '3 and mine')], 2);
    assert.deepEqual(second.files, [{ ...file('a', '1', '3 and mine'), mixed: true }]);
  });

  it('begins anew after an undo', () => {
    const undone = { ...withFiles(undefined, 'm', [file('a', '1', '2'), file('b', '1', '2')], 1), state: 'undone' as const };
    assert.deepEqual(withFiles(undone, 'm', [file('a', '1', '5')], 2).files, [file('a', '1', '5')]);
  });
});

describe('stepsTo', () => {
  const rows: readonly (readonly [string, 'undo' | 'redo', KeptFile, string | undefined, string])[] = [
    ['a changed file is written back', 'undo', file('a', '1', '2'), '2', 'write 1'],
    ['a made file is deleted', 'undo', file('a', undefined, '2'), '2', 'delete'],
    ['a made file that is gone stays so', 'undo', file('a', undefined, '2'), undefined, 'nothing'],
    ['a made file that was worked on is asked about', 'undo', file('a', undefined, '2'), '3', 'changed'],
    ['a file that was changed since is asked about', 'undo', file('a', '1', '2'), '3', 'changed'],
    ['a file that is gone is asked about', 'undo', file('a', '1', '2'), undefined, 'changed'],
    ['a file that was put back by hand needs nothing', 'undo', file('a', '1', '2'), '1', 'nothing'],
    ['other line ends are no change', 'undo', file('a', '1\n', '2\n'), '2\r\n', 'write 1\n'],
    ['a file with work of others in between is asked about', 'undo', { ...file('a', '1', '2'), mixed: true }, '2', 'changed'],
    ['redoing writes the new text', 'redo', file('a', '1', '2'), '1', 'write 2'],
    ['redoing makes the file again', 'redo', file('a', undefined, '2'), undefined, 'create 2'],
    ['redoing over other work asks', 'redo', file('a', '1', '2'), '1b', 'changed'],
  ];
  for (const [name, way, kept, now, expected] of rows) {
    it(name, () => {
      const [step] = stepsTo(way, [kept], () => now);
      assert.equal(step && ('text' in step ? `${step.kind} ${step.text}` : step.kind), expected);
    });
  }
});
