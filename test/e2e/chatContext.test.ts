import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Page } from 'playwright-core';
import type { ContextRequest } from '../../src/shared/contextProtocol';
import { type ChatState, stateDelta } from '../../src/shared/protocol';
import { type ChatPage, type ChatPages, openChatPages, pageThemes } from '../support/chatPage';
import { readyState } from '../support/chatStates';
import { pageViolations } from '../support/pageViolations';
import { contextItem, type ContextStateName, contextStates, fewItems, firstCompletions, foundCompletions, itemsOfEachState } from '../support/contextStates';

describe('what goes with a question, on the page', function () {
  let pages: ChatPages;
  before(async () => {
    pages = await openChatPages();
  });
  after(() => pages.close());

  const open = (change: Partial<ChatState> = {}, width?: number) => pages.open({ state: { ...readyState, ...change }, ...(width === undefined ? {} : { width }) });
  const field = ({ page }: ChatPage) => page.getByRole('textbox', { name: 'Your question' });
  const chips = ({ page }: ChatPage) => page.getByRole('list', { name: 'Goes with the question' });

  describe('is readable and usable by everyone', () => {
    for (const name of Object.keys(contextStates) as ContextStateName[]) {
      // High contrast draws lines where the others have shades: where there are shades.
      const shaded = name === 'states' || name === 'list-found' || name === 'too-much';
      for (const theme of shaded ? pageThemes : (['dark', 'light'] as const)) {
        it(`${name}, ${theme}`, async () => {
          const chat = await pages.open({ state: contextStates[name], theme, width: 240 });
          await prepare(chat, name);
          assert.deepEqual(chat.errors, []);
          await assertTidy(chat.page);
          await chat.shot(`context-${name}-${theme}-240`);
          assert.deepEqual(await pageViolations(chat.page, theme.startsWith('hc-') ? 'theme' : 'everything'), []);
          if (theme === 'dark') {
            await chat.page.setViewportSize({ width: 520, height: 720 });
            await frames(chat.page);
            await assertTidy(chat.page);
            await chat.shot(`context-${name}-${theme}-520`);
          }
          await chat.close();
        });
      }
    }

    async function prepare(chat: ChatPage, name: ContextStateName): Promise<void> {
      if (name.startsWith('list-')) {
        await field(chat).focus();
        await chat.page.keyboard.press('End');
        await chat.page.locator('.suggestions').waitFor();
      }
      if (name === 'sent') await chat.page.locator('.messages').evaluate((element) => element.scrollTo(0, 0));
      if (name === 'many') await chat.page.getByRole('button', { name: /^Show \d+ more/ }).click();
    }
  });

  describe('the list behind @', () => {
    /** Keys pressed in an empty field while the host offers `firstCompletions`; what is then in the field and what was added. */
    const rows: readonly { readonly name: string; readonly keys: readonly string[]; readonly text: string; readonly added?: string; readonly open?: boolean }[] = [
      { name: 'opens with @', keys: ['@'], text: '@', open: true },
      { name: 'takes the first with Enter', keys: ['@', 'Enter'], text: '', added: 'selection' },
      { name: 'takes with Tab', keys: ['@', 'ArrowDown', 'Tab'], text: '', added: 'problems' },
      { name: 'goes round upwards', keys: ['@', 'ArrowUp', 'Enter'], text: '', added: 'f3' },
      { name: 'goes round downwards', keys: ['@', 'ArrowUp', 'ArrowDown', 'Enter'], text: '', added: 'selection' },
      { name: 'closes with Escape and keeps the text', keys: ['@', 'Escape'], text: '@' },
      { name: 'leaves Enter alone once closed', keys: ['@', 'Escape', 'Shift+Enter'], text: '@\n' },
      { name: 'opens again for the next @', keys: ['@', 'Escape', 'Space', '@'], text: '@ @', open: true },
      { name: 'closes when the @ is gone', keys: ['@', 'Backspace'], text: '' },
      { name: 'closes when the caret leaves', keys: ['@', 'ArrowLeft'], text: '@' },
      { name: 'takes only the mention out of the text', keys: ['w', 'Space', '@', 'Enter'], text: 'w ', added: 'selection' },
      { name: 'is not opened by an address of mail', keys: ['a', '@'], text: 'a@' },
      { name: 'leaves Shift+Enter to the text', keys: ['@', 'Shift+Enter'], text: '@\n' },
    ];
    for (const { name, keys, text, added, open: isOpen = false } of rows) {
      it(name, async () => {
        const chat = await open({ completions: firstCompletions });
        await field(chat).focus();
        for (const key of keys) await chat.page.keyboard.press(key);
        await frames(chat.page);
        assert.equal(await field(chat).inputValue(), text);
        assert.equal(await chat.page.getByRole('listbox').count(), isOpen ? 1 : 0);
        assert.deepEqual(await asked(chat, 'add-context'), added === undefined ? [] : [{ type: 'add-context', candidateId: added }]);
        assert.deepEqual(await chat.posted('send'), []);
        await chat.close();
      });
    }

    it('asks for what is typed, marks what fits, says that it searches, and ends the search', async () => {
      const chat = await open();
      await field(chat).pressSequentially('@pri');
      await chat.page.getByText('Searching…').waitFor();
      await chat.page.waitForFunction(() => window.fakeHost.posted.some(({ request }) => request.type === 'context' && request.request.type === 'complete-context' && request.request.query === 'pri'));
      await chat.send(stateDelta({ completions: foundCompletions }));
      await chat.page.getByRole('option', { name: /pricing\.ts/ }).waitFor();
      assert.deepEqual(await chat.page.locator('.suggestion mark').allInnerTexts(), ['pri', 'Pri', 'pri']);
      assert.equal(await field(chat).getAttribute('aria-controls'), await chat.page.getByRole('listbox').getAttribute('id'));
      const active = await field(chat).getAttribute('aria-activedescendant');
      assert.match(await chat.page.locator(`[id="${active}"]`).innerText(), /pricing\.ts/);
      await chat.send(stateDelta({ completions: { ...foundCompletions, searching: false } }));
      await chat.page.getByText('More fit: type on to narrow it down').waitFor();
      await chat.page.getByRole('status').getByText('3 suggestions').waitFor();
      await field(chat).press('Escape');
      await chat.page.waitForFunction(() => {
        const last = window.fakeHost.posted.map(({ request }) => request).findLast((request) => request.type === 'context');
        return last?.type === 'context' && last.request.type === 'complete-context' && last.request.query === undefined;
      });
      await chat.close();
    });

    it('takes nothing from an answer to other letters: Enter waits for the right one', async () => {
      const chat = await open({ completions: firstCompletions });
      await field(chat).pressSequentially('@pri');
      await field(chat).press('Enter');
      assert.deepEqual(await asked(chat, 'add-context'), []);
      await chat.send(stateDelta({ completions: foundCompletions }));
      await chat.page.waitForFunction(() => document.querySelector('textarea')?.value === '');
      assert.deepEqual(await asked(chat, 'add-context'), [{ type: 'add-context', candidateId: 'f1' }]);
      assert.deepEqual(await chat.posted('send'), []);
      await chat.close();
    });

    it('waits also when Enter comes in the frame of the last letter', async () => {
      const chat = await open({ completions: firstCompletions });
      await field(chat).evaluate((element) => {
        if (!(element instanceof HTMLTextAreaElement)) return;
        element.focus();
        element.value = '@pri';
        element.dispatchEvent(new InputEvent('input', { bubbles: true }));
        element.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
      });
      await frames(chat.page);
      assert.deepEqual(await chat.posted('send'), []);
      await chat.send(stateDelta({ completions: foundCompletions }));
      await chat.page.waitForFunction(() => document.querySelector('textarea')?.value === '');
      assert.deepEqual(await asked(chat, 'add-context'), [{ type: 'add-context', candidateId: 'f1' }]);
      await chat.close();
    });

    it('sends when nothing is found', async () => {
      const chat = await open({ completions: { query: 'zzz', items: [], more: false, searching: false } });
      await field(chat).pressSequentially('who is @zzz');
      await chat.page.getByText('Nothing found for “zzz”').waitFor();
      await field(chat).press('Enter');
      assert.deepEqual((await chat.waitForPosted('send')).map(({ text }) => text), ['who is @zzz']);
      await chat.close();
    });

    it('leaves Enter to an input method', async () => {
      const chat = await open({ completions: firstCompletions });
      await field(chat).pressSequentially('@');
      await chat.page.getByRole('listbox').waitFor();
      await field(chat).dispatchEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true });
      await field(chat).dispatchEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true });
      assert.deepEqual(await asked(chat, 'add-context'), []);
      await chat.close();
    });

    it('is used with the mouse, and Undo brings the text back', async () => {
      const chat = await open({ completions: firstCompletions });
      await field(chat).pressSequentially('see @');
      await chat.page.getByRole('option', { name: /Git diff/ }).click();
      assert.deepEqual(await asked(chat, 'add-context'), [{ type: 'add-context', candidateId: 'diff' }]);
      assert.equal(await field(chat).inputValue(), 'see ');
      assert.ok(await field(chat).evaluate((element) => element === document.activeElement), 'the caret stays in the field');
      await chat.page.keyboard.press('Control+Z');
      assert.equal(await field(chat).inputValue(), 'see @');
      await chat.close();
    });

    it('closes when the field is left', async () => {
      const chat = await open({ completions: firstCompletions });
      await field(chat).pressSequentially('@');
      await chat.page.getByRole('listbox').waitFor();
      await chat.page.getByRole('radio', { name: 'Economy' }).focus();
      await chat.page.getByRole('listbox').waitFor({ state: 'detached' });
      assert.equal(await field(chat).inputValue(), '@');
      await chat.close();
    });

    it('is opened by its button for who does not know @, and leaves no trace when nothing is taken', async () => {
      const chat = await open({ completions: firstCompletions });
      await field(chat).fill('about this');
      await chat.page.getByRole('button', { name: 'Add context (@)' }).click();
      await chat.page.getByRole('listbox').waitFor();
      assert.equal(await field(chat).inputValue(), 'about this @');
      await chat.page.keyboard.press('Escape');
      assert.equal(await field(chat).inputValue(), 'about this ');
      await chat.page.getByRole('button', { name: 'Add context (@)' }).click();
      await chat.page.getByRole('listbox').waitFor();
      await chat.page.getByRole('radio', { name: 'Economy' }).focus();
      await chat.page.getByRole('listbox').waitFor({ state: 'detached' });
      assert.equal(await field(chat).inputValue(), 'about this ');
      await chat.page.getByRole('button', { name: 'Add context (@)' }).click();
      await chat.page.keyboard.press('Enter');
      assert.equal(await field(chat).inputValue(), 'about this ');
      assert.deepEqual(await asked(chat, 'add-context'), [{ type: 'add-context', candidateId: 'selection' }]);
      await chat.close();
    });

    it('says what could not be added', async () => {
      const chat = await open({ completions: firstCompletions });
      await chat.refuse('context', 'The folder is too large.');
      await field(chat).pressSequentially('@');
      await field(chat).press('Enter');
      await chat.page.locator('.notice').getByText('The folder is too large.').waitFor();
      await chat.close();
    });
  });

  describe('chips', () => {
    it('show what each is, and how much of the whole', async () => {
      const chat = await open({ context: fewItems }, 520);
      assert.deepEqual(await chips(chat).locator('.context-open').allInnerTexts(), ['pricing.ts\n≈1.2k', 'hires.ts:10-24\n≈210', 'Problems\n≈90']);
      const first = chips(chat).getByRole('button', { name: 'pricing.ts ≈1.2k' });
      assert.equal(await first.getAttribute('title'), 'pricing.ts\nsrc/pricing.ts · ≈1.2k tokens, 31 % of what is sent · adds $0.0004');
      await first.click();
      assert.deepEqual(await asked(chat, 'open-context'), [{ type: 'open-context', itemId: 'i1' }]);
      await chat.close();
    });

    it('say in words how they are', async () => {
      const chat = await open({ context: itemsOfEachState }, 800);
      assert.deepEqual(await chips(chat).locator('.context-word').allInnerTexts(), ['reading…', 'changed', 'gone', 'left out']);
      assert.match((await chips(chat).getByRole('button', { name: '.env left out' }).getAttribute('aria-description')) ?? '', /\.farthingignore keeps it out/);
      await chat.page.getByRole('button', { name: 'Read stale.ts again' }).click();
      assert.deepEqual(await asked(chat, 'refresh-context'), [{ type: 'refresh-context', itemId: 's2' }]);
      await chat.close();
    });

    it('are taken out with the mouse, Delete and Backspace, and the focus is never lost', async () => {
      const chat = await open({ context: fewItems }, 520);
      await chat.page.getByRole('button', { name: 'Take out hires.ts:10-24' }).click();
      await chat.send(stateDelta({ context: [fewItems[0] ?? contextItem(), fewItems[2] ?? contextItem()] }));
      await chips(chat).getByText('hires.ts').waitFor({ state: 'detached' });
      await field(chat).press('Backspace');
      await focusedChip(chat, 'Problems');
      await chat.page.keyboard.press('ArrowLeft');
      await focusedChip(chat, 'pricing.ts');
      await chat.page.keyboard.press('Delete');
      await focusedChip(chat, 'Problems');
      await chat.send(stateDelta({ context: fewItems.slice(2) }));
      await chips(chat).getByText('pricing.ts').waitFor({ state: 'detached' });
      await chat.page.keyboard.press('Backspace');
      await chat.page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA');
      assert.deepEqual(await asked(chat, 'remove-context'), ['i2', 'i1', 'i3'].map((itemId) => ({ type: 'remove-context', itemId })));
      await chat.page.getByRole('status').getByText('Problems no longer goes with the question').waitFor();
      await chat.close();
    });

    it('are selected by Backspace only at the beginning of the text', async () => {
      const chat = await open({ context: fewItems });
      await field(chat).fill('ab');
      await field(chat).press('Backspace');
      assert.equal(await field(chat).inputValue(), 'a');
      await field(chat).press('Home');
      await field(chat).press('Backspace');
      await focusedChip(chat, 'Problems');
      // Whoever types on, goes on with the question.
      await chat.page.keyboard.press('x');
      assert.equal(await field(chat).inputValue(), 'xa');
      await chat.close();
    });

    it('are one stop of the Tab key', async () => {
      const chat = await open({ context: fewItems }, 520);
      await chat.page.getByRole('button', { name: 'Add context (@)' }).focus();
      await chat.page.keyboard.press('Tab');
      await focusedChip(chat, 'pricing.ts');
      await chat.page.keyboard.press('End');
      await focusedChip(chat, 'Problems');
      await chat.page.keyboard.press('Tab');
      await chat.page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA');
      await chat.page.keyboard.press('Shift+Tab');
      await focusedChip(chat, 'Problems');
      await chat.close();
    });

    it('fold when they are many, and move nothing when the first comes', async () => {
      const chat = await open({}, 300);
      const height = () => chat.page.locator('.composer').evaluate((element) => element.getBoundingClientRect().height);
      const before = await height();
      for (const context of [fewItems.slice(0, 1), fewItems, itemsOfEachState, contextStates.many.context]) {
        await chat.send(stateDelta({ context }));
        await frames(chat.page);
        assert.equal(await height(), before);
      }
      await chat.page.getByRole('button', { name: 'Show 11 more' }).click();
      assert.equal(await chips(chat).getByRole('listitem').count(), 12);
      await chat.page.getByRole('button', { name: 'Show fewer' }).click();
      assert.equal(await height(), before);
      await chat.close();
    });
  });

  describe('dropped and pasted', () => {
    /** What a drag brings along, and what is asked for it. */
    const rows: readonly { readonly name: string; readonly data: Readonly<Record<string, string>>; readonly file?: string; readonly asks: readonly ContextRequest['type'][]; readonly says?: string; readonly uris?: readonly string[] }[] = [
      { name: 'files of the explorer', data: { 'application/vnd.code.uri-list': 'file:///w/a.ts\r\nfile:///w/b.ts', 'text/uri-list': 'file:///w/a.ts' }, asks: ['add-files'], uris: ['file:///w/a.ts', 'file:///w/b.ts'] },
      { name: 'a list with a comment and a repeated line', data: { 'text/uri-list': '# from elsewhere\r\nfile:///w/a.ts\r\nfile:///w/a.ts\r\n' }, asks: ['add-files'], uris: ['file:///w/a.ts'] },
      { name: 'a picture from outside', data: {}, file: 'image/png', asks: ['add-image'] },
      { name: 'another file from outside', data: {}, file: 'application/pdf', asks: [], says: 'From outside the editor only pictures can be dropped' },
      { name: 'text', data: { 'text/plain': 'words' }, asks: [] },
    ];
    for (const { name, data, file, asks, says, uris } of rows) {
      it(`drops ${name}`, async () => {
        const chat = await open();
        await drag(chat.page, 'dragenter', data, file);
        await frames(chat.page);
        const wanted = asks.length > 0 || says !== undefined;
        assert.equal(await chat.page.getByText('Drop to add to your question').count(), wanted ? 1 : 0);
        if (name === 'files of the explorer') await chat.shot('context-drop-dark-300');
        await drag(chat.page, 'drop', data, file);
        if (says !== undefined) await chat.page.getByText(says).first().waitFor();
        if (asks.includes('add-image')) await chat.page.waitForFunction(() => window.fakeHost.posted.some(({ request }) => request.type === 'context'));
        await frames(chat.page);
        assert.equal(await chat.page.getByText('Drop to add to your question').count(), 0);
        const posted = await contextRequests(chat);
        assert.deepEqual(posted.map(({ type }) => type), asks);
        if (uris !== undefined) assert.deepEqual(posted, [{ type: 'add-files', uris }]);
        await chat.close();
      });
    }

    it('pastes a picture with a small one to look at, and leaves text to the field', async () => {
      const chat = await open();
      await paste(chat.page, { text: 'words' });
      await frames(chat.page);
      assert.deepEqual(await contextRequests(chat), [], 'a table is pasted as text, though it comes as a picture too');
      await paste(chat.page, {});
      await chat.page.waitForFunction(() => window.fakeHost.posted.some(({ request }) => request.type === 'context'));
      const [request] = await contextRequests(chat);
      assert.ok(request?.type === 'add-image');
      assert.equal(request.mediaType, 'image/png');
      assert.equal(request.name, 'pasted picture');
      assert.match(request.base64, /^iVBORw0KGgo/);
      await chat.send(stateDelta({ context: [contextItem({ kind: 'image', icon: 'file-media', label: 'pasted picture', detail: '' })] }));
      await chat.page.locator('.context-thumbnail').waitFor();
      await chat.page.locator('.context-chip').hover();
      await chat.page.getByRole('img', { name: 'pasted picture' }).waitFor();
      assert.match((await chat.page.locator('.context-thumbnail').getAttribute('src')) ?? '', /^data:image\//);
      await chat.shot('context-picture-dark-300');
      // A second one has a name of its own.
      await paste(chat.page, {});
      await chat.page.waitForFunction(() => window.fakeHost.posted.filter(({ request: { type } }) => type === 'context').length === 2);
      assert.deepEqual((await contextRequests(chat)).map((one) => (one.type === 'add-image' ? one.name : one.type)), ['pasted picture', 'pasted picture 2']);
      assert.deepEqual(chat.errors, []);
      await chat.close();
    });
  });

  it('tells screen readers what was added, once it is known how it went', async () => {
    const chat = await open({ context: fewItems.slice(0, 1) });
    const [reading, , , refused] = itemsOfEachState;
    assert.ok(reading && refused);
    await chat.send(stateDelta({ context: [...fewItems.slice(0, 1), reading] }));
    await frames(chat.page);
    assert.doesNotMatch(await chat.page.getByRole('status').innerText(), /goes with/);
    await chat.send(stateDelta({ context: [...fewItems.slice(0, 1), { ...reading, state: 'fresh' }] }));
    await chat.page.getByRole('status').getByText('reading.ts goes with the question.').waitFor();
    await chat.send(stateDelta({ context: [...fewItems.slice(0, 1), refused] }));
    await chat.page.getByRole('status').getByText('.env does not go with the question. .farthingignore keeps it out.').waitFor();
    await chat.close();
  });

  it('proposes what to leave out, and leaves out nothing by itself', async () => {
    const chat = await pages.open({ state: contextStates['too-much'] });
    await chat.page.getByText('The question is about 190k tokens long').waitFor();
    assert.deepEqual(await contextRequests(chat), []);
    const button = chat.page.getByRole('button', { name: 'Leave these 2 out (≈70k tokens)' });
    assert.equal(await button.getAttribute('title'), 'pricing.ts\nProblems');
    await button.click();
    assert.deepEqual(await contextRequests(chat), [{ type: 'drop-proposed' }]);
    assert.ok(await field(chat).evaluate((element) => element === document.activeElement), 'the focus is not lost with the button');
    const asked = () => chat.page.evaluate(() => window.fakeHost.posted.map(({ request: { type } }) => type).filter((type) => type === 'new-thread' || type === 'ask-longer'));
    assert.deepEqual(await asked(), []);
    await chat.page.getByRole('button', { name: 'Choose a model with a longer context' }).click();
    await chat.page.getByRole('button', { name: 'Ask in a new chat' }).click();
    assert.deepEqual(await asked(), ['ask-longer', 'new-thread']);
    await chat.close();
  });

  it('stands below a question that was sent, folded, and shows where it is from', async () => {
    const chat = await pages.open({ state: contextStates.sent });
    const list = chat.page.getByRole('list', { name: 'Went with the question' });
    assert.deepEqual(await list.getByRole('button').allInnerTexts(), ['pricing.ts', 'hires.ts:10-24', 'Problems', '+2 more']);
    await list.getByRole('button', { name: '+2 more' }).click();
    await list.getByRole('button', { name: 'pasted picture' }).click();
    assert.deepEqual(await asked(chat, 'open-sent-context'), [{ type: 'open-sent-context', messageId: 'q1', place: 4 }]);
    await chat.close();
  });
});

/** What was asked about context, without the searches. */
async function contextRequests(chat: ChatPage): Promise<ContextRequest[]> {
  return (await chat.posted('context')).map(({ request }) => request).filter(({ type }) => type !== 'complete-context');
}

async function asked(chat: ChatPage, type: ContextRequest['type']): Promise<ContextRequest[]> {
  return (await contextRequests(chat)).filter((request) => request.type === type);
}

async function focusedChip({ page }: ChatPage, label: string): Promise<void> {
  await page.waitForFunction((wanted) => document.activeElement?.classList.contains('context-open') === true && document.activeElement.querySelector('.context-label')?.textContent === wanted, label);
}

/** A drag event over the page, as the editor or the desktop sends it. */
async function drag(page: Page, type: 'dragenter' | 'drop', data: Readonly<Record<string, string>>, file: string | undefined): Promise<void> {
  await page.evaluate(
    ([name, entries, mediaType]) => {
      const dataTransfer = new DataTransfer();
      for (const [key, value] of Object.entries(entries)) dataTransfer.setData(key, value);
      if (mediaType !== undefined) dataTransfer.items.add(new File(['x'], 'dropped', { type: mediaType }));
      document.querySelector('.composer')?.dispatchEvent(new DragEvent(name, { dataTransfer, bubbles: true, cancelable: true }));
    },
    [type, data, file] as const,
  );
}

/** Pastes a small picture into the field, as it comes from a screenshot, or with text beside it, as from a table. */
async function paste(page: Page, { text }: { readonly text?: string }): Promise<void> {
  await page.evaluate(async (words) => {
    const canvas = document.createElement('canvas');
    canvas.width = 320;
    canvas.height = 200;
    const pen = canvas.getContext('2d');
    if (pen !== null) {
      pen.fillStyle = 'teal';
      pen.fillRect(20, 20, 200, 120);
    }
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve));
    const clipboardData = new DataTransfer();
    if (blob !== null) clipboardData.items.add(new File([blob], 'image.png', { type: 'image/png' }));
    if (words !== undefined) clipboardData.setData('text/plain', words);
    document.querySelector('textarea')?.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, text);
}

/** Nothing is wider than the page, and no part of the composer lies over another. */
async function assertTidy(page: Page): Promise<void> {
  const faults = await page.evaluate(() => {
    const found: string[] = [];
    if (document.documentElement.scrollWidth > document.documentElement.clientWidth) found.push('the page is wider than its view');
    for (const choice of document.querySelectorAll('.quality-name')) if (choice.scrollWidth > choice.clientWidth) found.push(`${choice.textContent} is cut`);
    const parts = [...document.querySelectorAll('.composer-box .icon-button, .context-chip, .context-more, .composer-box textarea, .quality, .strategy-button')].map((element) => ({ name: element.className, box: element.getBoundingClientRect() }));
    for (const [index, one] of parts.entries()) {
      if (one.box.right > document.documentElement.clientWidth + 0.5) found.push(`${one.name} leaves the page`);
      for (const other of parts.slice(index + 1)) {
        const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
        const down = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
        // What a list scrolls away is no overlap.
        if (across > 1 && down > 1 && document.querySelector('.context-row.unfolded') === null) found.push(`${one.name} lies over ${other.name}`);
      }
    }
    return found;
  });
  assert.deepEqual(faults, []);
}

/** Two frames and what they set off. */
async function frames(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 0)))));
}
