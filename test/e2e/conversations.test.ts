import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { answerEnd, answerText, ask, assertBalanced, booksAtRest, booksOnDisk, lastAnswer, newChat, openChats, openComposer } from '../support/asking';
import { useWorkbench, type Window } from '../support/workbench';

const demo = { 'farthing.demo.enabled': true } as const;

/** Waits until these stand in the list: the extension tells the page a moment after it has changed something. */
async function waitForTitles(window: Window, list: Locator, expected: readonly string[]): Promise<void> {
  const titles = () => list.locator('.thread-open .thread-title').allInnerTexts();
  await window.waitUntil(async () => (await titles()).join() === expected.join(), `the chats ${expected.join()}`);
}

describe('in one window', () => {
  const workbench = useWorkbench({ settings: demo });

  describe('conversations', () => {
    it('are listed newest first with the demo\'s tag, and reopen as they were', async function () {
      this.timeout(90_000);
      const { window } = workbench();
      for (const question of ['First question', 'Second question', 'Third question']) {
        await newChat(window);
        await ask(window, question);
        await answerEnd(window);
      }
      const before = await lastAnswer(window.chat).innerText();
      const list = await openChats(window);
      await waitForTitles(window, list, ['Third question', 'Second question', 'First question']);
      assert.equal(await list.locator('.tag').filter({ hasText: 'demo' }).count(), 3);
      await window.screenshot('chats');
      await list.getByText('First question').click();
      await window.chat.locator('article.question').filter({ hasText: 'First question' }).waitFor();
      await (await openChats(window)).getByText('Third question').click();
      await window.chat.locator('article.question').filter({ hasText: 'Third question' }).waitFor();
      assert.equal(await lastAnswer(window.chat).innerText(), before);
    });

    it('move up when they are gone on with', async function () {
      this.timeout(60_000);
      const { window } = workbench();
      await (await openChats(window)).getByText('First question').click();
      await window.chat.locator('article.question').filter({ hasText: 'First question' }).waitFor();
      await ask(window, 'And then?');
      await answerEnd(window);
      await waitForTitles(window, await openChats(window), ['First question', 'Third question', 'Second question']);
      await window.chat.getByRole('button', { name: 'Back to the chat' }).click();
      assert.equal(await window.chat.locator('article.question').count(), 2);
    });

    it('are deleted with an undo, and the books keep what they cost', async function () {
      this.timeout(60_000);
      const { window } = workbench();
      const before = booksOnDisk(workbench());
      const list = await openChats(window);
      await list.locator('.thread').filter({ hasText: 'Second question' }).hover();
      await list.getByRole('button', { name: 'Delete “Second question”' }).click();
      await list.getByText('Deleted “Second question”').waitFor();
      await window.screenshot('chat deleted');
      await list.getByRole('button', { name: 'Undo' }).click();
      await waitForTitles(window, list, ['First question', 'Third question', 'Second question']);
      await list.locator('.thread').filter({ hasText: 'Second question' }).hover();
      await list.getByRole('button', { name: 'Delete “Second question”' }).click();
      await list.getByText('Deleted “Second question”').waitFor();
      await window.chat.getByRole('button', { name: 'Back to the chat' }).click();
      await openChats(window);
      // At once, however late the extension is.
      assert.deepEqual(await list.locator('.thread-open .thread-title').allInnerTexts(), ['First question', 'Third question']);
      await window.chat.getByRole('button', { name: 'Back to the chat' }).click();
      const after = booksOnDisk(workbench());
      assert.equal(after.spent, before.spent);
      assert.equal(after.calls.length, before.calls.length);
    });

    it('that is open and deleted leaves an empty chat, and what was typed', async function () {
      this.timeout(60_000);
      const { window } = workbench();
      await (await openChats(window)).getByText('Third question').click();
      const composer = await openComposer(window);
      await composer.fill('not yet sent');
      await window.chat.locator('.preview').waitFor();
      const list = await openChats(window);
      await list.locator('.thread').filter({ hasText: 'Third question' }).hover();
      await list.getByRole('button', { name: 'Delete “Third question”' }).click();
      await list.getByText('Deleted “Third question”').waitFor();
      await window.chat.getByRole('button', { name: 'Back to the chat' }).click();
      await window.chat.getByRole('heading', { name: 'Ask anything about code' }).waitFor();
      assert.equal(await (await openComposer(window)).inputValue(), 'not yet sent');
      await composer.fill('');
    });
  });

  describe('an answer', () => {
    it('is given again, better and cheaper, one model up and down', async function () {
      this.timeout(90_000);
      const { window } = workbench();
      await newChat(window);
      await ask(window, 'hi there');
      await answerEnd(window);
      const earlier = booksOnDisk(workbench()).calls.length - 1;
      const models = () => booksOnDisk(workbench()).calls.slice(earlier).map(({ arm }) => arm);
      const [first] = models();
      const answers = window.chat.locator('article.answer');
      const press = async (name: string, count: number) => {
        await lastAnswer(window.chat).getByRole('button', { name }).click();
        await window.waitUntil(async () => (await answers.count()) === count, `answer ${count}`);
        await answerEnd(window);
      };
      await press('Better model', 2);
      await press('Better model', 3);
      await press('Cheaper model', 4);
      const order = ['demo/demo-small', 'demo/demo-medium', 'demo/demo-large'];
      const places = models().map((arm) => order.indexOf(arm));
      assert.ok(first !== undefined && places[1] === (places[0] ?? 0) + 1, `better: ${places.join()}`);
      assert.ok((places[3] ?? 9) < (places[2] ?? 0), `cheaper: ${places.join()}`);
      assert.equal(await window.chat.locator('article.question').count(), 1);
      await window.screenshot('better and cheaper');
      // The dearest and the cheapest say so instead of doing nothing.
      await window.replaceSettings({ ...demo, 'farthing.models.pinned': 'demo/demo-large' });
      await newChat(window);
      await window.chat.locator('textarea').fill('hello');
      await window.chat.locator('.composer-lines').getByText(/^Demo Large at/).waitFor();
      await ask(window, 'hello');
      await answerEnd(window);
      await lastAnswer(window.chat).getByRole('button', { name: 'Better model' }).click();
      await window.waitUntil(async () => (await answers.count()) === 2, 'a second answer');
      await answerEnd(window);
      await window.screenshot('better than the best');
      assert.match(await lastAnswer(window.chat).innerText(), /^[^:]*No model that can be asked now is clearly likelier to succeed than Demo Large\./);
      await answers.first().getByRole('button', { name: 'Cheaper model' }).and(window.chat.locator(':enabled')).waitFor();
      await window.replaceSettings(demo);
    });

    it('is stopped by the button and by Escape, and its part is kept and counted', async function () {
      this.timeout(90_000);
      const { window } = workbench();
      const stops: readonly (readonly [string, () => Promise<void>])[] = [
        ['the button', () => window.chat.getByRole('button', { name: 'Stop (Escape)' }).click()],
        ['Escape in the page', () => window.chat.locator('textarea').press('Escape')],
        ['the command', () => window.command('Farthing: Stop Answer')],
      ];
      for (const [how, stop] of stops) {
        await newChat(window);
        const before = booksOnDisk(workbench()).calls.length;
        // An answer that the palette cannot outlast.
        await ask(window, `Repeat this:\n${'Whoever reads it twice may keep it. '.repeat(300)}`);
        await answerText(window);
        await stop();
        await answerEnd(window);
        assert.match(await lastAnswer(window.chat).innerText(), /Stopped/, how);
        assert.ok((await lastAnswer(window.chat).locator('.answer-text').innerText()).length > 10, how);
        const books = await booksAtRest(workbench());
        assertBalanced(books);
        assert.equal(books.calls.length, before + 1, how);
        assert.equal(books.calls.at(-1)?.outcome, 'cancelled', how);
        assert.ok((books.calls.at(-1)?.amount ?? 0) > 0, how);
        assert.equal(books.messages.find(({ thread_id, role }) => thread_id === books.calls.at(-1)?.thread_id && role === 'assistant')?.state, 'cancelled', how);
      }
      await window.screenshot('stopped');
    });

    it('goes on while another conversation is looked at, and both can run at once', async function () {
      this.timeout(90_000);
      const { window } = workbench();
      await newChat(window);
      // Written for longer than all that is done meanwhile takes.
      await ask(window, `Repeat this on its one enemy:\n${'Whoever reads it twice may keep it for the third time, says the enemy. '.repeat(230)}`);
      await answerText(window);
      await newChat(window);
      await ask(window, 'hello meanwhile');
      await answerEnd(window);
      const list = await openChats(window);
      await list.locator('.thread').filter({ hasText: 'its one enemy' }).locator('[aria-label="Answering"]').waitFor();
      await list.getByText('its one enemy').click();
      await window.chat.locator('article.question').filter({ hasText: 'its one enemy' }).waitFor();
      await answerText(window);
      await answerEnd(window, 100_000);
      const books = await booksAtRest(workbench());
      assertBalanced(books);
      const shown = (await lastAnswer(window.chat).locator('.answer-text').innerText()).replaceAll(/\W+/g, '');
      const stored = books.messages.find(({ role, text }) => role === 'assistant' && text.includes('says the enemy'));
      assert.equal(shown, (stored?.text ?? '').replaceAll(/\W+/g, ''));
    });

    it('has coloured code that is copied, and inserted at the caret as one step', async function () {
      this.timeout(90_000);
      const { window } = workbench();
      await window.openFile('README.md');
      await window.page.keyboard.press('Control+Home');
      // The editor shows its first lines before its last.
      await window.waitUntil(async () => (await window.editorText()).includes('two half hours'), 'the whole file in the editor');
      const original = await window.editorText();
      await newChat(window);
      await ask(window, 'Write a function in TypeScript that removes duplicates');
      await answerEnd(window);
      const block = window.chat.locator('.code-block').first();
      // The code is coloured.
      await block.locator('[class^="hljs-"]').nth(3).waitFor();
      const colours = await block.locator('[class^="hljs-"]').evaluateAll((pieces) => new Set(pieces.map((piece) => getComputedStyle(piece).color)).size);
      assert.ok(colours > 1, 'in more than one colour');
      const code = await block.locator('pre').innerText();
      await block.getByRole('button', { name: 'Copy code' }).click();
      await window.waitUntil(async () => (await window.clipboard()).trim() === code.trim(), 'the code on the clipboard');
      await block.getByRole('button', { name: 'Insert at cursor' }).click();
      await window.waitUntil(async () => (await window.editorText()).includes(code.trim().split('\n')[0] ?? '?'), 'the code in the editor');
      await window.screenshot('inserted');
      await window.editor.locator('.view-line').first().click();
      await window.page.keyboard.press('Control+Z');
      await window.waitUntil(async () => (await window.editorText()) === original, 'one undo to take it back');
      await window.page.keyboard.press('Control+W');
    });

    it('inserts into no editor with a sentence instead of silence', async function () {
      this.timeout(60_000);
      const { window } = workbench();
      await window.command('View: Close All Editors');
      await window.page.locator('.editor-group-container .tab').first().waitFor({ state: 'detached' });
      await window.chat.locator('.code-block').first().getByRole('button', { name: 'Insert at cursor' }).click();
      await window.chat.getByText('Open a file and place the cursor').first().waitFor();
    });
  });

  describe('by keyboard alone', () => {
    it('a question is asked, its answer\'s actions are reached, and an earlier chat is opened', async function () {
      this.timeout(90_000);
      const { window } = workbench();
      const { keyboard } = window.page;
      await newChat(window);
      await keyboard.press('Control+Shift+E');
      await window.page.locator('.explorer-folders-view').waitFor();
      await keyboard.press('F1');
      await window.quickInput.locator('input.input').waitFor();
      await keyboard.type('Farthing: Open Chat');
      // The row that Enter takes.
      await window.quickInput.locator('.monaco-list-row.focused').filter({ hasText: /^Farthing: Open Chat(?! in)/ }).waitFor();
      await keyboard.press('Enter');
      const composer = window.chat.locator('textarea');
      await composer.and(window.chat.locator(':focus')).waitFor();
      await window.chat.getByRole('heading', { name: 'Try one of these' }).waitFor();
      await keyboard.type('What does idempotent mean?');
      await window.chat.locator('.preview').waitFor();
      await keyboard.press('Enter');
      await answerEnd(window);
      assert.equal(await focused(window), 'Your question', 'the caret stays where one types');
      // Backwards from the question to the actions of the answer above it.
      const met: string[] = [];
      for (let steps = 0; steps < 15 && !met.includes('Better model'); steps += 1) {
        await keyboard.press('Shift+Tab');
        met.push(await focused(window));
      }
      assert.ok(met.includes('Why this model') && met.includes('Better model'), met.join(' < '));
      await keyboard.press('Enter');
      await window.waitUntil(async () => (await window.chat.locator('article.answer').count()) === 2, 'a second answer');
      await answerEnd(window);
      await window.waitUntil(async () => (await focused(window)) !== '', 'the focus, which is not lost when the button goes');

      await keyboard.press('Control+Alt+F');
      await composer.and(window.chat.locator(':focus')).waitFor();
      await keyboard.press('ArrowUp');
      await window.waitUntil(async () => (await composer.inputValue()) === 'What does idempotent mean?', 'the earlier question');
      await keyboard.press('ArrowDown');
      await window.command('Farthing: New Chat');
      await window.chat.getByRole('heading', { name: 'Ask anything about code' }).waitFor();
      await composer.and(window.chat.locator(':focus')).waitFor();
      for (let steps = 0; steps < 12 && (await focused(window)) !== 'Chats'; steps += 1) await keyboard.press('Shift+Tab');
      await keyboard.press('Enter');
      await window.chat.getByRole('list', { name: 'Chats' }).waitFor();
      await keyboard.press('Enter');
      await window.chat.locator('article.question').filter({ hasText: 'idempotent' }).waitFor();
    });
  });
});

/** Name of what has the focus in the page; empty when nothing has. */
function focused(window: Window): Promise<string> {
  return window.chat.locator('body').evaluate((body) => {
    const element = body.ownerDocument.activeElement;
    return element === null || element === body ? '' : (element.getAttribute('aria-label') ?? element.textContent ?? '');
  });
}
