import assert from 'node:assert/strict';
import { dialects } from '../support/dialects';
import { readMetrics } from '../support/metricsText';
import type { ToldReply } from '../support/operationsRoom';
import { realGateway } from '../support/realGateway';
import { ScriptedUpstream } from '../support/scriptedUpstream';

const small = 'mistral/mistral-small-2506';

/** The pages of operations over real sockets and the real books. */
describe('operations on the gateway', () => {
  const upstream = new ScriptedUpstream();
  let gateway: Awaited<ReturnType<typeof realGateway>>;
  let terminal: string;

  before(async () => {
    await upstream.start();
    gateway = await realGateway({ address: upstream.address, providers: ['mistral'] });
    terminal = await gateway.addClient({ id: 'terminal', name: 'A "terminal"\\', agent: 'claude', folder: 'shop' });
    for (const token of [gateway.token, terminal, terminal]) {
      upstream.says(dialects.openaiChat.usage({ fresh: 30, cached: 60, written: 10, output: 20 }));
      const reply = await asked('/v1/chat/completions', { token, body: { model: small, messages: [{ role: 'user', content: 'hi' }] } });
      assert.equal(reply.status, 200);
    }
  });
  after(async () => {
    await gateway.stop();
    await upstream.stop();
  });

  async function asked(target: string, { token, body }: { readonly token?: string | undefined; readonly body?: unknown } = {}) {
    const headers = { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    const reply = await fetch(`${gateway.address}${target}`, { headers, ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }) });
    return { status: reply.status, headers: reply.headers, text: await reply.text() };
  }
  const read = async (target: string, token = gateway.token, body?: unknown): Promise<ToldReply> => JSON.parse((await asked(target, { token, body })).text);

  it('health says how it stands to the machine, the status to a client, and only that it runs to others', async () => {
    assert.equal((await asked('/health')).text, '{"status":"ok"}');
    assert.equal((await asked('/health', { token: terminal })).text, '{"status":"ok"}');
    const { status, books, providers, runningRequests } = await read('/health');
    assert.deepEqual([status, books, providers, runningRequests], ['ok', 'readable', ['mistral'], 0]);
  });

  it('metrics count the calls by client, and what the gateway answered', async () => {
    const reply = await asked('/metrics', { token: gateway.token });
    assert.equal(reply.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
    const samples = readMetrics(reply.text);
    const of = (name: string, labels: Readonly<Record<string, string>>): number | undefined => samples.find((sample) => sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value))?.value;
    const own = { provider: 'mistral', arm: small, purpose: 'agent:claude', client: 'A "terminal"\\' };
    assert.equal(of('farthing_calls_total', { ...own, outcome: 'complete' }), 2);
    assert.equal(of('farthing_tokens_total', { ...own, type: 'output' }), 40);
    assert.equal(of('farthing_month_calls', own), 2);
    assert.equal(of('farthing_month_spend_nano_usd', own), of('farthing_cost_nano_usd_total', own));
    assert.ok((of('farthing_gateway_requests_total', { endpoint: '/v1/chat/completions', status: '200' }) ?? 0) >= 3);
  });

  const refusals: readonly (readonly [string, string, number])[] = [
    ['nobody', '/metrics', 401],
    ['nobody', '/v1/farthing/spend', 401],
    ['client', '/metrics', 403],
    ['machine', '/v1/farthing/calls?limit=0', 400],
    ['machine', '/v1/farthing/nothing', 404],
    ['machine', '/v1/farthing/route', 405],
  ];
  for (const [who, target, status] of refusals) {
    it(`${target} is a ${status} for ${who}`, async () => {
      const reply = await asked(target, { token: { machine: gateway.token, client: terminal }[who] });
      assert.equal(reply.status, status);
      assert.equal(typeof JSON.parse(reply.text).error.message, 'string');
    });
  }

  it('a client sees its own calls, spend and limit; the machine sees all', async () => {
    const all = await read('/v1/farthing/spend?by=client');
    assert.deepEqual(all.rows.map(({ key, name, calls }) => [key, name ?? null, calls]), [['terminal', 'A "terminal"\\', 2], [null, null, 1]]);
    assert.equal((await read('/v1/farthing/spend', terminal)).total.calls, 2);
    assert.equal((await read('/v1/farthing/budgets', terminal)).budgets[0]?.calls, 2);
    assert.deepEqual((await read('/v1/farthing/calls', terminal)).calls.map(({ client, folder: of }) => [client, of]), [['terminal', 'shop'], ['terminal', 'shop']]);
  });

  it('calls come in pages, each once', async () => {
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: ToldReply = await read(`/v1/farthing/calls?limit=1&cursor=${cursor}`);
      seen.push(...page.calls.map(({ id }) => id));
      cursor = page.next;
    }
    assert.equal(seen.length, 3);
    assert.equal(new Set(seen).size, 3);
  });

  it('a dry run names who would be asked and asks nobody', async () => {
    const before = upstream.asked.length;
    const { ranked } = await read('/v1/farthing/route', terminal, { prompt: 'Write a binary search in Go' });
    assert.ok(ranked[0]?.arm.startsWith('mistral/'));
    assert.equal(upstream.asked.length, before);
  });

  it('a dry run tells a client of no model that it may not ask', async () => {
    const narrow = await gateway.addClient({ id: 'narrow', models: ['mistral/mistral-small*'] });
    const told = async (token: string): Promise<readonly string[]> => {
      const { ranked, spare, rejected } = await read('/v1/farthing/route', token, { prompt: 'Write a binary search in Go' });
      return [...ranked, ...spare, ...rejected].map(({ arm }) => arm);
    };
    assert.ok((await told(gateway.token)).some((arm) => !arm.startsWith(small.slice(0, -5))));
    const own = await told(narrow);
    assert.ok(own.length > 0);
    for (const arm of own) assert.match(arm, /^mistral\/mistral-small/);
  });
});
