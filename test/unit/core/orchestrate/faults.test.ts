import assert from 'node:assert/strict';
import { asArmId } from '../../../../src/core/model/modelCard';
import { nano } from '../../../../src/core/model/money';
import type { StrategyName } from '../../../../src/core/model/work';
import { demoAnswer } from '../../../../src/node/demo/answer';
import { demoModels } from '../../../../src/node/demo/models';
import { answer, type Script } from '../../../support/fakeWire';
import { forever, idle, refused, workApp } from '../../../support/workScripts';

const faults = ['refused', 'empty', 'cut', 'stopped', 'closed', 'budget', 'throws'] as const;
type Fault = (typeof faults)[number];

/** As the demo answers; the call at this place, from 0, has trouble. */
function troubled(fault: Fault, place: number) {
  const test = workApp();
  const { app, ledger, wire } = test;
  let asked = 0;
  const usual: Script = async function* (request, signal) {
    const model = demoModels.find(({ id }) => id === request.model);
    assert.ok(model);
    const here = asked++ === place;
    if (here && fault === 'throws') throw new Error('a bug');
    if (here && (fault === 'stopped' || fault === 'closed')) {
      setImmediate(() => (fault === 'closed' ? void app.close() : app.conversations.stop([...test.threads.threads.keys()][0] ?? '')));
      yield* typeof forever === 'function' ? forever(request, signal) : forever;
    } else if (here && fault === 'refused') yield* refused;
    else if (here && fault === 'empty') yield* answer('');
    else if (here && fault === 'cut') yield* [{ type: 'text', text: 'It is cut' }, { type: 'end', stop: 'length', toolCalls: [], usage: undefined }] as const;
    else yield* answer(demoAnswer({ model: model.id, messages: request.messages.map(({ role, text }) => ({ role, text })), tools: [], stream: true, includeUsage: true, maxTokens: undefined }, model).text);
  };
  for (const { id } of demoModels) for (let times = 0; times < 30; times++) wire.will(id, usual);
  const reserve = ledger.reserve.bind(ledger);
  let reserved = 0;
  ledger.reserve = async (query) => (reserved++ === place && fault === 'budget' ? { ok: false, scope: 'day', spent: nano(5), held: nano(0), limit: nano(5) } : reserve(query));
  return { ...test, asked: () => reserved };
}

const arms: Readonly<Record<StrategyName, readonly string[]>> = { compare: ['small', 'medium', 'large'], consensus: ['small', 'medium', 'large'], refine: ['small', 'medium', 'large'], cascade: ['small', 'large'] };

describe('trouble at every place', () => {
  for (const strategy of ['compare', 'consensus', 'refine', 'cascade'] as const) {
    for (const fault of faults) {
      it(`${fault} in a ${strategy}`, async () => {
        for (let place = 0; ; place++) {
          const { app, ledger, threads, asked } = troubled(fault, place);
          const sent = await app.conversations.send({ threadId: undefined, text: 'Explain how caching works.', purpose: 'chat', work: { strategy, rounds: 2, arms: arms[strategy].map((name) => asArmId(`demo/demo-${name}`)) } });
          assert.ok(sent.ok);
          await idle(app, sent.threadId);
          const message = threads.messages.get(sent.messageId);
          const work = message?.answer?.work;
          const where = `${strategy}, ${fault} at ${place}`;
          assert.ok(message?.answer && work, where);
          assert.notEqual(message.answer.state, 'streaming', where);
          assert.ok(work.end, where);
          assert.ok(work.steps.every(({ state }) => state !== 'running' && state !== 'waiting'), where);
          assert.deepEqual([ledger.holds.size, ledger.held.size], [0, 0], where);
          assert.equal(message.text, work.steps.find(({ id }) => id === work.taken)?.text ?? '', where);
          assert.equal(message.answer.cost ?? 0, [...ledger.calls.values()].reduce((sum, { charge }) => sum + (charge.amount ?? 0), 0), where);
          if (message.answer.state === 'complete' && strategy !== 'compare') assert.notEqual(message.text, '', where);
          if (message.answer.state === 'failed') assert.ok(message.answer.failure, where);
          if (fault === 'stopped' && asked() > place) assert.equal(message.answer.state, 'cancelled', where);
          if (fault === 'closed' && asked() > place) assert.equal(message.answer.state, 'interrupted', where);
          if (asked() <= place) break;
        }
      });
    }
  }
});
