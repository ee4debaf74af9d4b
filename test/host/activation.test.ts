import * as assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import * as path from 'node:path';
import * as vscode from 'vscode';
import * as z from 'zod';

const extensionId = 'farthing.farthing';

const manifestShape = z.object({ contributes: z.object({ commands: z.array(z.object({ command: z.string() })) }) });

function farthing(): vscode.Extension<unknown> {
  const extension = vscode.extensions.getExtension<unknown>(extensionId);
  assert.ok(extension, 'the packaged extension is installed');
  return extension;
}

describe('activation', () => {
  before(() => farthing().activate());

  it('activates from the installed package', () => {
    assert.equal(farthing().isActive, true);
    assert.match(farthing().extensionPath, /farthing\.farthing-\d/);
  });

  it('has the files it reads when they are first needed, none too large', () => {
    const most = { 'catalogue.json': 300_000, 'profile.weights': 300_000, 'judge.js': 300_000 };
    for (const [name, bytes] of Object.entries(most)) {
      const { size } = statSync(path.join(farthing().extensionPath, 'dist', name));
      assert.ok(size > 1_000 && size <= bytes, `${name} has ${size} bytes`);
    }
  });

  it('registers exactly the commands of the manifest', async () => {
    const declared = manifestShape.parse(farthing().packageJSON).contributes.commands.map(({ command }) => command);
    // The editor adds commands of its own for each view and its container.
    const ofViews = /\.(focus|open|resetViewLocation|removeView|toggleVisibility)$|^workbench\./;
    const registered = (await vscode.commands.getCommands(true)).filter((id) => id.startsWith('farthing.') && !ofViews.test(id));
    assert.deepEqual(registered.toSorted(), declared.toSorted());
  });
});
