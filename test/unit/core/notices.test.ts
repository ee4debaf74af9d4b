import assert from 'node:assert/strict';
import type { Notice } from '../../../src/core/app';
import { StorageError } from '../../../src/core/ports/ledgerStore';
import { tellNotice } from '../../../src/vscode/failureTexts';
import { answer } from '../../support/fakeWire';
import { collect, question, testApp } from '../../support/testApp';

const dayMs = 86_400_000;

function noticesOf({ app }: ReturnType<typeof testApp>): Notice[] {
  const notices: Notice[] = [];
  app.onNotice((notice) => notices.push(notice));
  return notices;
}

function sentences(notices: readonly Notice[]): readonly string[] {
  return notices.map((notice) => tellNotice(notice, (id) => id).sentence);
}

describe('what a person is told that no request failed of', () => {
  it('says that the clock was set back, and does not forget what today has cost', async () => {
    const test = testApp();
    const { app, clock, wire } = test;
    const notices = noticesOf(test);
    wire.will('demo-small', answer('one')).will('demo-small', answer('two'));
    await collect(app.ask(question('Hi'), new AbortController().signal));
    const day = async () => (await app.budgets(undefined))?.statuses.find(({ scope }) => scope === 'day');
    const before = await day();
    clock.set(clock.now() - 2 * dayMs);
    assert.deepEqual(await day(), before);
    await collect(app.ask(question('Hi again'), new AbortController().signal));
    const after = await day();
    assert.deepEqual([after?.calls, after?.resetsAt], [2, before?.resetsAt]);
    assert.deepEqual(sentences(notices), ['The clock of this machine was set back by 2 days. Until it has caught up, what you spend counts in the day it was before.']);
  });

  it('says once that costs wait to be written down', async () => {
    const test = testApp();
    const { app, clock, ledger, wire } = test;
    const notices = noticesOf(test);
    for (const text of ['one', 'two']) {
      wire.will('demo-small', async function* () {
        ledger.failNext.set('settle', new StorageError('full', 'disk full'));
        yield* answer(text);
      });
      await collect(app.ask(question('Hi'), new AbortController().signal));
    }
    assert.deepEqual(sentences(notices), ['The cost of an answer could not be written to the ledger yet, because the disk is full. The most it can have cost stays held against your budget until it can.']);
    assert.equal(ledger.held.size, 2);
    clock.advance(5_000);
    for (let turn = 0; turn < 50; turn++) await Promise.resolve();
    assert.equal(ledger.held.size, 0);
  });
});

describe('an answer that is only thoughts', () => {
  const usage = undefined;
  const rows = [
    ['says so', [{ type: 'reasoning', text: 'hm' }, { type: 'end', stop: 'stop', toolCalls: [], usage }], 'onlyReasoned'],
    ['is none with a word', [{ type: 'reasoning', text: 'hm' }, { type: 'text', text: 'Yes' }, { type: 'end', stop: 'stop', toolCalls: [], usage }], undefined],
    ['is none with a tool call', [{ type: 'reasoning', text: 'hm' }, { type: 'end', stop: 'toolCalls', toolCalls: [{ id: 't', name: 'f', arguments: '{}' }], usage }], undefined],
    ['at its limit is one that was cut off', [{ type: 'reasoning', text: 'hm' }, { type: 'end', stop: 'length', toolCalls: [], usage }], 'lengthReached'],
  ] as const;
  for (const [name, events, kind] of rows) {
    it(name, async () => {
      const { app, wire } = testApp();
      wire.will('demo-small', events);
      const sent = await app.conversations.send({ threadId: undefined, text: 'Hi', purpose: 'chat' });
      assert.ok(sent.ok);
      for (let turn = 0; turn < 300; turn++) await Promise.resolve();
      const message = (await app.conversations.open(sent.threadId))?.messages.at(-1);
      assert.deepEqual([message?.answer?.failure?.kind, message?.answer?.state], [kind, kind === undefined ? 'complete' : 'truncated']);
    });
  }
});
