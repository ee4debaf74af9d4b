import assert from 'node:assert/strict';
import { asArmId } from '../../../../src/core/model/modelCard';
import { fromUsd, pricePerMillion } from '../../../../src/core/model/money';
import type { CallFigures, ModelOverview, ProviderOverview, ProviderState } from '../../../../src/core/model/providerOverview';
import { asMarkdown } from '../../../../src/vscode/providers/asMarkdown';
import { drawnOf, nodesBelow, targetOf, topNodes, type TreeNode } from '../../../../src/vscode/providers/nodes';
import { clockTime, modelRow, providerRow, type Row } from '../../../../src/vscode/providers/rows';
import { readUsd } from '../../../../src/vscode/providers/usdInput';
import { assertTranslated } from '../../../support/otherLanguage';

// In the time zone of the machine, as a person reads it.
const now = new Date(2026, 10, 21, 13, 55).getTime();
const context = { now, nameOf: (id: string) => id.toUpperCase() };
const figures: CallFigures = { calls: 0, successRate: undefined, p50Ms: undefined, p95Ms: undefined, lastFailure: undefined };
const tenMinutes = 10 * 60_000;

function model(change: Partial<ModelOverview> = {}): ModelOverview {
  return {
    provider: 'acme',
    model: 'one',
    arm: asArmId('acme/one'),
    name: 'One',
    price: { input: pricePerMillion(0.15), output: pricePerMillion(0.6), asOf: '2026-11-20', source: 'live' },
    free: false,
    contextTokens: 128_000,
    maxOutputTokens: 16_000,
    capabilities: ['tools', 'vision'],
    state: { kind: 'untried' },
    figures,
    pinned: undefined,
    excludedBy: [],
    ...change,
  };
}

function provider(change: Partial<ProviderOverview> = {}): ProviderOverview {
  return { id: 'acme', name: 'Acme', host: 'acme.example', origin: 'setting', wire: 'openaiChat', takesKey: true, hasKey: true, switchedOnBy: undefined, askable: true, state: { kind: 'ok' }, figures, check: undefined, pages: {}, models: [model()], excluded: [], notAllowed: 0, excludedBy: [], ...change };
}

const detail = (row: Row, about: string): string | undefined => row.details.find(([name]) => name === about)?.[1];

describe('rows of models', () => {
  it('say all of it in another language, too', async () => {
    const failure = { kind: 'rateLimited', provider: 'acme' } as const;
    const states = [{ kind: 'ok' }, { kind: 'slow' }, { kind: 'untried' }, { kind: 'off', why: 'excluded' }, { kind: 'rateLimited', until: now, failure }, { kind: 'down', until: now, failure }, { kind: 'down', until: undefined, failure }] as const;
    const known: CallFigures = { calls: 9, successRate: 0.9, p50Ms: 812, p95Ms: 12_300, lastFailure: { kind: 'offline', at: now } };
    const specials = [{ input: pricePerMillion(1), output: pricePerMillion(2), above: 200_000, minutes: [30, 990] as const, weekdays: true as const }];
    const dear = { price: { input: pricePerMillion(0.15), output: pricePerMillion(0.6), cacheRead: pricePerMillion(0.1), perCall: fromUsd(0.01), asOf: '2026-11-20', source: 'live' as const, specials }, pinned: asArmId('acme/one#high'), excludedBy: ['acme/*'], figures: known };
    const models = [...states.map((state) => model({ state })), model(dear), model({ price: undefined }), model({ free: true }), model({ price: { ...dear.price, source: 'subscription' } })];
    const words = (row: Row) => ({ ...row, icon: '', colour: '', flags: '' });
    await assertTranslated(() => [...models.map((one) => words(modelRow(one, context))), ...states.map((state) => words(providerRow(provider({ state, figures: known, check: { at: now, failure: undefined, note: undefined } }), context)))], ['acme.example', 'acme/one#high', 'acme/one', 'acme/*', 'Acme', 'ACME', 'One', 'JSON']);
  });

  const rows: readonly { readonly change: Partial<ModelOverview>; readonly description: string; readonly icon?: string; readonly spoken?: RegExp }[] = [
    { change: {}, description: '$0.15 / $0.60', icon: 'circle-outline', spoken: /^One, not asked yet, \$0\.15 in, \$0\.60 out per 1M tokens$/ },
    { change: { state: { kind: 'ok' }, figures: { ...figures, calls: 3, p50Ms: 812 } }, description: '$0.15 / $0.60 · 812 ms', icon: 'pass', spoken: /answers.*first word usually after 812 ms/ },
    { change: { state: { kind: 'slow' }, figures: { ...figures, calls: 9, p50Ms: 12_300 } }, description: 'slow · $0.15 / $0.60', icon: 'watch' },
    { change: { state: { kind: 'rateLimited', until: now + tenMinutes, failure: { kind: 'rateLimited', provider: 'acme' } } }, description: 'limited until 14:05 · $0.15 / $0.60', icon: 'debug-pause', spoken: /rate limited until 14:05/ },
    { change: { state: { kind: 'down', until: now + tenMinutes, failure: { kind: 'offline', provider: 'acme' } } }, description: 'not reached until 14:05 · $0.15 / $0.60', icon: 'error' },
    { change: { state: { kind: 'off', why: 'excluded' }, excludedBy: ['*one'] }, description: '$0.15 / $0.60', icon: 'circle-slash', spoken: /excluded/ },
    { change: { price: undefined }, description: 'price unknown' },
    { change: { price: undefined, free: true }, description: 'free' },
    { change: { pinned: asArmId('acme/one'), state: { kind: 'down', until: undefined, failure: { kind: 'offline', provider: 'acme' } } }, description: 'not reached · pinned · $0.15 / $0.60' },
    { change: { pinned: asArmId('acme/one#high') }, description: 'pinned · $0.15 / $0.60', spoken: /One, pinned/ },
  ];
  for (const { change, description, icon, spoken } of rows) {
    it(description, () => {
      const row = modelRow(model(change), context);
      assert.equal(row.description, description);
      if (icon) assert.equal(row.icon, icon);
      if (spoken) assert.match(row.spoken, spoken);
    });
  }

  it('say in the tooltip what is known, with its source and date', () => {
    const row = modelRow(model({ figures: { calls: 20, successRate: 0.954, p50Ms: 812, p95Ms: 2345, lastFailure: { kind: 'timedOut', at: now - tenMinutes } } }), context);
    assert.deepEqual(row.details, [
      ['State', 'Not asked yet'],
      ['First word', '812 ms for half of the calls, 2.3 s for 19 in 20'],
      ['Answered', '95 % of the last 20 calls'],
      ['Last failure', 'did not answer in time, 13:45'],
      ['Price', "$0.15 in, $0.60 out per 1M tokens (the provider's list, 2026-11-20)"],
      ['Context', '128k tokens, answers up to 16k'],
      ['Can', 'tools, images'],
      ['Id', 'acme/one'],
    ]);
  });

  it('say whose price it is', () => {
    const row = modelRow(model({ price: { input: pricePerMillion(1), output: pricePerMillion(2), cacheRead: pricePerMillion(0.1), asOf: '2026-11-21', source: 'user' } }), context);
    assert.equal(detail(row, 'Price'), '$1.00 in, $2.00 out, $0.10 from its cache per 1M tokens (your price)');
  });

  it('have the rates of now, and say what else a price has', () => {
    const rates = (input: number, output: number) => ({ input: pricePerMillion(input), output: pricePerMillion(output) });
    const specials = [{ ...rates(1, 2), above: 200_000 }, { ...rates(3, 4), minutes: [990, 30] as const, weekdays: true }, { ...rates(5, 6), until: now - 1 }, { ...rates(7, 8), from: now - 1 }];
    const row = modelRow(model({ price: { ...rates(0.5, 1), specials, perCall: fromUsd(0.01), asOf: '2026-11-20', source: 'snapshot' } }), context);
    assert.equal(row.description, '$7.00 / $8.00');
    const day = new Date(now).toISOString().slice(0, 10);
    assert.deepEqual(row.details.slice(2, -3), [
      ['Per call', '$0.010'],
      ['Above 200k tokens', '$1.00 in, $2.00 out'],
      ['16:30 to 00:30 UTC, on weekdays', '$3.00 in, $4.00 out'],
      [`From ${day}`, '$7.00 in, $8.00 out'],
    ]);
  });

  const flags: readonly [change: Partial<ModelOverview>, flags: string][] = [
    [{}, ' model included unpinned '],
    [{ pinned: asArmId('acme/one') }, ' model included pinned '],
    [{ excludedBy: ['*'] }, ' model excluded unpinned '],
  ];
  for (const [change, expected] of flags) it(`are known to menus as${expected}`, () => assert.equal(modelRow(model(change), context).flags, expected));
});

describe('rows of providers', () => {
  const states: readonly [state: ProviderState, description: string, icon: string][] = [
    [{ kind: 'ok' }, '1 model', 'pass'],
    [{ kind: 'untried' }, '1 model', 'circle-outline'],
    [{ kind: 'slow' }, 'slow', 'watch'],
    [{ kind: 'rateLimited', until: now + tenMinutes, failure: { kind: 'rateLimited', provider: 'acme' } }, 'rate limited until 14:05', 'debug-pause'],
    [{ kind: 'down', until: now + 24 * 60 * 60_000, failure: { kind: 'providerDown', provider: 'acme' } }, 'down until 22 Nov 13:55', 'error'],
    [{ kind: 'down', until: undefined, failure: { kind: 'badReply', provider: 'acme', detail: '<html>' } }, 'sent no answer', 'error'],
    [{ kind: 'keyTrouble', failure: { kind: 'keyRejected', provider: 'acme' } }, 'key refused', 'key'],
    [{ kind: 'keyTrouble', failure: { kind: 'noCredit', provider: 'acme' } }, 'no credit left', 'key'],
    [{ kind: 'noKey' }, 'no key', 'key'],
    [{ kind: 'off', why: 'demo' }, 'off during the demo', 'circle-slash'],
    [{ kind: 'off', why: 'switch' }, 'switched off', 'circle-slash'],
    [{ kind: 'off', why: 'excluded' }, 'excluded', 'circle-slash'],
  ];
  for (const [state, description, icon] of states) {
    it(`${state.kind}: ${description}`, () => {
      const row = providerRow(provider({ state }), context);
      assert.deepEqual([row.description, row.icon], [description, icon]);
      // What the colour says is said in words as well.
      if (!['ok', 'untried'].includes(state.kind)) assert.ok(row.spoken.includes(description), row.spoken);
    });
  }

  it('tell why in plain words, where they come from, and how the last check went', () => {
    const failure = { kind: 'keyRejected', provider: 'acme', detail: 'Incorrect API key' } as const;
    const row = providerRow(provider({ state: { kind: 'keyTrouble', failure }, check: { at: now, failure: undefined, note: '$3 left' }, excluded: [model()], notAllowed: 2 }), context);
    assert.match(detail(row, 'Why') ?? '', /^ACME did not accept the API key.*\(Incorrect API key\)$/);
    assert.equal(detail(row, 'From'), 'Your settings, acme.example');
    assert.equal(detail(row, 'Checked'), '13:55: answers, $3 left');
    assert.equal(detail(row, 'Models'), '1, 1 excluded, 2 not in the allowed list');
  });

  it('make nothing of hostile names', () => {
    const row = providerRow(provider({ name: '$(flame) [x](command:a)\u202e\n<b>' }), context);
    assert.equal(row.label, '$ (flame) [x] (command:a) <b>');
  });
});

describe('asMarkdown', () => {
  const rows: readonly [text: string, markdown: string][] = [
    ['plain words', 'plain words'],
    ['[x](command:a)', '\\[x\\]\\(command\\:a\\)'],
    ['https://evil.example', 'https\\:\\/\\/evil\\.example'],
    ['<img src=x> $(flame)', '\\<img src\\=x\\> \\$\\(flame\\)'],
    ['a\nb', 'a b'],
  ];
  for (const [text, markdown] of rows) it(`${JSON.stringify(text)} is only text`, () => assert.equal(asMarkdown(text), markdown));
});

describe('the tree', () => {
  const labels = (nodes: readonly TreeNode[]) => nodes.map((node) => (node.kind === 'provider' ? node.providerId : node.kind === 'model' ? node.arm : node.kind === 'notSetUp' ? 'not set up' : node.label));
  const top = (providers: readonly ProviderOverview[]) => topNodes({ at: now, realm: 'real', providers, changesAt: undefined });
  const builtIn = provider({ id: 'open', origin: 'builtIn', askable: false, hasKey: false, state: { kind: 'noKey' }, models: [] });

  it('is empty while nothing is set up, so that the welcome shows', () => assert.deepEqual(top([builtIn]), []));
  it('is not empty when a server waits for its key', () => assert.deepEqual(labels(top([{ ...builtIn, origin: 'setting' }])), ['not set up']));
  it('folds away what is not set up', () => {
    const nodes = top([provider(), provider({ id: 'paused', askable: false, state: { kind: 'off', why: 'demo' } }), builtIn]);
    assert.deepEqual(labels(nodes), ['acme', 'paused', 'not set up']);
    assert.deepEqual(nodes.flatMap((node) => (node.kind === 'provider' ? [node.opened] : [])), [true, true]);
    assert.deepEqual(labels(nodes.flatMap((node) => (node.kind === 'notSetUp' ? nodesBelow(node) : []))), ['open']);
  });
  it('opens a provider only when it is the only one', () => assert.deepEqual(top([provider(), provider({ id: 'b' })]).flatMap((node) => (node.kind === 'provider' ? [node.opened] : [])), [false, false]));

  it('is not read again where every row would be the same', () => {
    const at = (later: number, change: Partial<ProviderOverview> = {}) => drawnOf({ at: now + later, realm: 'real', providers: [provider(change)], changesAt: undefined });
    assert.equal(at(20_000), at(0));
    assert.notEqual(at(60_000), at(0), 'prices may go by the time of day');
    assert.notEqual(at(0, { figures: { ...figures, calls: 1 } }), at(0), 'tooltips tell of the calls');
    assert.notEqual(at(0, { models: [model({ pinned: asArmId('acme/one') })] }), at(0));
  });

  const many = Array.from({ length: 320 }, (_, index) => model({ arm: asArmId(`acme/m${index}`), name: `m${index}`, ...(index === 300 ? { pinned: asArmId('acme/m300') } : index === 310 ? { figures: { ...figures, calls: 1 } } : {}) }));
  it('folds away most of hundreds, but not what is pinned or was asked', () => {
    const below = top([provider({ models: many, excluded: [model()] })]).flatMap(nodesBelow);
    assert.deepEqual(labels(below), [...many.slice(0, 15).map(({ arm }) => arm), 'acme/m300', 'acme/m310', '303 more', 'Excluded']);
    assert.equal(below.flatMap((node) => (node.kind === 'models' ? nodesBelow(node) : [])).length, 304);
  });
  it('does not fold away a single one', () => assert.equal(top([provider({ models: many.slice(0, 16) })]).flatMap(nodesBelow).length, 16));
  it('says that there are none', () => assert.deepEqual(labels(top([provider({ models: [] })]).flatMap(nodesBelow)), ['No models']));
  it('gives every node an identity of its own', () => {
    const ids = top([provider({ models: many, excluded: [model()] }), provider({ id: 'b', models: many.map((one) => ({ ...one, arm: asArmId(one.arm.replace('acme', 'b')) })) })]).flatMap(nodesBelow).map((node) => (node.kind === 'models' ? node.id : node.kind === 'model' ? node.arm : ''));
    assert.equal(new Set(ids).size, ids.length);
  });
});

describe('what a command is called for', () => {
  const rows: readonly [argument: unknown, target: object][] = [
    ['groq', { providerId: 'groq' }],
    [{ kind: 'model', providerId: 'groq', arm: 'groq/x', model: {} }, { providerId: 'groq', arm: 'groq/x' }],
    [{ providerId: 3 }, {}],
    [undefined, {}],
    [null, {}],
    [[], {}],
  ];
  for (const [argument, target] of rows) it(JSON.stringify(argument) ?? 'undefined', () => assert.deepEqual(targetOf(argument), target));
});

describe('an amount in US dollars', () => {
  const rows: readonly [text: string, amount: number | undefined][] = [['0.15', 0.15], ['$3', 3], [' 0,5 ', 0.5], ['0', 0], ['', undefined], ['-1', undefined], ['abc', undefined], ['1e9', undefined], ['Infinity', undefined]];
  for (const [text, amount] of rows) it(JSON.stringify(text), () => assert.equal(readUsd(text), amount));
});

describe('clockTime', () => {
  it('is a time today, and has the day otherwise', () => assert.deepEqual([clockTime(now, now), clockTime(now + 24 * 60 * 60_000, now)], ['13:55', '22 Nov 13:55']));
});
