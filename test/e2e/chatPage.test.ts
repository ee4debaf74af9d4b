import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Page } from 'playwright-core';
import { stateDelta } from '../../src/shared/protocol';
import { type ChatPage, type ChatPages, openChatPages, pageThemes } from '../support/chatPage';
import { pageViolations } from '../support/pageViolations';
import { answerText, type ChatStateName, chatStates, completeAnswer, conversation, previews, readyState } from '../support/chatStates';
import { showState } from '../support/showState';

describe('chat page', function () {
  let pages: ChatPages;
  before(async () => {
    pages = await openChatPages();
  });
  after(() => pages.close());

  describe('is readable and usable by everyone', () => {
    for (const name of Object.keys(chatStates) as ChatStateName[]) {
      describe(name, () => {
        let chat: ChatPage;
        before(async () => {
          chat = await pages.open({ state: chatStates[name] });
          await showState(chat, name);
        });
        after(() => chat.close());

        for (const theme of pageThemes) {
          it(theme, async () => {
            await chat.setTheme(theme);
            await chat.page.setViewportSize({ width: 300, height: 720 });
            assert.deepEqual(chat.errors, []);
            await chat.shot(`${name}-${theme}-300`);
            if (theme === 'dark') {
              await chat.page.setViewportSize({ width: 800, height: 720 });
              await assertNoSidewaysScroll(chat.page);
              await chat.shot(`${name}-${theme}-800`);
            }
            await assertAccessible(chat.page, theme.startsWith('hc-') ? 'theme' : 'everything');
          });
        }
      });
    }
  });

  describe('writing a question', () => {
    it('sends what stands in the field, once, when Enter comes in the frame of the last letter', async () => {
      const chat = await pages.open();
      await chat.page.getByRole('textbox').evaluate((field) => {
        if (!(field instanceof HTMLTextAreaElement)) return;
        field.focus();
        field.value = 'quick?';
        field.dispatchEvent(new InputEvent('input', { bubbles: true }));
        for (let press = 0; press < 2; press++) field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
      });
      await chat.page.waitForFunction(() => document.querySelector('textarea')?.value === '');
      assert.deepEqual((await chat.posted('send')).map((request) => request.text), ['quick?']);
      await chat.close();
    });

    it('sends with Enter, breaks the line with Shift+Enter, leaves Enter to an input method', async () => {
      const chat = await pages.open();
      const field = chat.page.getByRole('textbox', { name: 'Your question' });
      await field.fill('one');
      await field.press('Shift+Enter');
      await field.pressSequentially('two');
      await field.dispatchEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true });
      await field.dispatchEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true });
      assert.deepEqual(await chat.posted('send'), []);
      await field.press('Enter');
      assert.deepEqual(await chat.waitForPosted('send'), [{ type: 'send', text: 'one\ntwo' }]);
      assert.equal(await field.inputValue(), '');
      await field.press('Enter');
      await field.fill('   ');
      await field.press('Enter');
      assert.equal((await chat.posted('send')).length, 1, 'nothing is not sent');
      await chat.close();
    });

    it('asks in a new chat at once, though the host is late and the old one still answers', async () => {
      const chat = await pages.open({ state: chatStates.streaming });
      const field = chat.page.getByRole('textbox', { name: 'Your question' });
      await chat.page.getByRole('button', { name: 'New chat' }).click();
      // The caret goes to the end of what stands there, which is to be replaced.
      await field.and(chat.page.locator(':focus')).waitFor();
      await field.fill('in the new one');
      await chat.page.getByRole('button', { name: 'Send (Enter)' }).and(chat.page.locator(':enabled')).waitFor();
      await field.press('Enter');
      assert.deepEqual(await chat.waitForPosted('send'), [{ type: 'send', text: 'in the new one' }]);
      await chat.close();
    });

    it('gives a refused question back and says why', async () => {
      const chat = await pages.open();
      await chat.refuse('send', 'The database is locked.');
      const field = chat.page.getByRole('textbox', { name: 'Your question' });
      await field.fill('precious');
      await field.press('Enter');
      await chat.page.getByText('Your question was not sent: The database is locked.').waitFor();
      assert.equal(await field.inputValue(), 'precious');
      await chat.page.getByRole('button', { name: 'Dismiss' }).click();
      assert.equal(await chat.page.getByText('was not sent').count(), 0);
      await chat.close();
    });

    it('shows a refusal once when the host sends it as a notice too', async () => {
      const chat = await pages.open();
      await chat.refuse('send', 'No model fits.');
      await chat.page.getByRole('textbox').fill('x');
      await chat.page.getByRole('textbox').press('Enter');
      await chat.page.getByText('was not sent').waitFor();
      await chat.send(stateDelta({ notice: { sentence: 'No model fits.', level: 'error', actions: [] } }));
      await chat.page.getByText('No model fits.', { exact: true }).first().waitFor();
      await chat.page.getByText('was not sent').waitFor({ state: 'detached' });
      await chat.close();
    });

    it('tells the host of a draft once typing pauses, and shows the price range', async () => {
      const chat = await pages.open();
      // In one step of the page, so that a busy machine cannot make a pause between two letters.
      await chat.page.evaluate(() => {
        const field = document.querySelector('textarea');
        for (const letter of 'how much') {
          if (field) field.value += letter;
          field?.dispatchEvent(new Event('input', { bubbles: true }));
        }
      });
      const drafts = await chat.waitForPosted('draft');
      assert.deepEqual(drafts, [{ type: 'draft', text: 'how much', turn: 8 }]);
      await chat.send(stateDelta({ preview: previews }));
      await chat.page.getByText('$0.00029 – $0.0011').waitFor();
      await chat.page.getByRole('textbox').fill('');
      await chat.page.getByText('$0.00029 – $0.0011').waitFor({ state: 'detached' });
      await chat.close();
    });

    for (const { name, page, host, shown, told } of [
      { name: 'an older draft of its own gives way to what the host was told', page: { draft: 'why', draftTurn: 3 }, host: { draft: 'why is this so dear', draftTurn: 9 }, shown: 'why is this so dear', told: [] },
      { name: 'a newer one stays, and the host is told', page: { draft: 'why is this so dear', draftTurn: 9 }, host: { draft: 'why', draftTurn: 3 }, shown: 'why is this so dear', told: [{ type: 'draft', text: 'why is this so dear', turn: 9 }] },
      { name: 'one that was sent meanwhile does not come back', page: { draft: 'why', draftTurn: 3 }, host: { draft: '', draftTurn: 4 }, shown: '', told: [] },
      { name: 'a question that was given back stands there', page: { draft: '', draftTurn: 4 }, host: { draft: 'why', draftTurn: 5 }, shown: 'why', told: [] },
    ]) {
      it(`after a reload: ${name}`, async () => {
        const chat = await pages.open({ state: { ...readyState, ...host } });
        // The page stores its own view when it goes: the one written here comes after it.
        await chat.page.addInitScript((saved) => sessionStorage.setItem('state', JSON.stringify({ ...saved, following: true, unfolded: [], historyOpen: false })), page);
        await chat.page.reload();
        // The field is there before, with what the page has kept.
        await chat.page.locator('.starting').waitFor({ state: 'detached' });
        await chat.page.waitForFunction((text) => document.querySelector('textarea')?.value === text, shown);
        assert.deepEqual(await chat.posted('draft'), told);
        await chat.close();
      });
    }

    it('keeps how a question is to be asked, chosen before its chat has come back', async () => {
      const state = { ...readyState, ...conversation({}) };
      const chat = await pages.open({ state });
      const { page } = chat;
      await page.addInitScript(() => {
        // It has not spoken yet.
        Object.assign(window.fakeHost, { state: null });
      });
      await page.reload();
      await page.locator('.starting').waitFor();
      await page.getByRole('button', { name: 'How to ask: Ask' }).click();
      await page.getByRole('radio', { name: /^Compare/ }).click();
      await page.keyboard.press('Escape');
      await chat.sendRaw({ type: 'snapshot', sequence: 1, state });
      await page.locator('article.question').waitFor();
      await page.getByRole('button', { name: 'How to ask: Compare' }).waitFor();
      await chat.close();
    });

    it('lets the host replace the draft, but not while something newer is typed', async () => {
      const chat = await pages.open();
      const field = chat.page.getByRole('textbox');
      await chat.send(stateDelta({ draft: 'from the host' }));
      await chat.page.waitForFunction(() => document.querySelector('textarea')?.value === 'from the host');
      // A busy machine cannot make a pause here, after which the host would be told.
      await chat.page.clock.install();
      await chat.page.clock.pauseAt(Date.now() + 60_000);
      await field.fill('from the person');
      await chat.send(stateDelta({ draft: 'late' }));
      await chat.page.clock.runFor(100);
      assert.equal(await field.inputValue(), 'from the person');
      await chat.page.clock.runFor(100);
      assert.deepEqual((await chat.posted('draft')).map(({ text }) => text), ['from the person']);
      await chat.close();
    });

    it('keeps what is typed while another chat is on its way, though the host was told of half of it', async () => {
      const chat = await pages.open();
      const field = chat.page.getByRole('textbox');
      await field.fill('half');
      await chat.waitForPosted('draft');
      await chat.page.clock.install();
      await chat.page.clock.pauseAt(Date.now() + 60_000);
      await field.fill('half and the rest');
      await chat.send(stateDelta({ ...conversation({}), draft: 'half', draftTurn: 1 }));
      await chat.page.clock.runFor(100);
      await chat.page.locator('article.question').waitFor();
      assert.equal(await field.inputValue(), 'half and the rest');
      await chat.page.clock.runFor(100);
      assert.deepEqual((await chat.posted('draft')).map(({ text }) => text), ['half', 'half and the rest']);
      await chat.close();
    });

    it('brings back earlier questions with Up, and goes forward with Down', async () => {
      const state = conversation({});
      const chat = await pages.open({ state: { ...state, messages: [...state.messages, { id: 'q2', role: 'user', text: 'second' }] } });
      const field = chat.page.getByRole('textbox');
      await field.press('ArrowUp');
      assert.equal(await field.inputValue(), 'second');
      await field.press('ArrowUp');
      assert.match(await field.inputValue(), /^Write a function/);
      await field.press('ArrowUp');
      assert.match(await field.inputValue(), /^Write a function/);
      await field.press('ArrowDown');
      await field.press('ArrowDown');
      assert.equal(await field.inputValue(), '');
      await field.fill('mine');
      await field.press('ArrowUp');
      assert.equal(await field.inputValue(), 'mine');
      await chat.close();
    });

    it('explains why nothing can be sent, and keeps what is written', async () => {
      const chat = await pages.open({ state: chatStates['first-start'] });
      const field = chat.page.getByRole('textbox');
      await field.fill('soon');
      await field.press('Enter');
      assert.equal(await field.inputValue(), 'soon');
      assert.deepEqual(await chat.posted('send'), []);
      await chat.page.getByText('Choose how to begin above, then send.').waitFor();
      assert.ok(await chat.page.getByRole('button', { name: /^Send/ }).isDisabled());
      await chat.close();
    });

    it('sends an example with one click, and chooses the quality', async () => {
      const chat = await pages.open();
      await chat.page.getByRole('button', { name: /race condition/ }).click();
      assert.match((await chat.waitForPosted('send'))[0]?.text ?? '', /race condition/);
      await chat.page.getByRole('radio', { name: 'Economy' }).check();
      assert.deepEqual(await chat.waitForPosted('quality'), [{ type: 'quality', quality: 'economy' }]);
      await chat.close();
    });
  });

  describe('an answer', () => {
    it('is stopped by its button and by Escape', async () => {
      const chat = await pages.open({ state: chatStates.streaming });
      await chat.page.getByRole('button', { name: /^Stop/ }).click();
      await chat.waitForPosted('stop', 1);
      await chat.page.getByRole('region', { name: 'Conversation' }).focus();
      await chat.page.keyboard.press('Escape');
      await chat.waitForPosted('stop', 2);
      await chat.close();
    });

    it('that waits counts the seconds, says them once, and is stopped like any', async () => {
      const chat = await pages.open({ state: chatStates.waiting });
      await chat.page.getByText('Waiting for gpt-5.6-luna', { exact: true }).waitFor();
      await chat.send({ type: 'answer-changed', messageId: 'a1', answer: { ...completeAnswer, state: 'streaming', progress: 'OpenAI asked for a pause; trying again', progressInMs: 12_000 } });
      await chat.page.getByText('OpenAI asked for a pause; trying again in 12 s', { exact: true }).first().waitFor();
      const line = chat.page.locator('.progress');
      await line.getByText(/trying again in (?:10|\d) s/).waitFor();
      assert.match(await chat.page.getByRole('status').first().innerText(), /OpenAI asked for a pause; trying again in 12 s/);
      await chat.send({ type: 'answer-changed', messageId: 'a1', answer: { ...completeAnswer, state: 'streaming', progress: 'Waiting for gpt-5.6-luna' } });
      await line.getByText('Waiting for gpt-5.6-luna', { exact: true }).waitFor();
      await chat.page.getByRole('button', { name: /^Stop/ }).click();
      await chat.waitForPosted('stop', 1);
      await chat.close();
    });

    it('does with code what its buttons say', async () => {
      const chat = await pages.open({ state: conversation({ canReplace: true }, 'x\n\n```ts\nconst a = 1;\n\n```\n') });
      await chat.page.getByRole('button', { name: 'Copy code' }).click();
      await chat.page.getByRole('button', { name: 'Insert at cursor' }).click();
      await chat.page.getByRole('button', { name: 'Replace selection' }).click();
      await chat.page.getByRole('button', { name: 'Copy answer' }).click();
      assert.deepEqual(await chat.waitForPosted('copy', 2), [
        { type: 'copy', text: 'const a = 1;\n' },
        { type: 'copy', text: 'x\n\n```ts\nconst a = 1;\n\n```\n' },
      ]);
      assert.deepEqual(await chat.waitForPosted('insert'), [{ type: 'insert', messageId: 'a1', text: 'const a = 1;\n' }]);
      assert.deepEqual(await chat.waitForPosted('replace-selection'), [{ type: 'replace-selection', messageId: 'a1', text: 'const a = 1;\n' }]);
      await chat.page.getByRole('status').getByText('Copied').waitFor();
      await chat.close();
    });

    it('can be asked for again, better and cheaper, and only the last one', async () => {
      const state = conversation({});
      const chat = await pages.open({ state });
      await chat.page.getByRole('button', { name: 'Cheaper model' }).click();
      await chat.page.getByRole('button', { name: 'Better model' }).click();
      await chat.page.getByRole('button', { name: 'Ask again' }).click();
      assert.deepEqual((await chat.waitForPosted('again', 3)).map(({ how, messageId }) => [how, messageId]), [['cheaper', 'a1'], ['better', 'a1'], ['same', 'a1']]);
      await chat.send({ type: 'message-added', message: { id: 'q2', role: 'user', text: 'more' } });
      await chat.page.getByText('more', { exact: true }).waitFor();
      assert.equal(await chat.page.getByRole('button', { name: 'Ask again' }).count(), 0);
      await chat.close();
    });

    it('asks the host to open links and goes nowhere by itself', async () => {
      const chat = await pages.open({ state: conversation({}, '[the docs](https://ok.example/a) [run](command:farthing.setApiKey)') });
      await chat.page.getByRole('link', { name: 'the docs' }).click();
      await chat.page.getByRole('link', { name: 'the docs' }).press('Enter');
      assert.deepEqual(await chat.waitForPosted('open-link', 2), Array.from({ length: 2 }, () => ({ type: 'open-link', url: 'https://ok.example/a' })));
      assert.equal(await chat.page.getByRole('link').count(), 1);
      await chat.page.getByText('(command:farthing.setApiKey)').waitFor();
      await chat.close();
    });

    it('offers the buttons of its failure, of notices and of the set-up', async () => {
      const failed = await pages.open({ state: chatStates.failed });
      await failed.page.getByRole('button', { name: 'Enter another key' }).click();
      assert.deepEqual(await failed.waitForPosted('action'), [{ type: 'action', action: 'setKey', messageId: 'a1' }]);
      await failed.page.getByRole('button', { name: 'What the provider said' }).click();
      await failed.page.getByText('401 Incorrect API key provided').waitFor();
      await failed.close();
      const noticed = await pages.open({ state: chatStates['budget-reached'] });
      await noticed.page.getByRole('button', { name: 'Show log' }).click();
      assert.deepEqual(await noticed.waitForPosted('action'), [{ type: 'action', action: 'showLog' }]);
      await noticed.close();
      const fresh = await pages.open({ state: chatStates['first-start'] });
      await fresh.page.getByRole('button', { name: 'Add a provider key' }).click();
      await fresh.page.getByRole('button', { name: 'Find models on this machine' }).click();
      await fresh.page.getByRole('button', { name: 'Try the demo, no key needed' }).click();
      assert.deepEqual((await fresh.waitForPosted('action', 3)).map(({ action }) => action), ['setKey', 'findLocalServers', 'startDemo']);
      await fresh.close();
      const demo = await pages.open({ state: chatStates.demo });
      await demo.page.getByRole('button', { name: 'Use a real key' }).click();
      assert.deepEqual((await demo.waitForPosted('action')).map(({ action }) => action), ['leaveDemo']);
      await demo.close();
    });

    it('is announced when it begins and how it ends, not word by word', async () => {
      const chat = await pages.open({ state: conversation({ state: 'streaming' }, '') });
      const status = chat.page.getByRole('status');
      await chat.send(stateDelta({ running: 'a1' }));
      await status.getByText('Answering').waitFor();
      await chat.send({ type: 'text-appended', messageId: 'a1', at: 0, text: 'Hello there' });
      await chat.page.getByText('Hello there').waitFor();
      assert.equal(await status.textContent(), 'Answering');
      await chat.send({ type: 'answer-changed', messageId: 'a1', answer: completeAnswer }, stateDelta({ running: undefined }));
      await status.getByText('Answer finished').waitFor();
      await chat.close();
    });

    it('says in words when it was cut off, stopped, interrupted or broke off', async () => {
      const rows = [
        ['truncated', 'Cut off'],
        ['cancelled', 'Stopped by you'],
        ['interrupted', 'Interrupted'],
        ['failed', 'broke off here'],
      ] as const;
      const chat = await pages.open();
      for (const [answerState, words] of rows) {
        await chat.send(stateDelta(conversation({ state: answerState }, 'Some text')));
        await chat.page.getByText(words).waitFor();
      }
      const stopped = { kind: 'cancelled', sentence: 'Stopped.', actions: [{ id: 'retry', label: 'Try again' }] };
      await chat.send(stateDelta(conversation({ state: 'cancelled', failure: stopped }, 'Some text')));
      await chat.page.getByText('Stopped by you').waitFor();
      assert.equal(await chat.page.locator('.failure').count(), 0);
      await chat.close();
    });

    it('explains its model with a picture and a table', async () => {
      const chat = await pages.open({ state: conversation({}) });
      await chat.page.getByRole('button', { name: 'Why this model' }).click();
      await chat.page.getByText('Cheapest of 41 models likely enough').waitFor();
      assert.match((await chat.page.getByRole('listbox', { name: /Cost against/ }).getAttribute('aria-label')) ?? '', /Chosen: gpt-5\.6-luna, \$0\.00042, 86 %/);
      const table = chat.page.getByRole('region', { name: 'Models considered' });
      assert.equal(await table.getByRole('row').count(), 11);
      assert.match((await table.getByRole('row', { name: /Chosen/ }).textContent()) ?? '', /gpt-5\.6-luna/);
      await chat.close();
    });
  });

  describe('a rating', () => {
    it('is given with one press, taken back with another, and says what it counts for', async () => {
      const chat = await pages.open({ state: conversation({}) });
      const good = chat.page.getByRole('button', { name: 'Good answer' });
      assert.equal(await good.getAttribute('aria-pressed'), 'false');
      await good.focus();
      await chat.page.keyboard.press('Enter');
      assert.deepEqual(await chat.waitForPosted('rate'), [{ type: 'rate', messageId: 'a1', rating: 'up' }]);
      await chat.page.getByRole('status').getByText('Rated good. Counts for gpt-5.6-luna on moderate code questions.').waitFor();
      await chat.send({ type: 'answer-changed', messageId: 'a1', answer: { ...completeAnswer, rating: { value: 'up' } } });
      await chat.page.getByRole('group', { name: 'Your rating' }).getByText('Counts for gpt-5.6-luna').waitFor();
      assert.equal(await good.getAttribute('aria-pressed'), 'true');
      assert.equal(await chat.page.getByRole('textbox', { name: 'A note, optional' }).count(), 0, 'a good answer needs no reason');
      await good.click();
      assert.deepEqual((await chat.waitForPosted('rate', 2))[1], { type: 'rate', messageId: 'a1', rating: 'none' });
      await chat.page.getByRole('status').getByText('Rating taken back').waitFor();
      await chat.send({ type: 'answer-changed', messageId: 'a1', answer: completeAnswer });
      await chat.page.getByRole('group', { name: 'Your rating' }).waitFor({ state: 'detached' });
      await chat.close();
    });

    it('takes a reason and a note, both optional, with the keyboard alone, and holds nothing up', async () => {
      const chat = await pages.open({ state: conversation({}) });
      const { page } = chat;
      await page.getByRole('button', { name: 'Bad answer' }).press('Enter');
      assert.deepEqual(await chat.waitForPosted('rate'), [{ type: 'rate', messageId: 'a1', rating: 'down' }], 'it counts before any reason');
      const rated = (rating: NonNullable<typeof completeAnswer.rating>) => chat.send({ type: 'answer-changed', messageId: 'a1', answer: { ...completeAnswer, rating } });
      await rated({ value: 'down' });
      await page.getByRole('button', { name: 'Too long' }).press('Space');
      assert.deepEqual((await chat.waitForPosted('rate', 2))[1], { type: 'rate', messageId: 'a1', rating: 'down', reason: 'tooLong' });
      await rated({ value: 'down', reason: 'tooLong' });
      await page.getByRole('button', { name: 'Too long' }).and(page.locator('[aria-pressed="true"]')).waitFor();
      const note = page.getByRole('textbox', { name: 'A note, optional' });
      await note.fill('half of it would do');
      await note.press('Escape');
      assert.equal((await chat.posted('stop')).length, 0);
      assert.deepEqual((await chat.waitForPosted('rate', 3))[2], { type: 'rate', messageId: 'a1', rating: 'down', reason: 'tooLong', note: 'half of it would do' });
      await page.getByRole('group', { name: 'Your rating' }).waitFor({ state: 'detached' });
      await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Bad answer');
      assert.equal((await chat.posted('rate')).length, 3, 'said once');
      await page.getByRole('textbox', { name: 'Your question' }).fill('go on');
      await page.keyboard.press('Enter');
      await chat.waitForPosted('send');
      await chat.close();
    });

    it('is offered for finished answers alone, and leads to its switch', async () => {
      const { ratingNote: _none, ...unrateable } = completeAnswer;
      const chat = await pages.open({ state: conversation({}) });
      await chat.send({ type: 'answer-changed', messageId: 'a1', answer: unrateable });
      await chat.page.getByRole('button', { name: 'Good answer' }).waitFor({ state: 'detached' });
      await chat.send({ type: 'answer-changed', messageId: 'a1', answer: { ...completeAnswer, rating: { value: 'up' } } });
      await chat.page.getByRole('button', { name: 'Bad answer' }).click();
      await chat.page.getByRole('group', { name: 'Your rating' }).getByRole('button', { name: 'Settings' }).click();
      assert.deepEqual(await chat.waitForPosted('action'), [{ type: 'action', action: 'learningSettings' }]);
      await chat.close();
    });
  });

  describe('the picture of price against chance', () => {
    it('is walked through with the arrow keys and read out, and shows what the pointer is near', async () => {
      const chat = await pages.open({ state: conversation({}) });
      const { page } = chat;
      await page.getByRole('button', { name: 'Why this model' }).press('Enter');
      const plot = page.getByRole('listbox', { name: /Cost against/ });
      const readout = page.locator('.readout');
      const selected = plot.getByRole('option', { selected: true });
      assert.match(await readout.innerText(), /gpt-5\.6-luna OpenAI\s+\$0\.00042 · 86 % \(78 to 92 %\) · chosen/);
      await page.keyboard.press('Tab');
      await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'listbox');
      await page.keyboard.press('ArrowRight');
      await readout.getByText('deepseek-v4').waitFor();
      assert.equal(await plot.getAttribute('aria-activedescendant'), await selected.getAttribute('id'));
      assert.equal(await selected.getAttribute('aria-label'), 'deepseek-v4 at DeepSeek · $0.00070 · 88 % (80 to 93 %) · next if it fails');
      await page.keyboard.press('End');
      await readout.getByText('claude-opus-5').waitFor();
      await page.keyboard.press('Home');
      await readout.getByText('ministral-3b').waitFor();
      await page.keyboard.press('ArrowUp');
      await readout.getByText('llama-4-scout').waitFor();
      assert.equal(await page.locator('.messages').evaluate((element) => element.scrollLeft), 0);
      await page.keyboard.press('Tab');
      await readout.getByText('gpt-5.6-luna').waitFor();
      await plot.scrollIntoViewIfNeeded();
      const box = await plot.locator('.dot').last().locator('.mark').boundingBox();
      assert.ok(box);
      await page.mouse.move(box.x + box.width / 2 - 9, box.y + box.height / 2 + 6);
      await readout.getByText('claude-opus-5').waitFor();
      assert.deepEqual(chat.errors, []);
      await chat.close();
    });

    it('marks the chosen one, the able, the unsure and the estimated by their shape', async () => {
      const chat = await pages.open({ state: conversation({}) });
      await chat.page.getByRole('button', { name: 'Why this model' }).click();
      await chat.page.locator('.plot .mark').first().waitFor();
      const shapes = await chat.page.locator('.plot .mark').evaluateAll((marks) => marks.map((mark) => {
        const { width, transform, borderRadius, borderStyle } = getComputedStyle(mark);
        return `${mark.className.replace('mark mark-', '')} ${width} ${transform.startsWith('matrix(0.7') ? 'turned' : ''} ${borderRadius} ${borderStyle}`;
      }));
      assert.equal(new Set(shapes.map((shape) => shape.split(' ')[0])).size, 4);
      assert.equal(new Set(shapes).size, 4, 'as many looks as kinds');
      await chat.page.locator('.price-picture figcaption').getByText('estimated').waitFor();
      await chat.close();
    });

    for (const width of [180, 240, 800]) {
      it(`fits ${width} px`, async () => {
        const chat = await pages.open({ state: { ...conversation({}), draft: 'Write an LRU cache', preview: previews }, width, height: 900 });
        await chat.page.getByRole('button', { name: 'Why this model' }).click();
        await chat.page.locator('.why').scrollIntoViewIfNeeded();
        await chat.page.getByRole('button', { name: 'Bad answer' }).click();
        await chat.send({ type: 'answer-changed', messageId: 'a1', answer: { ...completeAnswer, rating: { value: 'down', reason: 'wrong' } } });
        await chat.page.getByRole('group', { name: 'Your rating' }).waitFor();
        await chat.page.locator('.why').evaluate((element) => element.scrollIntoView());
        await frames(chat.page);
        await chat.shot(`why-dark-${width}`);
        const cut = await chat.page.evaluate(() => [...document.querySelectorAll<HTMLElement>('.ticks span, .chip, .quality-cost, .legend')].filter((one) => one.offsetParent !== null && one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent));
        assert.deepEqual(cut, [], 'nothing is cut off');
        await assertAccessible(chat.page);
        await chat.page.locator('.rating-row').evaluate((element) => element.scrollIntoView());
        await chat.shot(`rating-dark-${width}`);
        await chat.close();
      });
    }
  });

  describe('quality and prediction', () => {
    it('shows what the draft would cost at each quality, and what it would be asked of at the chosen one', async () => {
      const chat = await pages.open({ state: { ...chatStates.typing } });
      const { page } = chat;
      const costs = () => page.locator('.quality-cost').allInnerTexts();
      assert.deepEqual(await costs(), ['$0.00012', '$0.00042', '$0.0080']);
      await page.getByText('gpt-5.6-luna at OpenAI · moderate question').waitFor();
      assert.equal(await page.locator('.preview').innerText(), 'Usually $0.00029 – $0.0011 · ≈214 → 350 tokens');
      // With the arrow keys, as in any group of radio buttons.
      await page.getByRole('radio', { name: 'Balanced' }).focus();
      await page.keyboard.press('ArrowRight');
      assert.deepEqual(await chat.waitForPosted('quality'), [{ type: 'quality', quality: 'quality' }]);
      // At once, before the host has answered, and whatever else it says meanwhile.
      await page.getByText('gpt-5.6 (high effort) at OpenAI · moderate question').waitFor();
      await chat.send(stateDelta({ preview: previews }));
      await frames(page);
      assert.ok(await page.getByRole('radio', { name: 'Quality' }).isChecked());
      await chat.send(stateDelta({ quality: 'quality' }));
      await page.getByRole('status').getByText('Quality: A stronger model when in doubt. Your draft: gpt-5.6 (high effort) at OpenAI, usually $0.0080').waitFor();
      await chat.close();
    });

    it('moves nothing while figures come, change and go', async () => {
      const chat = await pages.open({ state: { ...chatStates.typing, preview: undefined } });
      const height = () => chat.page.locator('.composer').evaluate((element) => element.getBoundingClientRect().height);
      const before = await height();
      const short = { ...previews.balanced, short: 'Only $0.012 left this month: a cheaper model than usual is asked, and that is a long sentence' };
      for (const preview of [previews, { ...previews, balanced: short }, { ...previews, balanced: { ...previews.balanced, range: '$0.000029 – $1.10', model: 'a-model-with-a-very-long-name-indeed at a provider with another one' } }, undefined]) {
        await chat.send(stateDelta({ preview }));
        await frames(chat.page);
        assert.equal(await height(), before);
      }
      await chat.close();
    });

    it('says before sending that a budget runs short, and why nothing can be asked', async () => {
      const chat = await pages.open({ state: chatStates['short-of-money'] });
      await chat.page.getByText('Only $0.012 left today: a cheaper model than usual is asked').waitFor();
      const nothing = { ...previews.economy, model: '', note: 'Every model that could answer might cost more than the $0.00 left in the budget.' };
      await chat.send(stateDelta({ preview: { ...previews, economy: nothing } }));
      await chat.page.getByText('Every model that could answer').waitFor();
      await chat.close();
    });

    it('locks what a folder does not allow, and says so', async () => {
      const chat = await pages.open({ state: { ...chatStates['short-of-money'], draft: '' } });
      assert.ok(await chat.page.getByRole('radio', { name: 'Quality' }).isDisabled());
      assert.ok(await chat.page.getByRole('radio', { name: 'Balanced' }).isEnabled());
      await chat.page.locator('.composer-lines').getByText('The settings of this folder allow balanced at most.').waitFor();
      await chat.close();
    });

    it('tells which model the buttons below an answer would ask', async () => {
      const steps = { messageId: 'a1', better: 'gpt-5.6 at OpenAI, usually $0.0080', cheaper: 'No model that can be asked now is clearly cheaper than gpt-5.6-luna.' };
      const chat = await pages.open({ state: { ...conversation({}), steps } });
      const better = chat.page.getByRole('button', { name: 'Better model' });
      assert.equal(await better.getAttribute('title'), 'Ask a better model the same question: gpt-5.6 at OpenAI, usually $0.0080');
      assert.equal(await better.getAttribute('aria-description'), steps.better);
      assert.equal(await chat.page.getByRole('button', { name: 'Cheaper model' }).getAttribute('aria-description'), steps.cheaper);
      assert.deepEqual(await chat.posted('steps'), [], 'it is known');
      await chat.send(stateDelta({ steps: undefined }));
      await frames(chat.page);
      assert.equal(await better.getAttribute('title'), 'Ask a better model the same question');
      await better.focus();
      assert.equal((await chat.waitForPosted('steps')).length, 1, 'asked for when it is about to be pressed');
      await chat.close();
    });
  });

  describe('the conversation', () => {
    const long = Array.from({ length: 60 }, (_, index) => `Paragraph ${index + 1} of a long answer that fills the view.`).join('\n\n');
    const scroller = '.messages';
    const distance = () => {
      const element = document.querySelector('.messages');
      return element === null ? -1 : element.scrollHeight - element.clientHeight - element.scrollTop;
    };

    it('follows new text at the end, stays when scrolled up, and jumps back on request', async () => {
      const chat = await pages.open({ state: conversation({ state: 'streaming' }, long, { running: 'a1' }) });
      await frames(chat.page);
      assert.ok((await chat.page.evaluate(distance)) < 2);
      const more = '\n\nmore text '.repeat(40);
      await chat.send({ type: 'text-appended', messageId: 'a1', at: long.length, text: more });
      await frames(chat.page);
      assert.ok((await chat.page.evaluate(distance)) < 2, 'it followed');
      assert.equal(await chat.page.getByRole('button', { name: 'Jump to latest' }).count(), 0);
      await chat.page.locator(scroller).evaluate((element) => element.scrollBy(0, -400));
      await frames(chat.page);
      const before = await chat.page.locator(scroller).evaluate((element) => element.scrollTop);
      await chat.send({ type: 'text-appended', messageId: 'a1', at: long.length + more.length, text: more });
      await frames(chat.page);
      assert.equal(await chat.page.locator(scroller).evaluate((element) => element.scrollTop), before, 'it stayed');
      await chat.page.getByRole('button', { name: 'Jump to latest' }).click();
      assert.ok((await chat.page.evaluate(distance)) < 2);
      await chat.send({ type: 'text-appended', messageId: 'a1', at: long.length + 2 * more.length, text: more });
      await frames(chat.page);
      assert.ok((await chat.page.evaluate(distance)) < 2, 'it follows again');
      await chat.close();
    });

    it('goes to the end when a question is asked', async () => {
      const chat = await pages.open({ state: conversation({}, long) });
      await chat.page.locator(scroller).evaluate((element) => element.scrollTo(0, 0));
      await frames(chat.page);
      await chat.send({ type: 'message-added', message: { id: 'q2', role: 'user', text: 'And now?' } });
      await chat.page.getByText('And now?').waitFor();
      await frames(chat.page);
      assert.ok((await chat.page.evaluate(distance)) < 2);
      await chat.close();
    });

    it('keeps an unfolded part under the pointer and in view', async () => {
      const chat = await pages.open({ state: conversation({}, long) });
      await chat.page.getByRole('button', { name: 'Why this model' }).click();
      await frames(chat.page);
      const box = await chat.page.getByRole('button', { name: 'Why this model' }).boundingBox();
      assert.ok(box !== null && box.y > 0 && box.y < 400, `the button is at ${box?.y}`);
      await chat.close();
    });

    it('is as it was after a reload: place, folds, draft, list of chats', async () => {
      const chat = await pages.open({ state: conversation({}, long) });
      await chat.page.getByRole('button', { name: 'Why this model' }).click();
      await chat.page.getByRole('textbox').fill('half a quest');
      await chat.page.locator(scroller).evaluate((element) => element.scrollTo(0, 333));
      await frames(chat.page);
      await chat.page.reload();
      await chat.page.getByRole('region', { name: 'Models considered' }).waitFor();
      await frames(chat.page);
      assert.equal(await chat.page.getByRole('textbox').inputValue(), 'half a quest');
      const top = await chat.page.locator(scroller).evaluate((element) => element.scrollTop);
      assert.ok(Math.abs(top - 333) < 3, `${top}`);
      await chat.page.getByRole('button', { name: 'Chats' }).click();
      await chat.page.reload();
      await chat.page.getByRole('heading', { name: 'Chats' }).waitFor();
      await chat.close();
    });

    it('gives back a question that was on its way when the page was reloaded', async () => {
      const chat = await pages.open();
      await chat.page.evaluate(() => sessionStorage.setItem('state', JSON.stringify({ draft: '', sending: [{ id: 7, text: 'on its way' }], following: true, unfolded: [], historyOpen: false })));
      // The page stores its own view when it goes: the one written above must stay.
      await chat.page.addInitScript(() => {
        const stored = sessionStorage.getItem('sending');
        if (stored !== null) sessionStorage.setItem('state', stored);
        window.fakeHost.refused['asked'] = 'It never came.';
      });
      await chat.page.evaluate(() => sessionStorage.setItem('sending', sessionStorage.getItem('state') ?? ''));
      await chat.page.reload();
      await chat.page.waitForFunction(() => document.querySelector('textarea')?.value === 'on its way');
      await chat.page.getByText('Your question was not sent: It never came.').waitFor();
      assert.deepEqual(await chat.posted('asked'), [{ type: 'asked', id: 7 }]);
      assert.deepEqual(await chat.posted('send'), [], 'nothing is asked by itself');
      await chat.close();
    });

    it('asks for a snapshot when a delta is missing and shows it', async () => {
      const chat = await pages.open();
      await chat.setState(conversation({}, 'The whole story'));
      await chat.sendRaw({ type: 'delta', sequence: 40, delta: stateDelta({ quality: 'economy' }) });
      await chat.page.getByText('The whole story').waitFor();
      assert.equal((await chat.posted('snapshot')).length, 2);
      await chat.close();
    });

    it('takes 20 kB in 1,000 pieces without a gap, and tells the frame times', async () => {
      const text = answerText.repeat(Math.ceil(20_000 / answerText.length)).slice(0, 20_000);
      const chat = await pages.open({ state: conversation({ state: 'streaming' }, '', { running: 'a1' }), width: 400 });
      const result = await chat.page.evaluate(async (whole) => {
        const gaps: number[] = [];
        let last = performance.now();
        let running = true;
        const tick = () => {
          const now = performance.now();
          gaps.push(now - last);
          last = now;
          if (running) requestAnimationFrame(tick);
        };
        requestAnimationFrame(tick);
        let at = 0;
        await new Promise<void>((resolve) => {
          const channel = new MessageChannel();
          channel.port1.start();
          channel.port1.addEventListener('message', () => {
            if (at >= whole.length) {
              resolve();
              return;
            }
            const piece = whole.slice(at, at + 20);
            window.fakeHost.sequence += 1;
            window.dispatchEvent(new MessageEvent('message', { data: { type: 'delta', sequence: window.fakeHost.sequence, delta: { type: 'text-appended', messageId: 'a1', at, text: piece } } }));
            at += piece.length;
            // Three pieces a frame, as a fast provider sends them.
            setTimeout(() => channel.port2.postMessage(0), 4);
          });
          channel.port2.postMessage(0);
        });
        running = false;
        return gaps.toSorted((a, b) => a - b);
      }, text);
      const share = (part: number) => result[Math.floor(result.length * part)] ?? Infinity;
      console.log(`      frames ${result.length}, median ${share(0.5).toFixed(1)} ms, 95 % ${share(0.95).toFixed(1)} ms, longest ${share(1 - 1e-9).toFixed(1)} ms`);
      assert.equal((await chat.posted('snapshot')).length, 1);
      assert.deepEqual(chat.errors, []);
      await chat.close();
    });
  });

  describe('the list of chats', () => {
    it('opens, deletes and restores with the keyboard alone', async () => {
      const chat = await pages.open({ state: chatStates.chats });
      await chat.page.getByRole('button', { name: 'Chats' }).press('Enter');
      await focused(chat.page, /Remove duplicates/);
      await chat.page.keyboard.press('ArrowDown');
      await focused(chat.page, /Explain a race condition/);
      await chat.page.keyboard.press('Delete');
      assert.deepEqual(await chat.waitForPosted('delete-thread'), [{ type: 'delete-thread', threadId: 't2' }]);
      await focused(chat.page, /Undo/);
      await chat.page.keyboard.press('Enter');
      assert.deepEqual(await chat.waitForPosted('restore-thread'), [{ type: 'restore-thread', threadId: 't2' }]);
      await focused(chat.page, /Explain a race condition/);
      await chat.page.keyboard.press('Enter');
      assert.deepEqual(await chat.waitForPosted('open-thread'), [{ type: 'open-thread', threadId: 't2' }]);
      await chat.page.getByRole('textbox').waitFor();
      await chat.page.getByRole('button', { name: 'Chats' }).press('Enter');
      await focused(chat.page, /Remove duplicates/);
      await chat.page.keyboard.press('Escape');
      await chat.page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA');
      await chat.close();
    });

    it('has the buttons of a row in its menu where it is narrow, and loads more when its end is seen', async () => {
      const more = { more: true, archived: 'folded', moreArchived: false } as const;
      const chat = await pages.open({ state: { ...chatStates.chats, history: more }, width: 240 });
      await chat.page.getByRole('button', { name: 'Chats' }).press('Enter');
      assert.deepEqual((await chat.waitForPosted('history', 2)).map(({ request }) => request), [{ type: 'list' }, { type: 'more', of: 'list' }]);
      await focused(chat.page, /Remove duplicates/);
      await chat.page.keyboard.press('ArrowDown');
      await focused(chat.page, /Explain a race condition/);
      await chat.page.keyboard.press('Tab');
      await chat.page.keyboard.press('Enter');
      await focused(chat.page, /Rename/);
      await chat.page.keyboard.press('End');
      await chat.page.keyboard.press('Enter');
      assert.deepEqual(await chat.waitForPosted('delete-thread'), [{ type: 'delete-thread', threadId: 't2' }]);
      await focused(chat.page, /Undo/);
      await chat.page.keyboard.press('ArrowUp');
      await focused(chat.page, /Remove duplicates/);
      await chat.page.keyboard.press('Shift+Tab');
      await chat.page.keyboard.type('x');
      assert.equal(await chat.page.getByRole('searchbox').inputValue(), 'x');
      await chat.close();
    });

    it('keeps the focus with a row that moves, and with its neighbour where the row goes', async () => {
      const chat = await pages.open({ state: chatStates.chats });
      const { threads } = chatStates.chats;
      await chat.page.getByRole('button', { name: 'Chats' }).press('Enter');
      await focused(chat.page, /Remove duplicates/);
      await chat.page.keyboard.press('ArrowDown');
      await focused(chat.page, /Explain a race condition/);
      const [first, second, ...rest] = threads;
      assert.ok(first && second);
      await chat.send(stateDelta({ threads: [{ ...second, group: 'pinned' }, first, ...rest] }));
      await frames(chat.page);
      await focused(chat.page, /Explain a race condition/);
      await chat.send(stateDelta({ threads: [first, ...rest] }));
      await frames(chat.page);
      await focused(chat.page, /Remove duplicates/);
      await chat.close();
    });

    it('does not show again what was deleted while the host is late, also not in a list that is opened anew', async () => {
      const chat = await pages.open({ state: chatStates.chats });
      const { threads } = chatStates.chats;
      const row = (name: RegExp) => chat.page.getByRole('button', { name });
      await row(/^Chats$/).click();
      await row(/^Delete “Explain/).click();
      await chat.page.getByText(/^Deleted “Explain/).waitFor();
      await row(/^Back to the chat$/).click();
      await row(/^Chats$/).click();
      await row(/^Delete “Remove/).click();
      await chat.page.getByText(/^Deleted “Remove/).waitFor();
      await chat.send(stateDelta({ threads: threads.slice() }));
      await frames(chat.page);
      assert.equal(await row(/^(?:Explain a race|Remove dup)/).count(), 0);
      // The host has heard of it, and then somebody brings one back.
      await chat.send(stateDelta({ threads: threads.slice(2) }));
      await frames(chat.page);
      await chat.send(stateDelta({ threads: threads.slice(1) }));
      await row(/^Explain a race/).waitFor();
      await chat.close();
    });

    it('puts a chat back that could not be deleted', async () => {
      const chat = await pages.open({ state: chatStates.chats });
      await chat.refuse('delete-thread', 'The database is locked.');
      await chat.page.getByRole('button', { name: 'Chats' }).click();
      await chat.page.getByRole('button', { name: /^Delete “Explain/ }).click();
      await chat.page.getByText('The database is locked.').waitFor();
      await chat.page.getByRole('button', { name: /^Explain a race condition/ }).waitFor();
      await chat.close();
    });
  });
});

/** Two frames and what they set off. */
async function frames(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 0)))));
}

async function focused(page: Page, text: RegExp): Promise<void> {
  await page.waitForFunction(([source]) => document.activeElement !== document.body && new RegExp(source).test(document.activeElement?.textContent ?? ''), [text.source] as const);
}

async function assertAccessible(page: Page, what: 'everything' | 'theme' = 'everything'): Promise<void> {
  await assertNoSidewaysScroll(page);
  assert.deepEqual(await pageViolations(page, what), []);
}

async function assertNoSidewaysScroll(page: Page): Promise<void> {
  const tooWide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  assert.equal(tooWide, false, 'the page is wider than its view');
}
