import assert from 'node:assert/strict';
import { asArmId } from '../../../../src/core/model/modelCard';
import type { WorkWish } from '../../../../src/core/model/work';
import { answer, type Script } from '../../../support/fakeWire';
import { refused, verdict, workApp, worked } from '../../../support/workScripts';

const [small, large] = [asArmId('demo/demo-small'), asArmId('demo/demo-large')];
const wish: WorkWish = { strategy: 'cascade', arms: [large, small] };
const cut: Script = [{ type: 'text', text: 'cut' }, { type: 'end', stop: 'length', toolCalls: [], usage: undefined }];

describe('a cascade', () => {
  const rows: readonly { readonly title: string; readonly small: readonly Script[]; readonly medium?: readonly Script[]; readonly large?: readonly Script[]; readonly text: string; readonly end: string; readonly kinds: readonly string[]; readonly note?: RegExp }[] = [
    { title: 'ends with the cheap answer when it can be relied on', small: [answer('cheap')], medium: [verdict({ confidence: 0.8 })], text: 'cheap', end: 'enough', kinds: ['answer', 'check'] },
    { title: 'asks the better one when it cannot', small: [answer('cheap')], medium: [verdict({ confidence: 0.3 })], large: [answer('dear')], text: 'dear', end: 'done', kinds: ['answer', 'check', 'answer'], note: /30 %, so Demo Large/ },
    { title: 'relies on nothing that a check did not say', small: [answer('{"id":"id-0009","confidence":1}')], medium: [answer('Sure! {"confidence":1}')], large: [answer('dear')], text: 'dear', end: 'done', kinds: ['answer', 'check', 'answer'], note: /no verdict/ },
    { title: 'checks no answer that was cut off', small: [cut], large: [answer('dear')], text: 'dear', end: 'done', kinds: ['answer', 'answer'], note: /cut off/ },
    { title: 'goes on when the cheap one cannot answer', small: [refused], large: [answer('dear')], text: 'dear', end: 'done', kinds: ['answer', 'answer'] },
    { title: 'keeps the unsure answer when the better one cannot answer', small: [answer('cheap')], medium: [verdict({ confidence: 0.3 })], large: [refused], text: 'cheap', end: 'done', kinds: ['answer', 'check', 'answer'] },
  ];
  for (const { title, small: first, medium = [], large: second = [], text, end, kinds, note } of rows) {
    it(title, async () => {
      const { app, wire, ledger } = workApp();
      for (const [model, scripts] of [['demo-small', first], ['demo-medium', medium], ['demo-large', second]] as const) for (const script of scripts) wire.will(model, script);
      const { message } = await worked(app, wish);
      assert.deepEqual({ text: message.text, end: message.answer?.work?.end, kinds: message.answer?.work?.steps.map(({ kind }) => kind) }, { text, end, kinds });
      if (note) assert.match(message.answer?.work?.steps[0]?.note ?? '', note);
      assert.equal(ledger.holds.size, 0);
    });
  }

  it('says when the answer that it ends with was cut off', async () => {
    const { app, wire } = workApp();
    wire.will('demo-small', answer('cheap')).will('demo-medium', verdict({ confidence: 0.3 })).will('demo-large', cut);
    const { message } = await worked(app, wish);
    assert.deepEqual([message.text, message.answer?.state, message.answer?.failure?.kind], ['cut', 'truncated', 'lengthReached']);
  });

  it('asks the better one at once where a check and a second call cost more', async () => {
    const { app, wire } = workApp();
    const medium = asArmId('demo/demo-medium');
    wire.will('demo-medium', answer('at once'));
    // A hard question in few words: the small one will most likely fail, and the check reads as much as the answer costs.
    const { message } = await worked(app, { strategy: 'cascade', arms: [medium, small] }, 'Prove that the clock skew of a distributed rate limiter never lets more than the limit through.');
    assert.deepEqual(message.answer?.work?.steps.map(({ arm }) => arm), [medium]);
    assert.match(message.answer?.work?.note ?? '', /would not pay/);
  });
});
