import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { blockKey } from '../../src/shared/blockKey';
import { type ChatState, stateDelta } from '../../src/shared/protocol';
import { stepKey } from '../../src/shared/workProtocol';
import { workView } from '../../src/vscode/chat/workViews';
import { type ChatPage, type ChatPages, openChatPages } from '../support/chatPage';
import { completeAnswer, conversation, readyState, whyView } from '../support/chatStates';
import { renderRows } from '../support/renderRows';
import { doneStep, workContext, works } from '../support/workStates';

describe('chat page with hostile text', () => {
  let pages: ChatPages;
  let chat: ChatPage;
  before(async () => {
    pages = await openChatPages();
    // Without the content security policy: what holds here is the page's own work.
    chat = await pages.open({ state: readyState, withoutPolicy: true });
  });
  after(() => pages.close());

  it('would be caught: a request, a script and a dialog are noticed', async () => {
    const other = await pages.open({ withoutPolicy: true });
    const strayBefore = pages.strayConnections();
    await other.page.evaluate(async () => {
      const image = document.createElement('img');
      image.src = 'http://evil.example/x';
      await new Promise((resolve) => image.addEventListener('error', resolve));
      alert('seen');
    });
    assert.ok(pages.strayConnections() > strayBefore);
    assert.ok(other.errors.includes('dialog: seen'));
    await other.close();
  });

  for (const row of renderRows()) {
    it(`${row.id} ${row.category}: ${JSON.stringify(row.input.slice(0, 60))}`, async () => {
      const strayBefore = pages.strayConnections();
      for (const state of placesFor(row.input)) {
        await chat.setState(state);
        await chat.send(stateDelta(state));
        await settle(chat);
        assert.deepEqual(await forbiddenParts(chat), []);
        assert.deepEqual(hiddenCharacters(await visibleText(chat)), []);
      }
      await pressEverything(chat);
      const opened = (await chat.posted('open-link')).map(({ url }) => new URL(url).protocol);
      assert.deepEqual(opened.filter((protocol) => !['http:', 'https:', 'mailto:'].includes(protocol)), []);
      const copied = (await chat.posted('copy')).map(({ text }) => text).join('');
      assert.deepEqual(hiddenCharacters(copied), []);
      assert.deepEqual(chat.errors, []);
      assert.equal(pages.strayConnections(), strayBefore, 'a connection was made');
      assert.equal(new URL(chat.page.url()).host, 'chat.test');
    });
  }

  it('makes nothing but text of what is offered behind @', async () => {
    const other = await pages.open({ withoutPolicy: true });
    await other.page.getByRole('textbox', { name: 'Your question' }).pressSequentially('@');
    await other.page.getByRole('listbox').waitFor();
    for (const { id, input } of renderRows()) {
      const length = input.length;
      const matches = [[0, 1], [2, Math.max(3, length - 1)], [length, length + 9]] as const;
      await other.send(stateDelta({ completions: { query: '', items: [{ id, kind: input, icon: input, label: input, detail: input, matches }], more: true, searching: false } }));
      await settle(other);
      assert.equal(await other.page.getByRole('option').count(), 1, id);
      assert.deepEqual(await forbiddenParts(other), [], id);
      assert.deepEqual(hiddenCharacters(await visibleText(other)), [], id);
    }
    assert.deepEqual(other.errors, []);
    await other.close();
  });

  it('makes nothing but text of titles in the list, and of what is found', async () => {
    const rows = renderRows();
    const other = await pages.open({ withoutPolicy: true, state: conversation({}) });
    await other.page.getByRole('button', { name: 'Chats' }).click();
    const hits = rows.map(({ id, input }, index) => ({ threadId: id, title: input, when: input, archived: index % 3 === 0, pieces: [{ text: input, marked: false }, { text: input, marked: true }], ...(index % 2 === 0 ? {} : { messageId: 'a1', role: 'assistant' as const }) }));
    await other.send(stateDelta({ threads: rows.map(({ id, input }) => ({ id, title: input, when: input, group: 'today', demo: true, running: false })), search: { query: 'x', more: false, unfinished: true, hits } }));
    for (const query of ['', 'x']) {
      await other.page.getByRole('searchbox').fill(query);
      await settle(other);
      assert.equal(await other.page.locator('.thread').count(), rows.length);
      assert.deepEqual(await forbiddenParts(other), []);
      assert.deepEqual(hiddenCharacters(await visibleText(other)), []);
    }
    assert.deepEqual(other.errors, []);
    await other.close();
  });

  it('makes nothing but text of the steps of several models', async () => {
    const rows = renderRows();
    const strayBefore = pages.strayConnections();
    const steps = rows.map(({ id, input }) => ({ ...doneStep(id, 'small', 'answer', `${input}\n\nx`, 1, { note: input }), modelName: input, providerName: input }));
    const record = { ...works.consensus, steps, note: rows.map(({ input }) => input).join(' '), agreement: { ...works.consensus.agreement, groups: rows.map(({ id, input }) => ({ steps: [id], says: input })), disputed: rows.map(({ input }) => input) } };
    const stepTexts = Object.fromEntries(rows.map(({ id, input }) => [stepKey('a1', id), input]));
    const other = await pages.open({ withoutPolicy: true, state: conversation({ work: workView('a1', record, false, workContext) }, 'x', { stepTexts }) });
    for (const folded of ['.work-done', '.work-step']) {
      await other.page.locator(`${folded} button[aria-expanded="false"]`).evaluateAll((all) => {
        for (const one of all) if (one instanceof HTMLElement) one.click();
      });
      await settle(other);
    }
    assert.deepEqual(await forbiddenParts(other), []);
    assert.equal(await other.page.locator('.step-text .markdown').count(), rows.length);
    assert.deepEqual(hiddenCharacters(await visibleText(other)), []);
    assert.deepEqual(other.errors, []);
    assert.equal(pages.strayConnections(), strayBefore, 'a connection was made');
    await other.close();
  });

  it('passes every row under the strict policy without a violation', async () => {
    const strict = await pages.open();
    for (const row of renderRows()) {
      for (const state of placesFor(row.input)) await strict.send(stateDelta(state));
    }
    await settle(strict);
    assert.deepEqual(strict.errors, []);
    await strict.close();
  });
});

/** Everywhere that text of models, providers and settings is shown. */
function placesFor(text: string): ChatState[] {
  const action = { id: 'x', label: text };
  const files = { files: [{ label: text, added: 1, removed: 1, created: true }, { label: `b/${text}`, added: 0, removed: 1, created: false }], added: 1, removed: 2 };
  const hostilePreview = { usual: text, range: text, tokens: text, model: text, note: text, short: text };
  const everywhere = conversation(
    {
      model: text,
      provider: text,
      cost: text,
      costNote: text,
      reasoning: text,
      switches: [text],
      canReplace: true,
      citations: [{ url: 'https://ok.example/', title: text }, { url: text }],
      edits: { targets: { [blockKey('const a = 1;')]: text, [blockKey(text)]: text }, all: 2, proposed: { ...files, note: text, canPlace: true }, changed: { ...files, undone: false } },
      rating: { value: 'down', reason: 'other', note: text },
      ratingNote: text,
      why: { ...whyView, summary: text, difficulty: text, leftOut: text, chips: whyView.chips.map((chip) => ({ ...chip, text, share: text, title: text })), figures: [{ name: text, expected: text, actual: text }], ticks: whyView.ticks.map(({ usd }) => ({ usd, text })), reasons: [text], candidates: whyView.candidates.map((row) => ({ ...row, name: text, provider: text, verdict: text, cost: text })) },
      failure: { kind: 'unexpected', sentence: text, detail: text, actions: [action] },
    },
    `${text}\n\n\`\`\`ts\nconst a = 1;\n\`\`\``,
    {
      thread: { id: 't1', title: text },
      threads: [{ id: 't1', title: text, when: text, group: 'today', demo: true, running: false }],
      notice: { sentence: text, level: 'error', actions: [action] },
      draft: text,
      preview: { economy: hostilePreview, balanced: hostilePreview, quality: hostilePreview },
      qualityLimit: { most: 'balanced', why: text },
      steps: { messageId: 'a1', better: text, cheaper: text },
      budgets: [{ label: text, text, percent: 50, level: 'warn', resets: text }],
      context: (['refused', 'stale'] as const).map((state) => ({ id: state, kind: text, icon: text, label: text, detail: text, tokens: text, share: 0.5, cost: text, state, note: text })),
      contextProposal: { sentence: text, drop: ['refused'], saves: text },
    },
  );
  const sent = { kind: text, icon: text, label: text, detail: text, tokens: text };
  const asked = { ...everywhere, messages: everywhere.messages.map((message) => (message.role === 'user' ? { ...message, context: [sent, sent, sent, sent, sent] } : message)) };
  return [asked, conversation({ ...completeAnswer, state: 'streaming' }, text, { running: 'a1' })];
}

async function settle(chat: ChatPage): Promise<void> {
  await chat.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 0)))));
}

/** Elements and attributes that the page never makes of text. */
function forbiddenParts(chat: ChatPage): Promise<string[]> {
  return chat.page.evaluate(() => {
    const elements = 'script, style, iframe, frame, object, embed, img, picture, source, video, audio, form, input:not(.quality-choice > input, .rating-note, [role=searchbox]), link, base, meta, math, image, use, foreignObject, a[href], template, portal';
    const found = [...document.querySelectorAll(`.root :is(${elements})`)].map((element) => element.outerHTML.slice(0, 200));
    const plain = /^(?:aria-[a-z]+|class|id|role|title|tabindex|type|hidden|disabled|rows|placeholder|value|scope|start|name|maxlength|data-message-id|data-thread-id|data-kind|data-head)$/;
    const ofPictures = /^(?:viewBox|width|height|x|y|x1|x2|y1|y2|cx|cy|r|d|transform|fill|fill-rule|stroke|stroke-width|stroke-linecap)$/;
    for (const element of document.querySelectorAll('.root *')) {
      for (const { name, value } of element.attributes) {
        const known = plain.test(name) || (element instanceof SVGElement && ofPictures.test(name)) || (name === 'style' && /^(?:(?:width|height|left|right|top|bottom): [\d.]+%;\s*)+$/.test(value));
        if (!known) found.push(`${element.tagName} ${name}=${value.slice(0, 100)}`);
      }
    }
    return found;
  });
}

/** Unfolds and presses all there is. */
async function pressEverything(chat: ChatPage): Promise<void> {
  await chat.page.evaluate(async () => {
    for (let round = 0; round < 3; round += 1) {
      for (const button of document.querySelectorAll<HTMLElement>('.root [aria-expanded="false"], .root [role=link], .root .code-actions button, .root .buttons button, .answer-actions button')) button.click();
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
    }
    // Back to the conversation, if the list of chats was opened.
    document.querySelector<HTMLElement>('[aria-label="Back to the chat"]')?.click();
  });
  await settle(chat);
  assert.deepEqual(await forbiddenParts(chat), []);
}

async function visibleText(chat: ChatPage): Promise<string> {
  return chat.page.evaluate(() => {
    const attributes = [...document.querySelectorAll('.root *')].flatMap((element) => [element.getAttribute('title') ?? '', element.getAttribute('aria-label') ?? '']);
    return [document.querySelector('.root')?.textContent ?? '', ...attributes].join('\n');
  });
}

function hiddenCharacters(text: string): string[] {
  // oxlint-disable-next-line no-control-regex
  return [...text.matchAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/gu)].map(([character]) => character.codePointAt(0)?.toString(16) ?? '');
}
