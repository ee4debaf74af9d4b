import * as assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { quietSettings } from '../../scripts/quietSettings.mjs';
import { openComposer } from '../support/asking';
import { newProfile, removeProfile, startWorkbench, useWorkbench } from '../support/workbench';

describe('the driver of the workbench', () => {
  const workbench = useWorkbench({ files: { 'notes/hello.txt': 'first\nsecond\nthird\n' } });

  it('opens a file and reads the editor', async () => {
    const { window } = workbench();
    await window.openFile('notes/hello.txt');
    assert.equal((await window.editorText()).trim(), 'first\nsecond\nthird');
  });

  it('selects lines', async () => {
    const { window } = workbench();
    await window.selectLines(2, 3);
    await window.page.keyboard.press('Control+C');
    await window.waitUntil(async () => (await window.clipboard()) === 'second\nthird', 'the lines on the clipboard');
  });

  it('changes settings while it runs', async () => {
    const { window } = workbench();
    await window.replaceSettings({ 'workbench.statusBar.visible': false });
    await window.page.locator('.part.statusbar').waitFor({ state: 'hidden' });
    await window.replaceSettings({});
    await window.page.locator('.part.statusbar').waitFor();
    // Beside those there is the one by which it knows that they are in force.
    const { 'workbench.reduceTransparency': _sign, ...written } = JSON.parse(readFileSync(path.join(workbench().profile.directory, 'user/User/settings.json'), 'utf8'));
    assert.deepEqual(written, quietSettings);
  });

  it('changes the theme', async () => {
    const { window } = workbench();
    assert.equal(await window.toast().count(), 0);
    for (const theme of ['light', 'highContrast', 'highContrastLight', 'dark'] as const) await window.setTheme(theme);
    assert.equal(await window.toast().count(), 0);
  });

  it('makes the side bar narrow and takes a picture', async () => {
    const { window } = workbench();
    const composer = await openComposer(window);
    await window.waitUntil(() => composer.evaluate((field) => field === field.ownerDocument.activeElement), 'the chat to have taken the focus');
    await window.setSideBarWidth(300);
    const width = (await window.page.locator('.part.sidebar').boundingBox())?.width ?? 0;
    assert.ok(Math.abs(width - 300) < 8, `${width} pixels wide`);
    const file = await window.screenshot('driver narrow side bar');
    assert.ok(statSync(file).size > 5000);
  });

  it('shows the tooltip of the status bar item', async () => {
    const { window } = workbench();
    await window.hover((await window.waitForFarthing()).first(), /\S/);
  });

  it('answers a dialog', async () => {
    const { window } = workbench();
    await window.openFile('notes/hello.txt');
    await window.page.keyboard.press('End');
    await window.page.keyboard.type(' changed');
    await window.closeEditor();
    await window.dialog.waitFor();
    await window.answerDialog("Don't Save");
    await window.dialog.waitFor({ state: 'detached' });
  });

  it('loads the page again', async () => {
    const { window } = workbench();
    await window.reload();
    await window.waitForFarthing();
  });

  it('opens a second window with an extension host of its own', async () => {
    const second = await workbench().openSecondWindow();
    await second.waitForFarthing();
    // That of the window before it was loaded again may take its time to go.
    await workbench().window.waitUntil(() => workbench().extensionHosts().length === 2, 'an extension host for each window');
    await second.page.close();
  });

  it('kills an extension host, and VS Code starts another', async () => {
    const { window } = workbench();
    const before = workbench().extensionHosts();
    const killed = workbench().killExtensionHost(0);
    await window.waitUntil(() => !workbench().extensionHosts().includes(killed), 'the killed host to be gone');
    await window.waitUntil(() => workbench().extensionHosts().some((host) => !before.includes(host)), 'another host');
    await window.waitForFarthing();
  });
});

describe('starting the workbench', () => {
  it('in restricted mode', async function restricted() {
    this.timeout(120_000);
    const workbench = await startWorkbench({ trust: 'restricted' });
    try {
      await workbench.window.page.locator('[id="status.workspaceTrust"]').waitFor();
    } finally {
      await workbench.stop();
    }
  });

  it('again with what the first start kept', async function again() {
    this.timeout(120_000);
    const profile = newProfile();
    try {
      const first = await startWorkbench({ profile, files: { 'kept.txt': 'kept' } });
      const { port } = profile;
      await first.stop();
      assert.ok(existsSync(path.join(profile.directory, 'workspace/kept.txt')));
      const second = await startWorkbench({ profile });
      assert.equal(second.profile.port, port);
      await second.window.openFile('kept.txt');
      await second.stop();
    } finally {
      removeProfile(profile);
    }
    assert.equal(existsSync(profile.directory), false);
  });

  it('without a folder', async function empty() {
    this.timeout(120_000);
    const workbench = await startWorkbench({ workspace: 'none' });
    try {
      await workbench.window.waitForFarthing();
    } finally {
      await workbench.stop();
    }
  });
});
