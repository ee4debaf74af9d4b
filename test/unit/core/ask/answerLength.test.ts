import assert from 'node:assert/strict';
import type { AnswerEvent, Purpose } from '../../../../src/core/model/ask';
import { asArmId } from '../../../../src/core/model/modelCard';
import type { Route } from '../../../../src/core/model/route';
import type { AppSettings } from '../../../../src/core/model/settings';
import { answer } from '../../../support/fakeWire';
import { collect, question, testApp } from '../../../support/testApp';

const known = { id: 'm', name: 'm', contextTokens: 200_000, maxOutputTokens: 100_000, capabilities: [], efforts: [{ effort: 'none', isDefault: true, abilities: {}, verbosity: 1 }], offers: [], retired: [], aliases: [] } as const;
const whole = { why: undefined, to: 8192 } as const;
const settings = { 'demo.enabled': false, 'budget.day': null, 'providers.custom': [{ id: 'own', baseUrl: 'http://localhost:1/v1', auth: 'none', models: ['m'] }] } as const;

function failureKind(events: readonly AnswerEvent[]): string | undefined {
  const last = events.at(-1);
  return last?.type === 'answer-failed' ? last.failure.kind : undefined;
}

describe('how long an answer may be', () => {
  const rows: readonly (readonly [Purpose, number | undefined, number])[] = [
    ['chat', undefined, 8192],
    ['chat', 20_000, 8192],
    ['chat', 100, 100],
    ['tool', 20_000, 8192],
    ['editor-chat', undefined, 32_000],
    ['gateway', 20_000, 20_000],
    ['gateway', 128_000, 32_000],
    ['agent:claude-code', 100, 100],
    ['agent:codex', undefined, 32_000],
  ];
  for (const [purpose, wished, expected] of rows) {
    it(`${purpose}, ${wished === undefined ? 'nothing said' : `${wished} asked for`}: ${expected}`, async () => {
      const { app, wire } = testApp({ settings, cards: [known] });
      wire.will('m', answer('ok'));
      await collect(app.ask(question('Hello', { purpose, ...(wished === undefined ? {} : { maxOutputTokens: wished }) }), new AbortController().signal));
      assert.deepEqual(wire.requests.map(({ maxOutputTokens }) => maxOutputTokens), [expected]);
    });
  }

  const contexts: readonly (readonly [number, AppSettings['budget.atLimit'], { readonly why: Route['shortened']; readonly to: number } | undefined])[] = [
    [16_000, 'stop', whole],
    [8_000, 'stop', { why: { to: 4096, by: 'context' }, to: 4096 }],
    [8_000, 'degrade', { why: { to: 4096, by: 'context' }, to: 4096 }],
    [1_000, 'ask', { why: { to: 512, by: 'context' }, to: 512 }],
    [400, 'stop', undefined],
  ];
  for (const [contextTokens, atLimit, expected] of contexts) {
    for (const pin of [undefined, asArmId('own/m')]) {
      it(`${pin ? 'named' : 'chosen'}, in a context of ${contextTokens}, ${atLimit}: ${expected?.to ?? 'too long'}`, async () => {
        const { app, wire } = testApp({ settings: { ...settings, 'budget.atLimit': atLimit }, cards: [{ ...known, contextTokens }] });
        if (expected) wire.will('m', answer('ok'));
        const events = await collect(app.ask(question('Hello', pin ? { pin } : {}), new AbortController().signal));
        assert.deepEqual(wire.requests.map(({ maxOutputTokens }) => maxOutputTokens), expected ? [expected.to] : []);
        const routed = events.find((event) => event.type === 'answer-routed');
        assert.deepEqual(routed?.route.shortened, expected?.why);
        if (!expected) assert.equal(failureKind(events), 'contextTooLong');
      });
    }
  }

  const readFile = { name: 'read_file', description: 'Reads a file.', parameters: { type: 'object', properties: {} } };
  for (const [contextTokens, expected] of [
    [16_000, 8192],
    [8_000, 4096],
    [4_000, undefined],
  ] as const) {
    it(`with tools, in a context of ${contextTokens}: ${expected ?? 'too long'}`, async () => {
      const { app, wire } = testApp({ settings, cards: [{ ...known, capabilities: ['tools'], contextTokens }] });
      if (expected !== undefined) wire.will('m', answer('ok'));
      const events = await collect(app.ask(question('Hello', { tools: [readFile] }), new AbortController().signal));
      assert.deepEqual(wire.requests.map(({ maxOutputTokens }) => maxOutputTokens), expected === undefined ? [] : [expected]);
      if (expected === undefined) assert.equal(failureKind(events), 'contextTooLong');
    });
  }
});
