import type { Failure } from '../../../src/core/model/failure';
import { mapStopReason } from '../../../src/wires/openaiChat/mapStopReason';
import { formatUsd, nano } from '../../../src/core/model/money';
import type { EvalRow } from '../evaluation';
import type { Asked, Facts } from './facts';
import { billable } from './ledgerRows';
import { sayings } from './sayings';

/** What is wrong with the facts, a sentence for each demand that is not met or not understood. Empty: all is well. */
export function judge(must: EvalRow, facts: Facts): readonly string[] {
  const wrong: string[] = [];
  for (const [name, wanted] of Object.entries(must)) {
    // As a property of an object, `then` would make it a promise.
    const rule = name === 'then' ? rules['rule'] : rules[name];
    const problem = rule === undefined ? 'this demand is not known' : rule(wanted, facts, must);
    if (problem !== undefined) wrong.push(`${name}: ${problem}`);
  }
  return wrong;
}

/** Undefined when the demand is met. */
type Rule = (wanted: unknown, facts: Facts, must: EvalRow) => string | undefined;

const remark: Rule = () => undefined;

const rules: Readonly<Record<string, Rule>> = {
  note: remark,
  notes: remark,
  // Belong to a neighbour.
  tolerance_usd: remark,
  text_if_success: (wanted, facts) => (outcomeOf(facts) === 'success' ? same(wanted, lastOf(facts)?.text) : undefined),

  outcome: (wanted, facts) => (String(wanted).split('_or_').some((one) => one === outcomeOf(facts) || (one === 'fallback' && facts.fallback?.answered === true) || (outcomesOfCheck[one] ?? []).includes(outcomeOf(facts))) ? undefined : but(outcomeOf(facts), lastOf(facts)?.answer.failure)),
  text: (wanted, facts) => same(wanted, lastOf(facts)?.text),
  text_length: (wanted, facts) => same(wanted, lastOf(facts)?.text.length),
  text_contains: (wanted, facts) => (lastOf(facts)?.text.includes(String(wanted)) === true ? undefined : but(lastOf(facts)?.text)),
  reasoning: (wanted, facts) => same(wanted, lastOf(facts)?.answer.reasoning),
  refusal: (wanted, facts) => (`${lastOf(facts)?.text} ${toldText(facts)}`.includes(String(wanted)) ? undefined : but(lastOf(facts)?.text)),
  citations: (wanted, facts) => same(wanted, lastOf(facts)?.answer.citations?.map(({ url }) => url)),
  finish: (wanted, facts) => (String(wanted).split('_or_').includes(finishOf(facts)) ? undefined : but(finishOf(facts))),
  table: (wanted) => {
    const wrong = Object.entries(objectOf(wanted)).filter(([word, meant]) => words[mapStopReason(word)] !== meant);
    return wrong.length === 0 ? undefined : but(wrong.map(([word]) => `${word} is ${mapStopReason(word)}`));
  },
  tool_calls: (wanted, facts) => same(wanted, toolCallsOf(facts).map(({ name, arguments: text }) => ({ name, arguments: parsed(text) }))),
  unique_ids: (_, facts) => {
    const ids = toolCallsOf(facts).map(({ id }) => id);
    return ids.every((id) => id !== '') && new Set(ids).size === ids.length ? undefined : but(ids);
  },

  error_kind: (wanted, facts) => {
    const kinds = failuresOf(facts).map(kindsOf);
    // A case that allows success or a certain failure is met by success.
    return kinds.some((some) => some.includes(String(wanted))) || (kinds.length === 0 && outcomeOf(facts) === 'success') ? undefined : but(failuresOf(facts));
  },
  message_contains: (wanted, facts) => ([toldText(facts), JSON.stringify(failuresOf(facts))].some((text) => text.includes(String(wanted))) ? undefined : but(toldText(facts))),
  attempts: (wanted, facts) => same(wanted, facts.attempts),
  wait_ms: (wanted, facts) => {
    const [least = 0, most = Infinity] = Array.isArray(wanted) ? wanted.map(Number) : [Number(wanted)];
    const [wait] = facts.waitsMs;
    return wait !== undefined && wait >= least && wait <= most ? undefined : but(facts.waitsMs);
  },
  jitter: (wanted, facts) => {
    const waits = facts.luckyWaitsMs ?? [];
    const varies = waits.length === 2 && Math.abs((waits[0] ?? 0) - (waits[1] ?? 0)) > 1;
    return varies === wanted ? undefined : but(waits);
  },
  fallback: (wanted, facts) => {
    // One that answered in the end was not left.
    if (wanted === false) return outcomeOf(facts) !== 'success' && facts.fallback?.switched === true ? 'another provider was asked' : undefined;
    if (facts.fallback === undefined) return outcomeOf(facts) === 'success' ? undefined : 'no second provider was tried';
    return facts.fallback.switched && facts.fallback.answered ? undefined : but(facts.fallback);
  },
  max_ms: (wanted, facts) => (facts.ms <= Number(wanted) ? undefined : but(`${Math.round(facts.ms)} ms`)),
  max_rss_delta_mb: (wanted, facts) => (facts.rssDeltaMb <= Number(wanted) ? undefined : but(`${Math.round(facts.rssDeltaMb)} MB`)),
  server_requests_to_premium: (wanted, facts) => same(wanted, facts.fallback?.requestsToSecond),

  usage: (wanted, facts) => {
    const row = billable(facts.ledger).at(-1);
    const got = row && { input: row.input, input_uncached: row.input - row.cached - row.written, cache_read: row.cached, cache_write: row.written, output: row.output, reasoning: row.reasoning, total: row.input + row.output };
    const wrong = Object.entries(objectOf(wanted)).filter(([name, value]) => !(name in (got ?? {})) || Object.entries(got ?? {}).some(([field, is]) => field === name && is !== value));
    return wrong.length === 0 ? undefined : but(got);
  },
  usage_source: (wanted, facts) => same(wanted, billable(facts.ledger).at(-1)?.estimated === false ? 'provider' : 'estimated'),
  ledger: (wanted, facts, must) => (typeof wanted === 'string' ? saying(wanted, facts, must) : ledgerProblem(objectOf(wanted), facts)),
  cost_formula: (wanted, facts) => {
    const row = billable(facts.ledger).at(-1);
    const [input, output, cacheRead] = [1000, 4000, 100];
    // In nano-dollars a token, at the prices of the stage.
    const formula = String(wanted).replaceAll('cacheRead', String(cacheRead)).replaceAll('out', String(output)).replaceAll('in', String(input));
    const expected = formula.split('+').reduce((sum, part) => sum + part.split('*').reduce((product, factor) => product * Number(factor), 1), 0);
    return row?.amount === expected ? undefined : but({ charged: row?.amount, expected });
  },

  final_spent: (wanted, facts, must) => saying(`spent: ${String(wanted)}`, facts, must),
  shown_total: (wanted, facts) => (wanted === 'sum' ? same(facts.ledger.reduce((sum, { amount }) => sum + (amount ?? 0), 0), facts.shown['shownTotal']) : 'this demand is not known'),
  total_usd: (wanted, facts, must) => (Math.abs(Number(facts.shown['totalUsd']) - Number(wanted)) <= Number(must['tolerance_usd'] ?? 1e-9) ? undefined : but(facts.shown['totalUsd'])),
  max_relative_error: (wanted, facts) => {
    const invoice = facts.ledger.reduce((sum, { input, cached, written, output }) => sum + (input - cached - written) * 1000 + cached * 100 + written * 1250 + output * 4000, 0);
    const error = Math.abs(facts.spentToday - invoice) / invoice;
    return facts.ledger.length > 0 && error <= Number(wanted) ? undefined : but({ booked: facts.spentToday, invoice });
  },
  per: remark,
  server_sees: (wanted, facts, must) => saying(`server sees ${String(wanted)}`, facts, must),
  after_restart: (wanted, facts) => {
    const { reservation_released: released, ledger_entry: entry, ...rest } = objectOf(wanted);
    if (Object.keys(rest).length > 0) return `${Object.keys(rest).join(', ')} is not known`;
    if (released === true && facts.shown['heldAfterRestart'] !== 0) return but({ held: facts.shown['heldAfterRestart'] });
    const row = facts.ledger.at(-1);
    return entry === undefined || (entry === 'estimated' && row?.estimated === true) ? undefined : but(row);
  },
  reservation: (wanted, facts, must) => saying(`reservation ${String(wanted)}`, facts, must),
  period_key: (wanted, facts, must) => saying(`period is ${String(wanted)}`, facts, must),
  rule: (wanted, facts, must) => saying(String(wanted), facts, must),
  ui: (wanted, facts, must) => saying(`ui: ${String(wanted)}`, facts, must),
  must_not: (wanted, facts, must) => {
    const phrases = Array.isArray(wanted) ? wanted.map(String) : [String(wanted)];
    const problems = phrases.flatMap((phrase) => saying(`not: ${phrase}`, facts, must) ?? []);
    return problems.length === 0 ? undefined : problems.join('; ');
  },
};

/** A demand in plain words, by the first row of the table that knows it. */
function saying(words: string, facts: Facts, must: EvalRow): string | undefined {
  const known = sayings.find(([pattern]) => pattern.test(words));
  if (known === undefined) return `"${words}" is not understood`;
  return known[1]({ facts, must, words, outcome: outcomeOf(facts), last: lastOf(facts), finish: finishOf(facts), told: toldText(facts), actions: facts.told.flatMap(({ actions }) => actions.map(({ id }) => id)), failures: failuresOf(facts) }) ? undefined : `"${words}" does not hold`;
}

function ledgerProblem(wanted: EvalRow, facts: Facts): string | undefined {
  const rows = billable(facts.ledger);
  const last = rows.at(-1);
  const usd = (last?.amount ?? Number.NaN) / 1e9;
  const holds: Readonly<Record<string, (value: unknown) => boolean>> = {
    note: () => true,
    entries: (count) => rows.length === count,
    estimated: (is) => last?.estimated === is,
    cost_gt: (least) => usd > Number(least),
    cost_ge: (least) => usd >= Number(least),
    cost_is_finite: (is) => Number.isFinite(usd) === is,
    cost_usd: (cost) => Math.abs(usd - Number(cost)) < 1e-9,
    cost_source: (source) => last?.source === (source === 'provider' ? 'billed' : source),
    cost: (cost) => (cost === 'unknown' ? last !== undefined && last.amount === null : usd === Number(cost)),
    shown_as: () => lastOf(facts)?.answer.cost === undefined && lastOf(facts)?.answer.costSource === 'unknown' && formatUsd(undefined) !== formatUsd(nano(0)),
    counts_against_budget: () => facts.shown['blockedWithBudget'] === true,
    input: (count) => last?.input === count,
    input_counted: (is) => (last?.input ?? 0) > 0 === is,
    output: (count) => last?.output === count,
    output_ge: (least) => (last?.output ?? 0) >= Number(least),
    estimated_output: (is) => last?.estimated === is && (last?.output ?? 0) > 0,
    linked_by: () => rows.every(({ request }) => request !== null) && new Set(rows.map(({ request }) => request)).size === 1,
  };
  const wrong = Object.entries(wanted).flatMap(([name, value]) => (holds[name] === undefined ? [`${name} is not known`] : holds[name](value) ? [] : [name]));
  return wrong.length === 0 ? undefined : `${wrong.join(', ')}; the books hold ${JSON.stringify(facts.ledger)}`;
}

function outcomeOf(facts: Facts): string {
  if (facts.listed !== undefined) return facts.listed.failure === undefined && facts.check?.ok !== false ? 'success' : 'error';
  if (facts.check !== undefined) return facts.check.ok ? 'success' : facts.check.failure.kind === 'keyRejected' || facts.check.failure.kind === 'badReply' ? 'invalid' : 'error';
  if (facts.pulled !== undefined) return facts.pulled.failure === undefined ? 'success' : facts.pulled.failure.kind === 'cancelled' ? 'aborted' : 'error';
  const asked = lastOf(facts);
  switch (asked?.answer.state) {
    case 'complete':
      return 'success';
    case 'cancelled':
    case 'interrupted':
      return 'aborted';
    case 'truncated':
      // The model stopped at its limit, or declined: an answer with a word to the person, not a broken one.
      return asked.answer.failure?.kind === 'lengthReached' || asked.answer.failure?.kind === 'onlyReasoned' || (asked.answer.failure?.kind === 'refused' && asked.text !== '') ? 'success' : 'partial';
    case 'failed':
      return asked.text === '' ? 'error' : 'partial';
    default:
      return 'nothing';
  }
}

/** Other words for how the check of a key ends. */
const outcomesOfCheck: Readonly<Record<string, readonly string[]>> = { valid: ['success'], rejected: ['invalid'] };

const words: Readonly<Record<string, string>> = { stop: 'stop', length: 'length', toolCalls: 'tool_calls', contentFilter: 'content_filter', unknown: 'unknown', error: 'error' };

function finishOf({ said }: Facts): string {
  const last = said.at(-1)?.at(-1);
  return last?.type === 'end' ? (words[last.stop] ?? last.stop) : 'unknown';
}

function toolCallsOf({ said }: Facts) {
  const last = said.at(-1)?.at(-1);
  return last?.type === 'end' ? last.toolCalls : [];
}

/** Every failure on the way, also those that another try or provider made good. */
function failuresOf({ said, asks, check, listed, pulled }: Facts): readonly Failure[] {
  const ofWire = said.flatMap((events) => events.flatMap((event) => (event.type === 'failed' ? [event.failure] : [])));
  const ofAnswers = asks.flatMap(({ answer: { failure } }) => (failure === undefined ? [] : [failure]));
  return [...ofWire, ...ofAnswers, ...(check === undefined || check.ok ? [] : [check.failure]), ...(listed?.failure === undefined ? [] : [listed.failure]), ...(pulled?.failure === undefined ? [] : [pulled.failure])];
}

/** The words of the cases for a failure of ours. Ours are coarser in places, finer in others. */
function kindsOf(failure: Failure): readonly string[] {
  switch (failure.kind) {
    case 'keyMissing':
    case 'keyRejected':
    case 'keysUnavailable':
      return ['auth', 'permission', 'forbidden'];
    case 'noCredit':
      return ['quota', 'billing', 'payment', 'payment_required', 'credits', 'insufficient_quota', 'insufficient_balance', 'insufficient_credits', 'no_credit', 'quota_exceeded'];
    case 'rateLimited':
    case 'limitReached':
      return ['rate_limit'];
    case 'providerDown': {
      const { status } = failure;
      if (status === 408 || status === 504 || status === 522 || status === 524) return ['timeout', 'server'];
      if (status === 529 || status === 503) return ['overloaded', 'server'];
      return status === undefined && /connection|Nothing answers/.test(failure.detail ?? '') ? ['network'] : ['server'];
    }
    case 'offline':
      return /secure connection/.test(failure.detail ?? '') ? ['network', 'tls'] : ['network', 'offline', 'dns'];
    case 'timedOut':
      return ['timeout'];
    case 'contextTooLong':
      return ['context_length'];
    case 'badRequest':
      return ['bad_request'];
    case 'modelGone':
      return ['model_not_found'];
    case 'refused':
      return ['content_filter', 'region', 'refused'];
    case 'badReply':
      if (/^HTTP (?:404|405|410)/.test(failure.detail)) return ['bad_endpoint'];
      if (/^HTTP 3\d\d/.test(failure.detail)) return ['bad_endpoint', 'redirect', 'protocol'];
      return failure.detail === 'The answer is empty.' ? ['empty', 'protocol'] : ['protocol'];
    case 'truncated':
      return ['network', 'truncated', 'protocol'];
    case 'budgetReached':
    case 'priceUnknown':
      return ['budget'];
    case 'storage':
      return ['storage'];
    case 'lengthReached':
      return ['length'];
    case 'cancelled':
      return ['aborted', 'cancelled'];
    default:
      return [];
  }
}

function lastOf({ asks }: Facts): Asked | undefined {
  return asks.at(-1);
}

function toldText({ told }: Facts): string {
  return told.map(({ sentence, detail, actions }) => [sentence, detail ?? '', ...actions.map(({ label }) => label)].join(' ')).join('\n');
}

function same(wanted: unknown, got: unknown): string | undefined {
  return stable(wanted) === stable(got) ? undefined : but(got);
}

function but(got: unknown, more?: unknown): string {
  const text = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing'));
  return `${text(got).slice(0, 300)}${more === undefined ? '' : ` ${text(more).slice(0, 300)}`}`;
}

function stable(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).toSorted(([one], [other]) => (one < other ? -1 : 1))) : inner)) ?? 'undefined';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function objectOf(value: unknown): EvalRow {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
