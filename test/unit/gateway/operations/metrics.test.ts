import assert from 'node:assert/strict';
import { asArmId } from '../../../../src/core/model/modelCard';
import type { CallOpening } from '../../../../src/core/model/call';
import type { Decided } from '../../../../src/core/model/decided';
import { Metrics } from '../../../../src/gateway/operations/metrics';
import { LabelSets } from '../../../../src/gateway/operations/labelSets';
import { BookTotals } from '../../../../src/gateway/operations/bookTotals';
import { opening, settled } from '../../../support/calls';
import { answer } from '../../../support/fakeWire';
import { readMetrics, type Sample } from '../../../support/metricsText';
import { operationsRoom, terminal } from '../../../support/operationsRoom';
import { collect, question } from '../../../support/testApp';

async function scraped(metrics: Metrics): Promise<readonly Sample[]> {
  const { app, clock } = operationsRoom();
  return readMetrics(await metrics.text({ totals: new BookTotals(app, clock), door: app, names: { of: (id) => id } }));
}

function valueOf(samples: readonly Sample[], name: string, labels: Readonly<Record<string, string>> = {}): number | undefined {
  return samples.find((sample) => sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value))?.value;
}

const failover: Decided = { quality: 'balanced', tier: 'simple', difficulty: 0, domains: {}, how: 'failover' };

describe('metrics', () => {
  it('count what an answer took, under the names of the conventions where they exist', async () => {
    const { app, wire, asked, operations } = operationsRoom();
    wire.will('demo-small', answer('It can be repeated.', { input: 1000, output: 200 }));
    await collect(operations.ask(question('What does idempotent mean?'), new AbortController().signal));
    const reply = await asked('/metrics');
    assert.equal(reply.contentType, 'text/plain; version=0.0.4; charset=utf-8');
    const samples = readMetrics(reply.body);
    const labels = { provider: 'demo', arm: 'demo/demo-small', purpose: 'chat', client: '' };
    assert.equal(valueOf(samples, 'farthing_calls_total', { ...labels, outcome: 'complete' }), 1);
    assert.equal(valueOf(samples, 'farthing_tokens_total', { ...labels, type: 'input' }), 1000);
    assert.equal(valueOf(samples, 'farthing_tokens_total', { ...labels, type: 'output' }), 200);
    assert.equal(valueOf(samples, 'farthing_cost_nano_usd_total', labels), 180_000);
    const model = { gen_ai_operation_name: 'chat', gen_ai_provider_name: 'demo', gen_ai_request_model: 'demo-small' };
    assert.equal(valueOf(samples, 'gen_ai_client_operation_duration_seconds_count', { ...model, error_type: '' }), 1);
    assert.equal(valueOf(samples, 'gen_ai_client_operation_time_to_first_chunk_seconds_count', model), 1);
    assert.equal(valueOf(samples, 'gen_ai_client_token_usage_bucket', { ...model, gen_ai_token_type: 'input', le: '1024' }), 1);
    assert.equal(valueOf(samples, 'gen_ai_client_token_usage_bucket', { ...model, gen_ai_token_type: 'input', le: '256' }), 0);
    // Of the books: what a hand-over must not lose.
    assert.equal(valueOf(samples, 'farthing_budget_spent_nano_usd', { scope: 'day' }), 180_000);
    assert.equal(valueOf(samples, 'farthing_budget_limit_nano_usd', { scope: 'day' }), 5_000_000_000);
    assert.equal(valueOf(samples, 'farthing_budget_limit_nano_usd', { scope: 'week' }), undefined);
    assert.equal(valueOf(samples, 'farthing_month_spend_nano_usd', labels), 180_000);
    assert.equal(valueOf(samples, 'farthing_month_calls', labels), 1);
    assert.equal(valueOf(samples, 'farthing_books_readable'), 1);
    operations.close();
    await app.close();
  });

  it('count requests under way, and those that a budget refused', async () => {
    const { operations, asked, wire } = operationsRoom({ settings: { 'budget.day': 0.0000001 } });
    wire.will('demo-small', answer('never'));
    const stream = operations.ask(question('What does idempotent mean?'), new AbortController().signal);
    const first = stream.next();
    assert.equal(valueOf(readMetrics((await asked('/metrics')).body), 'farthing_gateway_requests_running'), 1);
    await first;
    await collect(stream);
    const samples = readMetrics((await asked('/metrics')).body);
    assert.equal(valueOf(samples, 'farthing_gateway_requests_running'), 0);
    assert.equal(valueOf(samples, 'farthing_budget_refusals_total', { scope: 'day' }), 1);
    operations.close();
  });

  it('name clients, and what the gateway answered', async () => {
    const { app, operations, asked, wire } = operationsRoom();
    await (await app.clients()).put(terminal);
    await asked('/v1/farthing/spend?by=client');
    wire.will('demo-small', answer('ok'));
    await collect(operations.ask(question('Hi', { client: { id: terminal.id } }), new AbortController().signal));
    operations.answered('/v1/messages', 200);
    const samples = readMetrics((await asked('/metrics')).body);
    assert.equal(valueOf(samples, 'farthing_calls_total', { client: 'Claude Code' }), 1);
    assert.equal(valueOf(samples, 'farthing_gateway_requests_total', { endpoint: '/v1/messages', status: '200' }), 1);
    operations.close();
  });

  it('tell a retry from a failover, and what failed', async () => {
    const metrics = new Metrics('1', 0);
    const failed = (id: string, opened: Partial<CallOpening> = {}) => settled(opening(id, { question: 'q', ...opened }), 0, { outcome: 'failed', failure: 'providerDown' });
    metrics.called(failed('1'), undefined);
    metrics.called(failed('2'), undefined);
    metrics.called({ ...settled(opening('3', { question: 'q', provider: 'other', arm: asArmId('other/big') }), 1), decided: failover }, undefined);
    metrics.called(settled(opening('4', { question: 'another' }), 1), undefined);
    const samples = await scraped(metrics);
    assert.equal(valueOf(samples, 'farthing_retries_total', { provider: 'acme' }), 1);
    assert.equal(valueOf(samples, 'farthing_failovers_total', { provider: 'other' }), 1);
    assert.equal(valueOf(samples, 'farthing_failures_total', { provider: 'acme', error_type: 'providerDown' }), 2);
  });

  it('an unknown cost is counted and never zero money', async () => {
    const metrics = new Metrics('1', 0);
    metrics.called(settled(opening('1'), undefined), undefined);
    const samples = await scraped(metrics);
    assert.equal(valueOf(samples, 'farthing_cost_unknown_calls_total'), 1);
    assert.equal(valueOf(samples, 'farthing_cost_nano_usd_total', { provider: 'acme' }), undefined);
  });

  it('models and clients with hostile names end no line and make no label', async () => {
    const hostile = ['a"} 1\nfarthing_calls_total{x="', 'back\\slash\\', 'line\u2028 end\r\n', `${'long'.repeat(100)}`, '\ud800 half', '"', '{}', '# TYPE x counter'];
    const metrics = new Metrics('1', 0);
    const clean = await scraped(new Metrics('1', 0));
    hostile.forEach((name, place) => metrics.called(settled(opening(String(place), { provider: name, model: name, arm: asArmId(name), purpose: `agent:${name}` }), 5), name));
    const samples = await scraped(metrics);
    assert.equal(samples.filter(({ name }) => name === 'farthing_calls_total').length, hostile.length);
    assert.deepEqual(new Set(samples.filter(({ name }) => name === 'farthing_calls_total').flatMap(({ labels }) => Object.keys(labels))), new Set(['provider', 'arm', 'purpose', 'client', 'outcome']));
    assert.ok(samples.every(({ labels }) => Object.values(labels).every((value) => value.length <= 126)));
    assert.ok(samples.length > clean.length);
  });

  it('stay bounded when models have ever new names, and lose no money by it', async () => {
    const metrics = new Metrics('1', 0);
    for (let place = 0; place < 2000; place++) metrics.called(settled(opening(String(place), { model: `m${place}`, arm: asArmId(`acme/m${place}`) }), 3), undefined);
    const samples = await scraped(metrics);
    const costs = samples.filter(({ name }) => name === 'farthing_cost_nano_usd_total');
    assert.equal(costs.length, 301);
    assert.equal(costs.reduce((sum, { value }) => sum + value, 0), 6000);
    assert.equal(valueOf(samples, 'farthing_cost_nano_usd_total', { arm: 'other' }), 1700 * 3);
    assert.ok(samples.length < 12_000, `${samples.length} rows`);
  });
});

describe('label sets', () => {
  it('are the same for the same labels, and other beyond the most', () => {
    const sets = new LabelSets(2);
    assert.deepEqual(sets.of({ a: '1', b: 'x' }), { a: '1', b: 'x' });
    sets.of({ a: '2', b: 'x' });
    assert.deepEqual(sets.of({ a: '3', b: 'x' }), { a: 'other', b: 'other' });
    assert.equal(sets.of({ a: '1', b: 'x' }), sets.of({ a: '1', b: 'x' }));
  });
});
