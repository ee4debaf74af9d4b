import assert from 'node:assert/strict';
import type { CallOpening, CallRecord } from '../../../../src/core/model/call';
import { nano } from '../../../../src/core/model/money';
import { asArmId } from '../../../../src/core/model/modelCard';
import { StorageError } from '../../../../src/core/ports/ledgerStore';
import { noon, opening, settled } from '../../../support/calls';
import { operationsRoom, terminal, type ToldReply } from '../../../support/operationsRoom';

const demoCall = (id: string, amount: number | undefined, opened: Partial<CallOpening> = {}, ended: Partial<CallRecord> = {}) => settled(opening(id, { realm: 'demo', ...opened }), amount, ended);

const someCalls = [
  demoCall('a', 100),
  demoCall('b', 250, { provider: 'other', model: 'big', arm: asArmId('other/big'), purpose: 'title' }),
  demoCall('c', undefined, { startedAt: noon + 1 }),
  demoCall('d', 1_000_000_001, { startedAt: noon + 2, purpose: 'agent:claude', client: terminal.id, folder: 'shop' }, { outcome: 'failed', failure: 'rateLimited' }),
  demoCall('old', 7, { startedAt: noon - 40 * 86_400_000 }),
];

async function roomWith(calls: readonly CallRecord[] = someCalls) {
  const room = operationsRoom();
  for (const call of calls) await room.ledger.settle(call);
  await (await room.app.clients()).put(terminal);
  return room;
}

describe('operations', () => {
  it('/metrics is for the machine alone: it tells of everybody', async () => {
    const { asked } = await roomWith();
    assert.equal((await asked('/metrics', { caller: terminal })).status, 403);
    assert.equal((await asked('/metrics')).status, 200);
  });

  it('books that cannot be read are a 503 without details, which are in the log', async () => {
    const { asked, app, logged } = await roomWith();
    app.calls = () => {
      throw new StorageError('corrupt', 'page 7 of a secret place');
    };
    const reply = await asked('/v1/farthing/calls');
    assert.equal(reply.status, 503);
    assert.ok(!reply.body.includes('secret'));
    assert.ok(logged.some((line) => line.includes('page 7')));
  });
});

describe('GET /health', () => {
  it('says how the gateway stands', async () => {
    const { read, clock } = await roomWith();
    clock.advance(61_500);
    const { models, ...rest } = await read('/health');
    assert.ok(models > 0);
    assert.deepEqual(rest, { status: 'ok', version: '1.2.3', window: 'window-1', uptimeSeconds: 61, runningRequests: 0, books: 'readable', realm: 'demo', providers: ['demo'] });
  });

  it('tells a client the status alone', async () => {
    const { read } = await roomWith();
    assert.deepEqual(await read('/health', { caller: terminal }), { status: 'ok' });
  });

  it('is degraded without anybody to ask', async () => {
    const { read } = operationsRoom({ settings: { 'demo.enabled': false } });
    assert.deepEqual(await read('/health', { caller: terminal }), { status: 'degraded' });
    const { status, providers } = await read('/health');
    assert.deepEqual([status, providers], ['degraded', []]);
  });
});

describe('GET /v1/farthing/spend', () => {
  const rowsBy = async (by: string, rest = ''): Promise<readonly (readonly unknown[])[]> => {
    const { read } = await roomWith();
    return (await read(`/v1/farthing/spend?by=${by}${rest}`)).rows.map(({ key, nanoUsd, calls, unknownCalls }) => [key, nanoUsd, calls, unknownCalls]);
  };

  it('by model, the dearest first', async () => assert.deepEqual(await rowsBy('model'), [['acme-small', 1_000_000_101, 3, 1], ['big', 250, 1, 0]]));
  it('by provider', async () => assert.deepEqual(await rowsBy('provider'), [['acme', 1_000_000_101, 3, 1], ['other', 250, 1, 0]]));
  it('by purpose', async () => assert.deepEqual(await rowsBy('purpose'), [['agent:claude', 1_000_000_001, 1, 0], ['title', 250, 1, 0], ['chat', 100, 2, 1]]));
  it('by folder; null is none', async () => assert.deepEqual(await rowsBy('folder'), [['shop', 1_000_000_001, 1, 0], [null, 350, 3, 1]]));
  it('of everything', async () => assert.deepEqual(await rowsBy('provider', '&period=all'), [['acme', 1_000_000_108, 4, 1], ['other', 250, 1, 0]]));

  it('by client, with its name', async () => {
    const { read } = await roomWith();
    const { rows } = await read('/v1/farthing/spend?by=client');
    assert.deepEqual(rows.map(({ key, name }) => [key, name]), [['client-1', 'Claude Code'], [null, undefined]]);
  });

  it('adds up to whole nano-dollars, in dollars to the last digit', async () => {
    const { read } = await roomWith();
    const { total, from, to } = await read('/v1/farthing/spend?period=day');
    assert.deepEqual(total, { nanoUsd: 1_000_000_351, usd: '1.000000351', calls: 4, unknownCalls: 1, inputTokens: 160, cachedInputTokens: 0, outputTokens: 28, reasoningTokens: 0 });
    assert.equal(Date.parse(to) - Date.parse(from), 86_400_000);
  });

  it('a client sees only what is its own', async () => {
    const { read } = await roomWith();
    const { total, rows } = await read('/v1/farthing/spend?by=provider&period=all', { caller: terminal });
    assert.deepEqual([total.calls, total.nanoUsd, rows.length], [1, 1_000_000_001, 1]);
  });

  const wrong: readonly (readonly [string, string])[] = [['period=year', 'period'], ['by=prompt', 'by'], ['perod=day', 'perod'], ['by=model&by=client', 'by']];
  for (const [query, field] of wrong) {
    it(`refuses ${query} and names the field`, async () => {
      const { asked } = await roomWith();
      const reply = await asked(`/v1/farthing/spend?${query}`);
      assert.equal(reply.status, 400);
      assert.equal(JSON.parse(reply.body).error.field, field);
    });
  }
});

describe('GET /v1/farthing/budgets', () => {
  it('tells what is spent, held and left; unknown is null', async () => {
    const { read } = await roomWith();
    const { budgets, realm } = await read('/v1/farthing/budgets');
    assert.equal(realm, 'demo');
    const [day, week] = budgets;
    assert.ok(day && week);
    assert.deepEqual(day.spent, { nanoUsd: 1_000_000_351, usd: '1.000000351' });
    assert.deepEqual(day.limit, { nanoUsd: 5_000_000_000, usd: '5.000000000' });
    assert.equal(day.left.nanoUsd, 3_999_999_649);
    assert.deepEqual(week.limit, { nanoUsd: null, usd: null });
    assert.equal(day.unknownCalls, 1);
  });

  it('a client sees its own and nothing of the machine', async () => {
    const { read } = await roomWith();
    const { budgets, realm } = await read('/v1/farthing/budgets', { caller: { ...terminal, limit: nano(2_000_000_000) } });
    assert.equal(realm, undefined);
    assert.equal(budgets.length, 1);
    assert.deepEqual([budgets[0]?.scope, budgets[0]?.spent.nanoUsd, budgets[0]?.left.nanoUsd], ['client', 1_000_000_001, 999_999_999]);
  });
});

describe('GET /v1/farthing/calls', () => {
  it('tells a call with everything but what was said in it', async () => {
    const { read } = await roomWith();
    const { calls, next } = await read('/v1/farthing/calls?limit=1&from=2026-03-18');
    assert.equal(typeof next, 'string');
    assert.deepEqual(calls[0], {
      id: 'a', question: null, startedAt: '2026-03-18T12:00:00.000Z', endedAt: '2026-03-18T12:00:02.000Z', provider: 'acme', model: 'acme-small', arm: 'acme/acme-small', effort: 'none', purpose: 'chat',
      client: null, folder: null, outcome: 'complete', failure: null, cost: { nanoUsd: 100, usd: '0.000000100', source: 'snapshot' },
      inputTokens: 40, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 7, reasoningTokens: 0, estimatedUsage: false, firstTokenMs: 300, totalMs: 2000,
    });
  });

  it('an unknown cost is null', async () => {
    const { read } = await roomWith();
    const { calls } = await read('/v1/farthing/calls');
    assert.deepEqual(calls.find(({ id }) => id === 'c')?.cost, { nanoUsd: null, usd: null, source: 'unknown' });
  });

  it('pages through all of them once, also while others are added, and those of one millisecond', async () => {
    const room = await roomWith(Array.from({ length: 25 }, (_, place) => demoCall(`call-${String(place).padStart(2, '0')}`, place, { startedAt: noon + Math.floor(place / 10) })));
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: ToldReply = await room.read(`/v1/farthing/calls?limit=7${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...page.calls.map(({ id }) => id));
      cursor = page.next;
      if (seen.length < 25) await room.ledger.settle(demoCall(`late-${seen.length}`, 1, { startedAt: noon + 10 }));
    }
    assert.equal(new Set(seen).size, seen.length);
    assert.deepEqual(seen.filter((id) => id.startsWith('call')), Array.from({ length: 25 }, (_, place) => `call-${String(place).padStart(2, '0')}`));
    assert.equal(seen.length, 25 + 3);
  });

  it('a client pages through its own', async () => {
    const { read } = await roomWith();
    const { calls, next } = await read('/v1/farthing/calls?limit=1', { caller: terminal });
    assert.deepEqual([calls.map(({ id }) => id), next], [['d'], null]);
  });

  it('between two moments; the end is not among them', async () => {
    const { read } = await roomWith();
    const { calls } = await read(`/v1/farthing/calls?from=${new Date(noon + 1).toISOString()}&to=${new Date(noon + 2).toISOString()}`);
    assert.deepEqual(calls.map(({ id }) => id), ['c']);
  });

  const forged = Buffer.from('{"at":-1,"id":""}').toString('base64url');
  const wrong: readonly (readonly [string, string])[] = [['limit=0', 'limit'], ['limit=1001', 'limit'], ['limit=ten', 'limit'], ['from=yesterday', 'from'], ['to=2026-13-40', 'to'], ['cursor=abc', 'cursor'], [`cursor=${forged}`, 'cursor'], ['offset=3', 'offset']];
  for (const [query, field] of wrong) {
    it(`refuses ${query} and names the field`, async () => {
      const { asked } = await roomWith();
      const reply = await asked(`/v1/farthing/calls?${query}`);
      assert.equal(reply.status, 400);
      assert.equal(JSON.parse(reply.body).error.field, field);
    });
  }

  it('stops reading when the client has gone', async () => {
    const { asked } = await roomWith();
    const gone = new AbortController();
    gone.abort();
    await assert.rejects(asked('/v1/farthing/calls', { signal: gone.signal }), { name: 'AbortError' });
  });
});

describe('POST /v1/farthing/route', () => {
  it('tells whom it would ask, with chances and costs, and asks nobody', async () => {
    const { read, ledger } = operationsRoom();
    const route = await read('/v1/farthing/route', { method: 'POST', body: { prompt: 'What does idempotent mean?', quality: 'economy' } });
    assert.equal(route.quality, 'economy');
    const [first] = route.ranked;
    assert.ok(first);
    assert.ok(first.arm.startsWith('demo/'));
    assert.ok(first.chance > 0 && first.chance <= 1 && first.chanceLow <= first.chance);
    assert.ok(Number.isInteger(first.likelyCost.nanoUsd) && first.likelyCost.nanoUsd <= first.worstCost.nanoUsd);
    assert.ok(route.reasons.length > 0);
    assert.equal(ledger.calls.size + ledger.held.size, 0);
  });

  it('a client is routed under its own rules', async () => {
    const { read } = operationsRoom();
    const route = await read('/v1/farthing/route', { method: 'POST', caller: { ...terminal, models: ['demo/demo-large'] }, body: { prompt: 'Hello' } });
    assert.deepEqual(route.ranked.map(({ arm }) => arm), ['demo/demo-large']);
  });

  it('and where its rules name one arm, to that', async () => {
    const { read } = operationsRoom();
    const route = await read('/v1/farthing/route', { method: 'POST', caller: { ...terminal, arm: asArmId('demo/demo-medium') }, body: { prompt: 'Hello' } });
    assert.deepEqual(route.ranked.map(({ arm }) => arm), ['demo/demo-medium']);
  });

  it('says why nobody can be asked', async () => {
    const { asked } = operationsRoom({ settings: { 'demo.enabled': false } });
    const reply = await asked('/v1/farthing/route', { method: 'POST', body: { prompt: 'Hello' } });
    assert.equal(reply.status, 503);
    assert.equal(JSON.parse(reply.body).error.message, 'No provider is set up in Farthing.');
  });

  const wrong: readonly (readonly [unknown, string])[] = [[undefined, 'body'], [[], 'body'], [{}, 'prompt'], [{ prompt: '' }, 'prompt'], [{ prompt: 'x', quality: 'best' }, 'quality'], [{ prompt: 'x', tools: [{ name: '' }] }, 'tools.0.name'], [{ prompt: 'x', model: 'y' }, 'model']];
  for (const [body, field] of wrong) {
    it(`refuses ${JSON.stringify(body)} and names the field`, async () => {
      const { asked } = operationsRoom();
      const reply = await asked('/v1/farthing/route', { method: 'POST', body });
      assert.equal(reply.status, 400);
      assert.equal(JSON.parse(reply.body).error.field, field);
    });
  }
});
