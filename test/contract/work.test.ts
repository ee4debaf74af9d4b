import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { asArmId } from '../../src/core/model/modelCard';
import { nano } from '../../src/core/model/money';
import type { WorkWish } from '../../src/core/model/work';
import { startDemoServer } from '../../src/node/demoServer';
import { openDatabase } from '../../src/node/sqlite/database';
import { openaiChatWire } from '../../src/wires/openaiChat/openaiChat';
import { FaultServer } from '../support/faultServer';
import { suiteSimulator } from '../support/suiteSimulator';
import { idle, workApp, worked } from '../support/workScripts';

const arms = ['demo-small', 'demo-medium', 'demo-large'].map((name) => asArmId(`demo/${name}`));
const refine: WorkWish = { strategy: 'refine', arms, rounds: 3 };

/** The whole core on the real wire, with the demo's models at this address. */
function appAt(baseUrl: string) {
  return workApp({ realWire: openaiChatWire({}), demo: { baseUrl: async () => baseUrl, stop: async () => undefined } });
}

type Reply = string | ((prompt: string) => string);

/** A verdict in the form it is asked for. */
const verdict = (say: object | ((prompt: string) => object)): Reply => (prompt) => JSON.stringify({ id: /\bThe id is (\S+)\. /.exec(prompt)?.[1], ...(typeof say === 'function' ? say(prompt) : say) });
const gives = (score: number): Reply => verdict({ score, points: [`Change it, at ${score}.`] });
const prefers = (text: string): Reply => verdict((prompt) => ({ better: prompt.indexOf(text) < prompt.indexOf('<<end of answer 1') ? '1' : '2' }));

describe('several models on the real wire, where the right behaviour is known', () => {
  const simulator = suiteSimulator();

  /** What each model says, in order. */
  const says = (replies: Readonly<Record<string, readonly Reply[]>>): void => {
    for (const [model, texts] of Object.entries(replies)) {
      const left = [...texts];
      simulator.addFixture({
        match: { model },
        response: ({ messages }) => {
          const reply = left.shift();
          if (reply === undefined) return { error: { message: `nothing is left for ${model}`, type: 'server_error' }, status: 400 };
          const prompt = messages.at(-1)?.content;
          return { content: typeof reply === 'function' ? reply(typeof prompt === 'string' ? prompt : '') : reply };
        },
        chunkSize: 7,
      });
    }
  };

  it('a refinement stops in the right round', async () => {
    says({
      'demo-small': ['The first version.', 'The second version.', 'The third version.'],
      'demo-medium': [gives(0.4), prefers('second'), prefers('second'), gives(0.7), prefers('third'), prefers('third'), gives(0.95)],
      'demo-large': [gives(0.6), gives(0.8), gives(0.9)],
    });
    const { app, ledger } = appAt(`${simulator.url}/v1`);
    const { message } = await worked(app, refine);
    assert.deepEqual([message.text, message.answer?.work?.end, message.answer?.work?.steps.length], ['The third version.', 'enough', 13]);
    assert.equal(ledger.calls.size, 13);
    assert.deepEqual([...new Set(Array.from(ledger.calls.values(), ({ purpose, question }) => `${purpose} ${question}`))], [`refine ${message.id}`]);
    assert.deepEqual([ledger.holds.size, ledger.held.size], [0, 0]);
  });

  it('a refinement keeps the best, although the last is worse', async () => {
    says({
      'demo-small': ['The first version.', 'The second version.', 'The third version.'],
      'demo-medium': [gives(0.4), prefers('second'), prefers('second'), gives(0.7), prefers('second'), prefers('second')],
      'demo-large': [gives(0.6), gives(0.8)],
    });
    const { message } = await worked(appAt(`${simulator.url}/v1`).app, refine);
    assert.deepEqual([message.text, message.answer?.work?.end], ['The second version.', 'noImprovement']);
  });

  it('a consensus finds two of three', async () => {
    says({ 'demo-small': ['391'], 'demo-medium': ['17 × 23 = **391**'], 'demo-large': ['It is 393.'] });
    const { message } = await worked(appAt(`${simulator.url}/v1`).app, { strategy: 'consensus', arms }, 'What is 17 * 23?');
    assert.equal(message.text, '17 × 23 = **391**');
    assert.equal(message.answer?.work?.agreement?.share, 2 / 3);
  });

  it('a cascade escalates when the check is unsure', async () => {
    says({ 'demo-small': ['Perhaps so.'], 'demo-medium': [verdict({ confidence: 0.2 })], 'demo-large': ['Surely so.'] });
    const { message } = await worked(appAt(`${simulator.url}/v1`).app, { strategy: 'cascade', arms: arms.filter((_, place) => place !== 1) });
    assert.equal(message.text, 'Surely so.');
  });
});

describe('several models that are stopped on the real wire', () => {
  it('have every request under way given up', async () => {
    const server = new FaultServer();
    await server.start();
    const { app, ledger } = appAt(`${server.url}/v1`);
    for (let index = 0; index < 3; index++) server.script({ do: 'head', status: 200, headers: { 'content-type': 'text/event-stream' } }, { do: 'send', data: 'data: {"choices":[{"delta":{"content":"It begins"}}]}\n\n' }, { do: 'hang' });
    const sent = await app.conversations.send({ threadId: undefined, text: 'Why?', purpose: 'chat', work: { strategy: 'compare', arms } });
    assert.ok(sent.ok);
    await new Promise<void>((resolve) => {
      const begun = new Set<string>();
      app.conversations.onEvent((event) => event.type === 'step-appended' && begun.add(event.stepId).size === 3 && resolve());
    });
    app.conversations.stop(sent.threadId);
    await idle(app, sent.threadId);
    await Promise.all(server.requests.map(({ closed }) => closed));
    assert.equal(server.requests.length, 3);
    assert.deepEqual(Array.from(ledger.calls.values(), ({ outcome }) => outcome), ['cancelled', 'cancelled', 'cancelled']);
    assert.equal(ledger.holds.size, 0);
    await server.stop();
  });
});

describe('several models in the demo', () => {
  let demo: Awaited<ReturnType<typeof startDemoServer>>;
  before(async () => {
    demo = await startDemoServer({ speed: 1_000 });
  });
  after(() => demo.stop());

  const rows: readonly { readonly wish: WorkWish; readonly text: string; readonly end: string; readonly kinds: readonly string[] }[] = [
    { wish: { strategy: 'compare' }, text: 'Explain how caching works.', end: 'done', kinds: ['answer', 'answer', 'answer'] },
    { wish: refine, text: 'Explain how caching works.', end: 'enough', kinds: ['answer', 'critique', 'critique', 'revision', 'judge', 'judge', 'critique', 'critique', 'revision', 'judge', 'judge', 'critique', 'critique'] },
    { wish: { strategy: 'consensus' }, text: 'Explain how caching works.', end: 'agreed', kinds: ['answer', 'answer', 'answer', 'judge', 'judge'] },
    { wish: { strategy: 'cascade' }, text: 'Explain how caching works.', end: 'done', kinds: ['answer', 'check', 'answer'] },
    { wish: { strategy: 'cascade', arms: arms.filter((_, place) => place !== 1) }, text: 'Explain how caching works.', end: 'done', kinds: ['answer', 'check', 'answer'] },
  ];
  for (const { wish, text, end, kinds } of rows) {
    it(`${wish.strategy}${wish.arms ? '' : ' of whom the router names'} comes to its end`, async () => {
      const { app, ledger } = appAt(demo.baseUrl);
      const { message } = await worked(app, wish, text);
      const work = message.answer?.work;
      assert.deepEqual({ end: work?.end, kinds: work?.steps.map(({ kind }) => kind) }, { end, kinds });
      assert.ok(work?.predicted && work.predicted.calls >= kinds.length);
      assert.ok((message.answer?.cost ?? Infinity) <= work.predicted.worst);
      assert.equal(message.answer?.cost, Array.from(ledger.calls.values()).reduce((sum, { charge }) => sum + (charge.amount ?? 0), 0));
    });
  }
});

describe('two windows that race for one budget', () => {
  let demo: Awaited<ReturnType<typeof startDemoServer>>;
  before(async () => {
    demo = await startDemoServer({ speed: 1_000 });
  });
  after(() => demo.stop());

  /** Shares of what one refinement can cost at the most: both fit, one and a part, hardly one, none. */
  for (const share of [2.1, 1.3, 0.5, 0.02]) {
    it(`with room for ${share} of one refinement`, async () => {
      const folder = mkdtempSync(path.join(tmpdir(), 'farthing-race-'));
      const file = path.join(folder, 'farthing.db');
      const forecast = await appAt(demo.baseUrl).app.forecastWork(refine, { text: 'Explain how caching works.', threadId: undefined, before: [] }, new AbortController().signal);
      assert.ok(forecast.ok && forecast.worst !== undefined);
      const limit = Math.round(forecast.worst * share);
      const windows = await Promise.all(
        ['window-1', 'window-2'].map(async (window) => {
          const database = await openDatabase(file, { liveness: () => 'alive' });
          const test = workApp({ window, realBooks: { ...database, close: async () => database.close() }, realWire: openaiChatWire({}), demo: { baseUrl: async () => demo.baseUrl, stop: async () => undefined }, settings: { 'budget.day': limit / 1e9 } });
          return { ...test, database };
        }),
      );
      const messages = await Promise.all(windows.map(({ app }) => worked(app, refine, 'Explain how caching works.')));
      const [books] = windows;
      const periods = [{ scope: 'day', from: 0, to: Number.MAX_SAFE_INTEGER, limit: nano(limit) }] as const;
      const [day] = (await books?.database.ledger.status('demo', periods)) ?? [];
      assert.ok(day && day.spent <= limit, `${day?.spent} of ${limit}`);
      assert.equal(day.held, 0);
      const paid = messages.reduce((sum, { message }) => sum + (message.answer?.cost ?? 0), 0);
      assert.equal(day.spent, paid);
      const ends = messages.map(({ message }) => message.answer?.work?.end);
      assert.ok(ends.every((end) => end !== undefined && ['enough', 'rounds', 'budget'].includes(end)), ends.join());
      if (share > 2) assert.deepEqual(ends, ['enough', 'enough']);
      if (share < 0.1) assert.deepEqual(ends, ['budget', 'budget']);
      for (const { message } of messages) assert.equal(message.answer?.state === 'failed', message.text === '');
      await Promise.all(windows.map(({ app }) => app.close()));
      rmSync(folder, { recursive: true, maxRetries: 5 });
    });
  }
});
