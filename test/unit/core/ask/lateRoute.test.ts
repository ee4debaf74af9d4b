import assert from 'node:assert/strict';
import { isSurelyOpen, type OpenTerms } from '../../../../src/core/ask/lateRoute';
import type { AskRequest } from '../../../../src/core/model/ask';
import { asArmId, idOfArm } from '../../../../src/core/model/modelCard';
import { nano } from '../../../../src/core/model/money';
import type { Route } from '../../../../src/core/model/route';
import { arm } from '../../../support/cards';
import { answer } from '../../../support/fakeWire';
import { collect, question, testApp } from '../../../support/testApp';

const never = new AbortController().signal;
/** Fits nothing, but while there is a classifier every request is judged before it is routed. */
const judgedFirst = { classifiers: [{ label: 'none', rule: { pattern: 'zyzzyva' }, effect: { tier: 'complex' } }] } as const;

const large = asArmId('demo/demo-large');

describe('a route that is worked out late', () => {
  const asked: readonly (readonly [string, Partial<AskRequest>])[] = [
    ['of a model that is named', { pin: large }],
    ['of a model that is named, with tools', { pin: large, tools: [{ name: 'read', description: '', parameters: {} }] }],
    ['of a model that is kept', { keep: large }],
    ['of a model that is kept, with a warm cache', { keep: large, warm: { arm: large, cachedTokens: 128 } }],
    ['of a client with a limit and a list', { keep: large, client: { id: 'c', limit: nano(1e9) }, allow: ['demo/*'] }],
  ];
  for (const [name, changes] of asked) {
    it(`says what it would have said before the request left: ${name}`, async () => {
      const [late, early] = await Promise.all(
        [{}, judgedFirst].map(async (settings) => {
          const { app, wire, ledger } = testApp({ settings });
          assert.deepEqual(app.applySettings(app.settings()), []);
          const request = question('Why does this function return undefined?', changes);
          const route = await app.route(request);
          assert.ok('ranked' in route);
          wire.will('demo-large', answer('because'));
          const events = await collect(app.ask(request, never));
          const [call] = ledger.calls.values();
          return { route: plain(route), starts: events.flatMap((event) => (event.type === 'answer-start' ? [{ held: event.held, id: event.candidate.id }] : [])), decided: call?.decided, worst: call?.worst };
        }),
      );
      assert.deepEqual(late, early);
      assert.equal(late?.decided?.how, changes.pin ? 'pinned' : 'kept');
    });
  }

  it('of a model that failed goes on with those that would have been asked', async () => {
    const { app, wire } = testApp();
    wire.will('demo-large', [{ type: 'failed', failure: { kind: 'modelGone', provider: 'demo', model: 'demo-large' }, usage: undefined }]).will('demo-small', answer('ok'));
    const events = await collect(app.ask(question('What does idempotent mean?', { keep: large }), never));
    assert.deepEqual(events.flatMap((event) => (event.type === 'answer-switched' ? [event.to.id] : [])), ['demo/demo-small']);
    assert.equal(events.at(-1)?.type, 'answer-end');
  });

  it('judges nothing before the request has left', async () => {
    const { app, wire } = testApp();
    let judged = 0;
    wire.will('demo-large', async function* () {
      assert.equal(judged, 0);
      yield* answer('because');
    });
    const request: AskRequest = {
      ...question('', { pin: large }),
      messages: [
        {
          role: 'user',
          get text() {
            // Bytes are counted for the reservation; who judges a text reads it once more.
            if (new Error('who reads it?').stack?.includes('profileTask')) judged += 1;
            return 'Why?';
          },
        },
      ],
    };
    await collect(app.ask(request, never));
    assert.ok(judged > 0, 'what was expected of it is in the books');
  });
});

describe('a route that cannot be worked out late', () => {
  for (const [name, usage] of [['', { input: 5, output: 5 }], [' nor told by the provider', undefined]] as const) {
    it(`keeps no call out of the books, whose cost is not left held${name}`, async () => {
      const { app, wire, ledger } = testApp();
      wire.will('demo-large', usage ? answer('because', usage) : [{ type: 'text', text: 'because' }, { type: 'end', stop: 'stop', toolCalls: [], usage: undefined }]);
      const request: AskRequest = {
        ...question('', { pin: large }),
        messages: [
          {
            role: 'user',
            get text() {
              if (new Error('who reads it?').stack?.includes('profileTask')) throw new Error('cannot be judged');
              return 'Why?';
            },
          },
        ],
      };
      const events = await collect(app.ask(request, never));
      assert.equal(events.at(-1)?.type, 'answer-end');
      const [call] = ledger.calls.values();
      assert.deepEqual([call?.outcome, call?.decided, ledger.held.size], ['complete', undefined, 0]);
      assert.ok((call?.charge.amount ?? 0) > 0);
    });
  }
});

/** Getters as values, and what is undefined left out. */
function plain(route: Route): unknown {
  const { profile, quality, bar, ranked, spare, reasons, belowBar, kept, alternatives, rejected } = route;
  return JSON.parse(JSON.stringify({ profile, quality, bar, ranked, spare, reasons, belowBar, kept, alternatives, rejected: rejected.map(({ why, candidate }) => [why, candidate.id]) }));
}

describe('isSurelyOpen', () => {
  const one = arm({ model: 'large' });
  const free: OpenTerms = { request: question('hi'), allowed: [], excluded: [], knownPriceOnly: false, worstInputTokens: 100, maxOutputTokens: 100, room: undefined, now: 0 };
  const unpriced = { ...one, offer: { ...one.offer, price: undefined, free: false } };
  const rows: readonly (readonly [string, Partial<OpenTerms>, boolean, typeof one?])[] = [
    ['nothing in its way', {}, true],
    ['excluded', { excluded: ['*'] }, false],
    ['not allowed', { allowed: ['other/*'] }, false],
    ['allowed', { allowed: ['*/large'] }, true],
    ['not among those of the request', { request: { ...question('hi'), allow: ['other/*'] } }, false],
    ['a prompt that may be too long', { worstInputTokens: one.card.contextTokens }, false],
    ['no room', { room: nano(0) }, false],
    ['an unknown price under a limit', { knownPriceOnly: true }, false, unpriced],
    ['an unknown price without one', {}, true, unpriced],
    ['a need it does not meet', { request: { messages: [{ role: 'user', text: '', images: [{ mediaType: 'image/png', base64: '' }] }] } }, false, { ...one, card: { ...one.card, capabilities: ['tools'] } }],
    ['a need of a card that describes nothing', { request: { messages: [], tools: [{ name: 'read', description: '', parameters: {} }] } }, true, { ...one, card: { ...one.card, capabilities: [] } }],
  ];
  for (const [name, terms, expected, of = one] of rows) it(name, () => assert.equal(isSurelyOpen(idOfArm(of), of, { ...free, ...terms }), expected));
});
