import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { answerEnd, booksOnDisk, editorRemembers, lastAnswer, newChat, openComposer, smallDemo } from '../support/asking';
import { useWorkbench, type Window } from '../support/workbench';

/** The chips in the composer, by their labels. */
function chipLabels(window: Window): Promise<string[]> {
  return window.chat.locator('.context-chip .context-label').allInnerTexts();
}

async function waitForChips(window: Window, labels: readonly string[]): Promise<void> {
  await window.waitUntil(async () => (await chipLabels(window)).join() === labels.join(), `the chips ${labels.join()}`);
}

describe('what goes with a question', () => {
  const workbench = useWorkbench({ allBuiltIns: true, settings: smallDemo, files: { '.farthingignore': 'private.txt\n', 'private.txt': 'a secret\n', 'broken.json': '{ "a": }\n' } });

  it('is added with @ and by command, taken out, kept over a reload, sent and shown', async function () {
    this.timeout(90_000);
    const { window } = workbench();
    const composer = await openComposer(window);
    // Wide enough that no chip is folded.
    await window.setSideBarWidth(560);
    await window.openFile('broken.json');
    await window.page.locator('.statusbar-item', { has: window.page.locator('.codicon-error') }).filter({ hasText: /[1-9]/ }).first().waitFor();
    await window.openFile('src/pricing.ts');
    await window.selectLines(3, 6);

    // A file, the selection and the problems, with the keyboard alone.
    await composer.click();
    await composer.pressSequentially('Why is this so dear? @hires');
    await window.chat.getByRole('option', { name: /^hires\.ts/ }).waitFor();
    await window.screenshot('context list');
    await composer.press('Enter');
    await waitForChips(window, ['hires.ts']);
    assert.equal(await composer.inputValue(), 'Why is this so dear? ');
    await composer.pressSequentially('@sele');
    await window.chat.getByRole('option', { name: /^Selection pricing\.ts:3-6/ }).waitFor();
    await composer.press('Tab');
    await waitForChips(window, ['hires.ts', 'pricing.ts:3-6']);
    await composer.pressSequentially('@prob');
    await window.chat.getByRole('option', { name: /^Problems/ }).waitFor();
    await composer.press('Enter');
    await window.chat.locator('.context-chip').nth(2).waitFor();
    await window.chat.locator('.context-share').nth(2).waitFor();
    await window.screenshot('context chips');
    await composer.press('Home');
    await composer.press('Backspace');
    await window.chat.locator('.context-chip').nth(2).locator('.context-open:focus').waitFor();
    await window.page.keyboard.press('Delete');
    await waitForChips(window, ['hires.ts', 'pricing.ts:3-6']);

    // What is to be ignored is neither found nor added.
    await composer.press('End');
    await composer.pressSequentially('@private');
    await window.chat.getByText('Nothing found for “private”').first().waitFor();
    for (const _letter of '@private') await composer.press('Backspace');
    await window.openFile('private.txt');
    await window.command('Farthing: Add to Chat');
    const refused = window.chat.locator('.context-refused');
    await refused.getByText('left out').waitFor();
    assert.match((await refused.locator('.context-open').getAttribute('title')) ?? '', /\.farthingignore/);
    await window.screenshot('context refused');
    await refused.getByRole('button', { name: 'Take out private.txt' }).click();
    await waitForChips(window, ['hires.ts', 'pricing.ts:3-6']);

    // What is typed last is remembered last, and with it what is attached.
    await composer.pressSequentially('Say it in a line.');
    await window.waitUntil(() => editorRemembers(window, 'Say it in a line.'), 'the draft to be kept');
    await window.reload();
    await openComposer(window);
    await waitForChips(window, ['hires.ts', 'pricing.ts:3-6']);

    const before = booksOnDisk(workbench()).calls.length;
    await window.waitUntil(async () => (await composer.inputValue()).replace(/\s+/g, ' ') === 'Why is this so dear? Say it in a line.', 'the draft as it was typed last');
    await composer.press('Enter');
    const sent = window.chat.getByRole('list', { name: 'Went with the question' });
    await sent.waitFor();
    assert.deepEqual(await sent.getByRole('button').allInnerTexts(), ['hires.ts', 'pricing.ts:3-6']);
    await waitForChips(window, []);
    await answerEnd(window);
    await window.screenshot('context sent');
    const call = booksOnDisk(workbench()).calls[before];
    assert.ok(call !== undefined && call.input_tokens > 200, `the model read it: ${call?.input_tokens} tokens`);
    await sent.getByRole('button', { name: 'hires.ts' }).click();
    await window.page.locator('.tabs-container .tab.active[data-resource-name="hires.ts"]').waitFor();
  });

  it('is the text of a web page, once its host was agreed to, and without it nothing is attached', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.setHeader('content-type', 'text/html').end('<title>Of hazels</title><h1>Hazels</h1><p>They are shrubs.</p>');
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    try {
      const address = server.address();
      assert.ok(typeof address === 'object' && address !== null);
      const url = `http://127.0.0.1:${address.port}/hazels`;
      await newChat(window);
      const composer = await openComposer(window);
      const attach = async () => {
        await composer.fill('What are they? ');
        await composer.pressSequentially(`@${url}`);
        await window.chat.getByRole('option', { name: /^127\.0\.0\.1/ }).waitFor();
        await composer.press('Enter');
        await window.dialog.getByText('Read a page of').waitFor();
      };
      await attach();
      await window.page.keyboard.press('Escape');
      await window.dialog.waitFor({ state: 'detached' });
      await attach();
      assert.deepEqual(asked, [], 'not before the person agrees');
      await window.answerDialog('Read Page');
      await window.answerDialog('Read It All the Same');
      await waitForChips(window, ['Of hazels']);
      assert.deepEqual(asked, ['/hazels']);
      await composer.press('Enter');
      await window.chat.getByRole('list', { name: 'Went with the question' }).getByRole('button', { name: 'Of hazels' }).waitFor();
      await answerEnd(window);
      assert.deepEqual(asked, ['/hazels'], 'it is not read again by itself');
    } finally {
      server.close();
    }
  });

  it('is too long for the model that is pinned: one that reads more is chosen for it, or a new chat begun', async function () {
    this.timeout(120_000);
    const { window } = workbench();
    const { chat } = window;
    const armsAsked = () => booksOnDisk(workbench()).calls.filter(({ purpose }) => purpose === 'chat').map(({ arm }) => arm);
    const before = armsAsked().length;
    await newChat(window);
    const composer = await openComposer(window);
    await composer.fill(`Which word is meant? ${'hazel '.repeat(130_000)}`);
    const longer = chat.getByRole('button', { name: 'Choose a model with a longer context' });
    await longer.waitFor({ timeout: 60_000 });
    assert.equal(await chat.getByRole('button', { name: 'Ask in a new chat' }).count(), 0, 'this is one');
    await window.screenshot('too long');
    await longer.click();
    await window.pick('Demo Medium');
    await chat.locator('article.question').waitFor();
    await answerEnd(window, 60_000);
    assert.deepEqual(armsAsked().slice(before), ['demo/demo-medium']);
    await window.waitUntil(async () => (await composer.inputValue()) === '' && (await longer.count()) === 0, 'an empty field');
    // It is the conversation by now that is too long.
    await composer.fill('And in a word?');
    await longer.waitFor();
    await composer.press('Enter');
    await lastAnswer(chat).getByText('This is too long for the models that can be asked').waitFor();
    await window.screenshot('too long, answered');
    // The composer's own goes with the draft.
    await lastAnswer(chat).getByRole('button', { name: 'Choose a model with a longer context' }).click();
    await window.pick('Demo Large');
    await window.waitUntil(() => armsAsked().length === before + 2, 'the answer');
    await answerEnd(window);
    assert.deepEqual(armsAsked().slice(before), ['demo/demo-medium', 'demo/demo-large']);
    await composer.fill('In short, please');
    await chat.getByRole('button', { name: 'Ask in a new chat' }).click();
    await chat.getByRole('heading', { name: 'Ask anything about code' }).waitFor();
    assert.equal(await composer.inputValue(), 'In short, please');
    await window.waitUntil(async () => (await longer.count()) === 0, 'nothing to be too long any more');
  });
});
