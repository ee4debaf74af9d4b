import assert from 'node:assert/strict';
import type { ChangedFile } from '../../../src/core/editorTasks/changedFiles';
import { commitPrompt } from '../../../src/core/editorTasks/commitPrompt';
import { commitText } from '../../../src/core/editorTasks/commitText';
import { demoAnswer } from '../../../src/node/demo/answer';
import { demoModels } from '../../../src/node/demo/models';

describe('the commit message of a demo model', () => {
  const changed: ChangedFile = { path: 'src/pricing.ts', how: 'changed', added: 1, removed: 1, hunks: ['@@ -1 +1 @@\n-a\n+b'] };
  const added: ChangedFile = { path: 'docs/new file.md', how: 'added', added: 1, removed: 0, hunks: ['@@ -0,0 +1 @@\n+b'] };
  const [model] = demoModels;
  for (const [name, files, begun, expected] of [
    ['names the file', [changed], '', 'Change pricing.ts'],
    ['and says how many others there are', [added, changed], '', 'Add new file.md and 1 more'],
    ['begins as the person did', [changed], 'fix typo', 'Fix typo in pricing.ts'],
  ] as const) {
    it(name, () => {
      assert.ok(model);
      const messages = commitPrompt({ files, subjects: ['Say hello'], begun }).map(({ role, text }) => ({ role, text }));
      const reply = demoAnswer({ model: model.id, messages, tools: [], stream: true, includeUsage: true, maxTokens: undefined }, model).text;
      assert.equal(commitText(reply), `${expected}\n\nSimulated message of the demo: no real model read the changes.`);
    });
  }
});
