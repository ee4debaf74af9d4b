import assert from 'node:assert/strict';
import { problemLine, selectionText } from '../../../../src/core/editorTasks/selectionText';
import { tasks } from '../../../../src/core/editorTasks/tasks';

describe('selectionText', () => {
  it('what is asked, the place, the code and its problems', () =>
    assert.equal(selectionText({ ask: 'Fix.', place: 'a.ts:1-2', code: 'x', language: 'typescript', problems: '- line 1, error: y' }), 'Fix.\n\nFrom `a.ts:1-2`:\n```typescript\nx\n```\n\nProblems the editor reports there:\n- line 1, error: y'));

  it('code that ends the fence', () => assert.match(selectionText({ ask: 'Fix.', place: 'a.md:1-2', code: '```\n````', language: 'markdown', problems: '' }), /\n`````markdown\n/));
});

describe('problemLine', () => {
  for (const [problem, expected] of [
    [{ line: 3, severity: 'error', message: 'Cannot find name "x".', source: 'ts', code: '2304' }, '- line 3, error (ts 2304): Cannot find name "x".'],
    [{ line: 1, severity: 'warning', message: ' unused\nhere \n' }, '- line 1, warning: unused\n  here'],
    [{ line: 1, severity: 'note', message: 'x'.repeat(5000), source: 'lint' }, `- line 1, note (lint): ${'x'.repeat(600)}`],
  ] as const) it(expected.slice(0, 50), () => assert.equal(problemLine(problem), expected));
});

describe('tasks', () => {
  it('are short: they are paid for with every question', () => {
    for (const [name, ask] of Object.entries(tasks)) assert.ok(ask.length < 250, name);
  });
});
