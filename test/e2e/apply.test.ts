import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { answerEnd, ask, newChat, smallDemo } from '../support/asking';
import { useWorkbench } from '../support/workbench';

const station = ['export class Station {', '  price(minutes: number): number {', '    return minutes * 5;', '  }', '', '  name(): string {', "    return 'station';", '  }', '}', ''].join('\n');
const changedName = ['export class Station {', '  // ... existing code ...', '  name(): string {', "    return 'Station';", '  }', '}'];
const changed = station.replace("'station'", "'Station'");
const moved = `// Moved down\n// by two lines.\n${station}`;

describe('code of answers', () => {
  const workbench = useWorkbench({ settings: smallDemo, files: { 'src/station.ts': station, 'src/moved.ts': station } });
  const onDisk = (name: string) => (existsSync(path.join(workbench().folder, name)) ? readFileSync(path.join(workbench().folder, name), 'utf8') : undefined);

  /** Asks the demo to answer with this Markdown. */
  async function answered(...markdown: readonly string[]): Promise<Locator> {
    const { window } = workbench();
    await ask(window, ['Repeat this:', ...markdown].join('\n'));
    return answerEnd(window);
  }

  async function waitForDisk(name: string, expected: string | undefined): Promise<void> {
    await workbench().window.waitUntil(() => onDisk(name) === expected, `${name} to be as expected; it is ${JSON.stringify(onDisk(name))}`);
  }

  it('shows what a block changes in the file it names, writes it when agreed, takes it back and makes it again', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await newChat(window);
    const answer = await answered('Say it with a capital:', '', '```ts src/station.ts', ...changedName, '```', '', 'Then run it:', '', '```sh', 'npm start', '```');
    const apply = answer.getByRole('button', { name: 'Apply to src/station.ts' });
    await apply.waitFor();
    assert.equal(await answer.getByRole('button', { name: /^Apply/ }).count(), 1);
    await apply.click();
    await window.page.locator('.monaco-diff-editor .modified-in-monaco-diff-editor').getByText('Station', { exact: false }).first().waitFor();
    await answer.getByRole('region', { name: 'Proposed change' }).waitFor();
    await window.restMouse();
    await window.screenshot('apply one file');
    assert.equal(onDisk('src/station.ts'), station);
    await window.page.locator('.editor-actions').getByRole('button', { name: /^Apply Change/ }).click();
    await waitForDisk('src/station.ts', changed);
    await answer.getByRole('region', { name: 'Changed files' }).getByText('station.ts').waitFor();
    await window.screenshot('applied');
    await answer.getByRole('button', { name: 'Undo', exact: true }).click();
    await waitForDisk('src/station.ts', station);
    await answer.getByRole('button', { name: 'Redo', exact: true }).click();
    await waitForDisk('src/station.ts', changed);
    await answer.getByRole('button', { name: 'Undo', exact: true }).click();
    await waitForDisk('src/station.ts', station);
  });

  it('changes several files and makes new ones as one, by keyboard; undoing removes what was made', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await newChat(window);
    const answer = await answered('### src/station.ts', '```ts', ...changedName, '```', '### src/made/rate.ts', '```ts', 'export const rate = 5;', '```');
    await answer.getByRole('button', { name: 'Apply all to 2 files' }).click();
    await window.page.locator('.multiDiffEditor, .multi-diff-editor').first().waitFor();
    await answer.getByRole('region', { name: 'Proposed change' }).getByText('rate.ts (new)').waitFor();
    await window.restMouse();
    await window.screenshot('apply two files');
    // The keys mean this from when its button is there.
    await window.page.locator('.editor-actions').getByRole('button', { name: /^Apply Change/ }).waitFor();
    await window.page.keyboard.press('Control+Enter');
    await waitForDisk('src/made/rate.ts', 'export const rate = 5;\n');
    await waitForDisk('src/station.ts', changed);
    await answer.getByRole('button', { name: 'Undo', exact: true }).click();
    await waitForDisk('src/made/rate.ts', undefined);
    await waitForDisk('src/station.ts', station);
  });

  it('finds code that has moved; asks when the file was changed since, and takes out only its own edit', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await newChat(window);
    const answer = await answered('```diff', '--- a/src/moved.ts', '+++ b/src/moved.ts', '@@ -6,3 +6,3 @@', '   name(): string {', "-    return 'station';", "+    return 'Station';", '   }', '```');
    writeFileSync(path.join(workbench().folder, 'src/moved.ts'), moved);
    await answer.getByRole('button', { name: 'Apply to src/moved.ts' }).click();
    await answer.getByRole('region', { name: 'Proposed change' }).getByRole('button', { name: 'Apply', exact: true }).click();
    await waitForDisk('src/moved.ts', moved.replace("'station'", "'Station'"));
    await answer.getByRole('button', { name: 'Undo', exact: true }).waitFor();
    const later = moved.replace("'station'", "'Station'").replace('* 5', '* 6');
    writeFileSync(path.join(workbench().folder, 'src/moved.ts'), later);
    await window.waitUntil(async () => (await window.editorText()).includes('* 6'), 'the editor to take over the change');
    await answer.getByRole('button', { name: 'Undo', exact: true }).click();
    await window.dialog.getByText('src/moved.ts has been changed since.').waitFor();
    await window.screenshot('changed since');
    await window.answerDialog('Take out only this edit');
    await waitForDisk('src/moved.ts', moved.replace('* 5', '* 6'));
  });

  it('writes outside of the folder, and what programs obey, only after a question with the path', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await newChat(window);
    const answer = await answered('```txt ../outside.txt', 'x', '```', '```json .vscode/tasks.json', '{ "version": "2.0.0" }', '```');
    await answer.getByRole('button', { name: 'Apply to ../outside.txt' }).click();
    const outside = path.join(path.dirname(workbench().folder), 'outside.txt');
    await window.dialog.getByText(outside).first().waitFor();
    await window.screenshot('outside');
    await window.answerDialog('Cancel');
    await answer.getByRole('button', { name: 'Apply to .vscode/tasks.json' }).click();
    await window.dialog.getByText('The editor obeys it').waitFor();
    await window.answerDialog('Show the change');
    await answer.getByRole('region', { name: 'Proposed change' }).getByRole('button', { name: 'Discard', exact: true }).click();
    await answer.getByRole('region', { name: 'Proposed change' }).waitFor({ state: 'detached' });
    assert.ok(!existsSync(outside));
    assert.equal(onDisk('.vscode/tasks.json'), undefined);
  });

  it('shows after a reload what was changed, in a narrow side bar', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await newChat(window);
    const answer = await answered('```ts src/station.ts', ...changedName, '```', '```ts src/made/a-rather-long-name-of-a-file.ts', 'export const rate = 5;', '```');
    await answer.getByRole('button', { name: 'Apply to src/station.ts' }).click();
    await answer.getByRole('button', { name: 'Apply', exact: true }).click();
    await waitForDisk('src/station.ts', changed);
    // It is on the disk before the editor takes the file for saved.
    await answer.getByRole('region', { name: 'Changed files' }).waitFor();
    await window.reload();
    await window.openChat();
    await window.chat.getByRole('region', { name: 'Changed files' }).waitFor();
    await window.setSideBarWidth(240);
    await window.screenshot('changed files narrow');
    await window.chat.getByRole('button', { name: 'Undo', exact: true }).click();
    await waitForDisk('src/station.ts', station);
  });
});
