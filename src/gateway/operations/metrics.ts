import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { type BudgetScope, percentSpent } from '../../core/model/budget';
import type { CallRecord } from '../../core/model/call';
import type { GatewayDoor } from '../door';
import type { BookTotals } from './bookTotals';
import type { ClientNames } from './clientNames';
import { LabelSets } from './labelSets';
import { operationOf } from './operation';

export const metricsContentType = Registry.PROMETHEUS_CONTENT_TYPE;

/** Label sets of one kind before the rest is `other`: a person has a few dozen; each is some twenty rows of a scrape. */
const mostCallSets = 300;
const mostModelSets = 100;

/** Questions whose failed calls are remembered to tell a retry from a first try. */
const mostFailed = 500;

/** As the conventions of OpenTelemetry advise for `gen_ai.client.operation.duration`, in seconds, and four more for long answers. */
const durationBuckets = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92, 163.84, 327.68];
/** The same for `gen_ai.client.token.usage`, in tokens. */
const tokenBuckets = [1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864];

const callLabels = ['provider', 'arm', 'purpose', 'client'];
const modelLabels = ['gen_ai_operation_name', 'gen_ai_provider_name', 'gen_ai_request_model'];

interface DeclaredMetric {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labelNames: readonly string[];
}

/** Counts what this window settles, and writes it down with the sums of the books as Prometheus reads it. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #declared: DeclaredMetric[] = [];
  readonly #callSets = new LabelSets(mostCallSets);
  readonly #modelSets = new LabelSets(mostModelSets);
  readonly #bookSets = new LabelSets(mostCallSets);
  /** Question and arm of calls that failed, the newest last. */
  readonly #failed = new Set<string>();
  #running = 0;

  readonly #calls = this.#counter('farthing_calls_total', 'Calls of models that were settled.', [...callLabels, 'outcome']);
  readonly #tokens = this.#counter('farthing_tokens_total', 'Tokens of settled calls; cached_input is part of input, reasoning part of output.', [...callLabels, 'type']);
  readonly #cost = this.#counter('farthing_cost_nano_usd_total', 'Cost of settled calls in nano-dollars, as far as it is known.', callLabels);
  readonly #unknownCost = this.#counter('farthing_cost_unknown_calls_total', 'Settled calls whose cost nobody knows; they are in no sum.', callLabels);
  readonly #failures = this.#counter('farthing_failures_total', 'Calls that failed, by what went wrong.', ['provider', 'error_type']);
  readonly #failovers = this.#counter('farthing_failovers_total', 'Calls of a model that was asked because another one failed or rested; provider is the one that took over.', ['provider']);
  readonly #retries = this.#counter('farthing_retries_total', 'Calls of a model that had failed for the same question.', ['provider']);
  readonly #refusals = this.#counter('farthing_budget_refusals_total', 'Requests to the gateway that a budget refused before any call.', ['scope']);
  readonly #requests = this.#counter('farthing_gateway_requests_total', 'Requests that the gateway has answered.', ['endpoint', 'status']);
  readonly #runningNow = this.#gauge('farthing_gateway_requests_running', 'Requests that models are answering now.', []);
  readonly #duration = this.#histogram('gen_ai_client_operation_duration_seconds', 'Seconds from the request to the end of the answer.', [...modelLabels, 'error_type'], durationBuckets);
  readonly #firstChunk = this.#histogram('gen_ai_client_operation_time_to_first_chunk_seconds', 'Seconds from the request to the first piece of the answer.', modelLabels, durationBuckets);
  readonly #usage = this.#histogram('gen_ai_client_token_usage', 'Tokens of a call.', [...modelLabels, 'gen_ai_token_type'], tokenBuckets);
  readonly #budgetSpent = this.#gauge('farthing_budget_spent_nano_usd', 'Spent in the running period, of the books of all windows.', ['scope']);
  readonly #budgetHeld = this.#gauge('farthing_budget_held_nano_usd', 'Held for calls under way.', ['scope']);
  readonly #budgetLimit = this.#gauge('farthing_budget_limit_nano_usd', 'The limit; missing without one.', ['scope']);
  readonly #budgetUsed = this.#gauge('farthing_budget_used_ratio', 'Spent as a share of the limit; missing without one.', ['scope']);
  readonly #monthSpend = this.#gauge('farthing_month_spend_nano_usd', 'Cost of the calls of this month, of the books of all windows.', callLabels);
  readonly #monthCalls = this.#gauge('farthing_month_calls', 'Calls of this month, of the books of all windows.', callLabels);
  readonly #booksReadable = this.#gauge('farthing_books_readable', '1 while the books can be read.', []);

  /** `startedAt` in epoch milliseconds. */
  constructor(version: string, startedAt: number) {
    this.#gauge('farthing_build_info', 'The version that runs.', ['version']).set({ version }, 1);
    this.#gauge('farthing_gateway_start_time_seconds', 'When this gateway began, in Unix time: counters count from then.', []).set(startedAt / 1000);
  }

  /** Requests that models are answering now. */
  get running(): number {
    return this.#running;
  }

  began(): void {
    this.#running += 1;
  }

  ended(): void {
    this.#running -= 1;
  }

  refused(scope: BudgetScope): void {
    this.#refusals.inc({ scope });
  }

  answered(endpoint: string, status: number): void {
    this.#requests.inc({ endpoint, status: String(status) });
  }

  /** `client` is the name of the gateway's client; undefined: the person in a window. */
  called(call: CallRecord, client: string | undefined): void {
    const { provider, usage, charge, timing } = call;
    const labels = this.#callSets.of(labelsOf(call, client));
    const model = this.#modelSets.of({ gen_ai_operation_name: operationOf(call), gen_ai_provider_name: provider, gen_ai_request_model: call.model });
    // The provider as it is counted: it is bounded with its model.
    const bounded = { provider: model['gen_ai_provider_name'] ?? provider };
    this.#calls.inc({ ...labels, outcome: call.outcome });
    const tokens = { input: usage.inputTokens, cached_input: usage.cachedInputTokens, cache_write: usage.cacheWriteTokens, output: usage.outputTokens, reasoning: usage.reasoningTokens };
    for (const [type, count] of Object.entries(tokens)) if (count > 0) this.#tokens.inc({ ...labels, type }, count);
    if (charge.amount === undefined) this.#unknownCost.inc(labels);
    else this.#cost.inc(labels, charge.amount);
    if (call.failure !== undefined) this.#failures.inc({ ...bounded, error_type: call.failure });
    if (this.#isRetry(call)) this.#retries.inc(bounded);
    else if (call.decided?.how === 'failover') this.#failovers.inc(bounded);
    this.#duration.observe({ ...model, error_type: call.failure ?? '' }, timing.totalMs / 1000);
    if (timing.firstTokenMs !== undefined) this.#firstChunk.observe(model, timing.firstTokenMs / 1000);
    if (usage.inputTokens > 0) this.#usage.observe({ ...model, gen_ai_token_type: 'input' }, usage.inputTokens);
    if (usage.outputTokens > 0) this.#usage.observe({ ...model, gen_ai_token_type: 'output' }, usage.outputTokens);
  }

  /** All of it in Prometheus' text format. What the books cannot tell now is left out. */
  async text({ totals, door, names }: { readonly totals: Pick<BookTotals, 'month'>; readonly door: Pick<GatewayDoor, 'budgets'>; readonly names: Pick<ClientNames, 'of'> }): Promise<string> {
    this.#runningNow.set(this.#running);
    const [budgets, month] = await Promise.all([door.budgets(undefined), totals.month().catch(() => undefined)]);
    this.#booksReadable.set(budgets && month ? 1 : 0);
    for (const gauge of [this.#budgetSpent, this.#budgetHeld, this.#budgetLimit, this.#budgetUsed, this.#monthSpend, this.#monthCalls]) gauge.reset();
    for (const status of budgets?.statuses ?? []) {
      const { scope, spent, held, limit } = status;
      this.#budgetSpent.set({ scope }, spent);
      this.#budgetHeld.set({ scope }, held);
      const percent = percentSpent(status);
      if (limit !== undefined) this.#budgetLimit.set({ scope }, limit);
      if (percent !== undefined) this.#budgetUsed.set({ scope }, percent / 100);
    }
    for (const row of month ?? []) {
      const labels = this.#bookSets.of({ provider: row.provider, arm: row.arm, purpose: row.purpose, client: names.of(row.client) ?? '' });
      this.#monthSpend.inc(labels, row.amount);
      this.#monthCalls.inc(labels, row.calls);
    }
    return this.#registry.metrics();
  }

  /** All there is, for what is made of it elsewhere. */
  declared(): readonly DeclaredMetric[] {
    return this.#declared;
  }

  #isRetry({ question, arm, outcome }: CallRecord): boolean {
    if (question === undefined) return false;
    const key = `${question}\n${arm}`;
    const again = this.#failed.has(key);
    if (outcome === 'failed') {
      this.#failed.delete(key);
      this.#failed.add(key);
      const [oldest] = this.#failed;
      if (this.#failed.size > mostFailed && oldest !== undefined) this.#failed.delete(oldest);
    }
    return again;
  }

  #counter(name: string, help: string, labelNames: string[]): Counter {
    this.#declared.push({ name, type: 'counter', labelNames });
    return new Counter({ name, help, labelNames, registers: [this.#registry] });
  }

  #gauge(name: string, help: string, labelNames: string[]): Gauge {
    this.#declared.push({ name, type: 'gauge', labelNames });
    return new Gauge({ name, help, labelNames, registers: [this.#registry] });
  }

  #histogram(name: string, help: string, labelNames: string[], buckets: number[]): Histogram {
    this.#declared.push({ name, type: 'histogram', labelNames });
    return new Histogram({ name, help, labelNames, buckets, registers: [this.#registry] });
  }
}

function labelsOf({ provider, arm, purpose }: CallRecord, client: string | undefined): Readonly<Record<string, string>> {
  return { provider, arm, purpose, client: client ?? '' };
}
