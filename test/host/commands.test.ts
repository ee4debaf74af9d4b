import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commands } from '../../src/shared/contributions';
import { settings } from '../../src/shared/settings';

/** Commands that end by themselves, with nothing set up and nobody answering. */
const unattended = [commands.openChat, commands.newChat, commands.stopAnswer, commands.showProviders, commands.showLog, commands.openSettings, commands.openWalkthrough, commands.showLearnt, commands.resetLearnt] as const;

describe('commands before anything is set up', () => {
  before(() => vscode.extensions.getExtension('farthing.farthing')?.activate());
  after(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  for (const id of unattended) {
    it(`${id} does what it can`, async () => {
      // What fails is told in a notification with a button, and would not come back while nobody presses it.
      assert.equal((await vscode.commands.executeCommand(id)) ?? undefined, undefined);
    });
  }

  it('a command that is called with nonsense takes it for nothing', async () => {
    assert.equal(await vscode.commands.executeCommand(commands.openChat, { text: 1 }, null), undefined);
    assert.equal(await vscode.commands.executeCommand(commands.stopAnswer, 'x'.repeat(1000)), undefined);
  });

  for (const [id, title] of [[commands.showRoutingReport, 'Routing Report'], [commands.showExperiments, 'Experiments']] as const) {
    it(`${id} opens its page in a tab`, async () => {
      const isOpen = (): boolean => vscode.window.tabGroups.all.some(({ tabs }) => tabs.some(({ label }) => label === title));
      const opened = new Promise<void>((resolve) => {
        const listening = vscode.window.tabGroups.onDidChangeTabs(() => {
          if (!isOpen()) return;
          listening.dispose();
          resolve();
        });
      });
      assert.ok(!isOpen());
      assert.equal((await vscode.commands.executeCommand(id)) ?? undefined, undefined);
      await opened;
    });
  }

  it('asking without an editor leads to the chat', async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    assert.equal(vscode.window.activeTextEditor, undefined);
    assert.equal(await vscode.commands.executeCommand(commands.askSelection), undefined);
  });
});

describe('settings in the host', () => {
  it('have the defaults of the table', () => {
    const configuration = vscode.workspace.getConfiguration('farthing');
    for (const [key, row] of Object.entries(settings)) assert.deepEqual(configuration.inspect(key)?.defaultValue, row.default, key);
  });

  it('start with what protects: a budget, no demo, no pin', () => {
    const configuration = vscode.workspace.getConfiguration('farthing');
    assert.ok(Number(configuration.get('budget.day')) > 0);
    assert.equal(configuration.get('demo.enabled'), false);
    assert.equal(configuration.get('models.pinned'), '');
  });
});

describe('a start', () => {
  it('writes no settings by itself', () => {
    const configuration = vscode.workspace.getConfiguration('farthing');
    for (const key of Object.keys(settings)) {
      const written = configuration.inspect(key);
      assert.deepEqual([written?.globalValue, written?.workspaceValue, written?.workspaceFolderValue], [undefined, undefined, undefined], key);
    }
  });
});
