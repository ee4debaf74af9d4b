import { readFileSync } from 'node:fs';
import path from 'node:path';
import { findProvider } from '@pydantic/genai-prices';
import { root } from './node24.mjs';

/**
 * Prices beyond two figures: what long prompts, hours, dates, tiers and an hour in the cache cost, and the prices of models
 * that no card sells. From @pydantic/genai-prices (MIT) and the vendors' own pages, as rows of the snapshot.
 */

const packageName = '@pydantic/genai-prices';
const { version } = JSON.parse(readFileSync(path.join(root, 'node_modules', packageName, 'package.json'), 'utf8'));
/** The version that was looked through, and when it was published. */
const table = { version: '0.1.8', asOf: '2026-09-23' };
if (version !== table.version) throw new Error(`look through ${packageName} ${version}, then name it and its date in scripts/priceTable.mjs`);

/** Their name of a list, where it is not ours. */
const theirNames = { xai: 'x-ai' };
const ourLists = ['openai', 'anthropic', 'openrouter', 'together', 'deepseek', 'groq', 'cerebras', 'mistral', 'xai', 'google'];
/** Hosts behind Hugging Face, named behind the model: `openai/gpt-oss-20b:groq`. */
const huggingFaceHosts = ['cerebras', 'fireworks-ai', 'groq', 'hyperbolic', 'nebius', 'novita', 'nscale', 'ovhcloud', 'publicai', 'sambanova', 'together'];

/** @typedef {{ input?: number, output?: number, cacheRead?: number, cacheWrite?: number, cacheWrite1h?: number, reasoning?: number }} Rates USD per 1M tokens */
/** @typedef {{ above?: number, from?: string, until?: string, minutes?: [number, number], weekdays?: true }} When */
/** @typedef {{ names: string[], rates: Rates, specials: [When, Rates][] }} Entry */
/** @typedef {Record<string, [number, number]>} Shares */

/**
 * What a call served otherwise costs, as a share of the whole. Flex and batch: the vendors' pages. Priority:
 * https://openai.com/api-priority-processing (November 2026); models it does not list are unknown, except that every
 * list of the newer ones says twice. Inference in the US: https://platform.claude.com/docs/en/manage-claude/data-residency,
 * which a workspace may have set, so that it can come unasked. Anthropic's priority tier is bought in advance at list price.
 */
const termsByModel = /** @type {{ provider: string, models: RegExp, tiers?: Shares, surcharges?: Shares }[]} */ ([
  ...[
    { models: /^gpt-5\.5(?!-pro)/, priority: [5, 2] },
    { models: /^gpt-(5\.4(-mini)?|5\.[126]|5|6)(-(luna|sol|terra|astra|codex))?(-\d{4}-\d\d-\d\d)?$|^gpt-6\.1/, priority: [2, 1] },
    { models: /^gpt-5-mini/, priority: [9, 5] },
    { models: /^gpt-4\.1-nano/, priority: [2, 1] },
    { models: /^gpt-4\.1/, priority: [7, 4] },
    { models: /^gpt-4o-mini/, priority: [5, 3] },
    { models: /^gpt-4o-2024-05-13/, priority: [7, 4] },
    { models: /^gpt-4o/, priority: [17, 10] },
    { models: /^o3(-2025|$)/, priority: [7, 4] },
    { models: /^o4-mini/, priority: [20, 11] },
    { models: /./ },
  ].map((/** @type {any} */ { models, priority }) => ({ provider: 'openai', models, tiers: { flex: [1, 2], batch: [1, 2], ...(priority ? { priority } : {}) } })),
  { provider: 'anthropic', models: /^claude-(opus-4-[6-9]|sonnet-4-[6-9]|(fable|opus|sonnet|haiku)-5)/, tiers: { batch: [1, 2], priority: [1, 1] }, surcharges: { us: [11, 10] } },
  { provider: 'anthropic', models: /./, tiers: { batch: [1, 2], priority: [1, 1] } },
  // Its fee for a call with the person's own key at the upstream, on top of the upstream's bill: https://openrouter.ai/docs/use-cases/byok
  { provider: 'openrouter', models: /./, surcharges: { own_key: [21, 20] } },
  { provider: 'google', models: /./, tiers: { flex: [1, 2], batch: [1, 2] } },
  { provider: 'groq', models: /./, tiers: { flex: [1, 1], batch: [1, 2] } },
  { provider: 'mistral', models: /./, tiers: { batch: [1, 2] } },
  { provider: 'xai', models: /./, tiers: { batch: [4, 5] } },
]);

/**
 * Prompts longer than this cost more. The sources differ by one token; the vendors' pages say "more than 272K" (OpenAI)
 * and "reaches 200k" (xAI).
 */
const stepsByProvider = { openai: { 271_999: 272_000 }, xai: { 200_000: 199_999 } };

/**
 * https://api-docs.deepseek.com/quick_start/pricing (November 2026): dearer in the working hours of Beijing, which in UTC
 * lie within the same weekday. Chinese holidays are off-peak as well, but are announced year by year: charged as peak.
 */
const peakHours = /** @type {[number, number][]} */ ([[60, 240], [360, 600]]);
const fromVendors = {
  deepseek: [withPeak(['deepseek-flash'], { input: 0.15, output: 0.6, cacheRead: 0.003 }, { input: 0.3, output: 1.2, cacheRead: 0.006 })],
};

/** @param {string[]} names @param {Rates} rates @param {Rates} peak @returns {Entry} */
function withPeak(names, rates, peak) {
  return { names, rates, specials: peakHours.map((minutes) => [{ minutes, weekdays: true }, peak]) };
}

/** @param {{ matcherOf: (name: string) => any, priceSpellings: (model: string) => string[], isChatModel: (id: string) => boolean, asOf: string }} rules */
export function priceTable({ matcherOf, priceSpellings, isChatModel, asOf }) {
  const lists = readLists(isChatModel, asOf);
  /** @type {string[]} */
  const terms = [];

  const find = (/** @type {string} */ provider, /** @type {string} */ model) => {
    const list = lists.get(provider) ?? [];
    for (const spelling of priceSpellings(model)) {
      const entry = list.find(({ names }) => names.some((name) => matcherOf(name)?.(spelling) ?? name === spelling));
      if (entry) return entry;
    }
    return undefined;
  };

  /** @param {string} provider @param {string} model */
  const termsOf = (provider, model) => {
    const id = model.toLowerCase();
    const found = termsByModel.find((one) => one.provider === provider && one.models.test(id));
    if (!found) return 0;
    const text = JSON.stringify([found.tiers ?? {}, found.surcharges ?? {}]);
    if (!terms.includes(text)) terms.push(text);
    return terms.indexOf(text) + 1;
  };

  /** @param {string} provider @param {string} model @param {Omit<Entry, 'names'>} entry */
  const toRow = (provider, model, { rates, specials }) => withoutTail([...figures(rates), termsOf(provider, model), 0, specials.map(([when, own]) => [when, ...withoutTail(figures(own))])]);

  return {
    source: `${packageName} ${version}`,
    asOf: table.asOf,
    terms: () => terms.map((text) => JSON.parse(text)),

    /**
     * The price of an offer with all that is known of it, and the date of the figure. 0 is unknown.
     * @param {any} offer @returns {{ row: unknown, asOf: string }}
     */
    priceOf(offer) {
      const { provider, id } = offer;
      if (id.endsWith(':free')) return { row: [], asOf: offer.asOf };
      const known = find(provider, id);
      // What is older than the table, and the hours of DeepSeek, which no list of the other source knows.
      if (known && (provider === 'deepseek' || offer.asOf < table.asOf || offer.input === undefined)) return { row: toRow(provider, id, known), asOf: offer.asOf > table.asOf ? offer.asOf : table.asOf };
      if (!(offer.input > 0) || !(offer.output > 0)) return { row: 0, asOf: offer.asOf };
      const rates = withHour(provider, { input: offer.input, output: offer.output, cacheRead: offer.cacheRead, cacheWrite: offer.cacheWrite });
      const steps = (offer.steps ?? []).map((/** @type {any} */ step) => /** @type {[When, Rates]} */ ([{ above: stepOf(provider, step.inputTokensAbove) }, withHour(provider, { ...step, ...(step.cacheRead > 0 ? {} : { cacheRead: undefined }), ...(step.cacheWrite > 0 ? {} : { cacheWrite: undefined }) })]));
      const same = known && known.rates.input === offer.input && known.rates.output === offer.output;
      const others = (known?.specials ?? []).filter(([when]) => when.until !== undefined || (same && (when.above === undefined || steps.length === 0)));
      return { row: toRow(provider, id, { rates: same ? { ...known.rates, ...defined(rates) } : rates, specials: [...steps, ...others] }), asOf: offer.asOf };
    },

    /**
     * Every list without the models that are sold.
     * @param {ReadonlySet<string>} sold `provider/model`, in lower case
     */
    sheet(sold) {
      return Object.fromEntries(
        [...lists].map(([list, entries]) => [
          list,
          entries.flatMap((entry) => {
            const names = [...new Set(entry.names)].filter((name) => !sold.has(`${list}/${name}`));
            return names.length === 0 ? [] : [[names.length === 1 ? names[0] : names, toRow(list, (names[0] ?? '').replace(/^[\^*]/, ''), entry)]];
          }),
        ]),
      );
    },
  };
}

/** @param {(id: string) => boolean} isChatModel @param {string} asOf @returns {Map<string, Entry[]>} */
function readLists(isChatModel, asOf) {
  /** @type {Map<string, Entry[]>} */
  const lists = new Map();
  for (const list of ourLists) {
    const own = /** @type {Record<string, Entry[]>} */ (fromVendors)[list] ?? [];
    lists.set(list, [...own, ...readList(/** @type {Record<string, string>} */ (theirNames)[list] ?? list, list, isChatModel, asOf)]);
  }
  const hosts = huggingFaceHosts.flatMap((host) => readList(`huggingface_${host}`, 'huggingface', isChatModel, asOf).map((entry) => ({ ...entry, names: entry.names.map((name) => `${name}:${host}`) })));
  lists.set('huggingface', hosts);
  return lists;
}

/** @param {string} id @param {string} list @param {(id: string) => boolean} isChatModel @param {string} asOf @returns {Entry[]} */
function readList(id, list, isChatModel, asOf) {
  const provider = findProvider({ providerId: id });
  if (provider?.id !== id) throw new Error(`${packageName} has no prices of ${id}`);
  return provider.models.flatMap((model) => {
    const names = namesOf(model.match);
    // Vertex sells other vendors' models under `google`; the Gemini interface does not.
    // OpenAI sells none of its open models; what stands under its name is a broker's price.
    if (list === 'openai' && model.id.startsWith('gpt-oss')) return [];
    const embedding = names.length > 0 ? forEmbedding(model) : undefined;
    if (embedding) return [{ names, ...embedding }];
    if (!isChatModel(model.id) || model.id.endsWith(':free') || (list === 'google' && !/^(gemini|gemma|learnlm)/.test(model.id))) return [];
    const entry = readPrices(model.prices, list, asOf);
    return entry && names.length > 0 ? [{ names, ...entry }] : [];
  });
}

/** What turning text into vectors costs: there is no output, so that its price is never used and is that of the input. @param {any} model @returns {Omit<Entry, 'names'> | undefined} */
function forEmbedding({ id, prices }) {
  const input = /embed/.test(id) && !Array.isArray(prices) ? prices.input_mtok : undefined;
  return typeof input === 'number' && input > 0 ? { rates: { input, output: input }, specials: [] } : undefined;
}

/** A rule as the names that `matcherOf` reads; empty for rules of another kind. @param {any} rule @returns {string[]} */
function namesOf(rule) {
  if (rule.or) return rule.or.flatMap(namesOf);
  if (rule.equals) return [rule.equals.toLowerCase()];
  if (rule.starts_with) return [`^${rule.starts_with.toLowerCase()}`];
  if (rule.ends_with) return [`$${rule.ends_with.toLowerCase()}`];
  if (rule.contains) return [`*${rule.contains.toLowerCase()}`];
  return rule.regex ? [`/${rule.regex}`] : [];
}

/** What holds now, and what holds instead at other dates and hours. @param {any} prices @param {string} list @param {string} asOf @returns {Omit<Entry, 'names'> | undefined} */
function readPrices(prices, list, asOf) {
  const all = Array.isArray(prices) ? prices : [{ prices }];
  const hours = all.filter(({ constraint }) => constraint?.type === 'time_of_date');
  const dated = all.filter((one) => !hours.includes(one)).toSorted((one, other) => ((one.constraint?.start_date ?? '') < (other.constraint?.start_date ?? '') ? -1 : 1));
  const now = dated.findLastIndex(({ constraint }) => (constraint?.start_date ?? '') <= asOf);
  const current = dated[now];
  if (!current || dated.concat(hours).some((one) => !(lowest(one.prices.input_mtok) > 0) || !(lowest(one.prices.output_mtok) > 0))) return undefined;
  // Of those that fit a call the last holds: a step before what comes later, the hours after it, and what was earlier, the earliest, last.
  return {
    rates: ratesOf(current.prices, list),
    specials: [
      ...steps(current.prices, list, {}),
      ...dated.slice(now + 1).flatMap((one) => withSteps(one.prices, list, { from: one.constraint.start_date })),
      ...hours.flatMap((one) => withSteps(one.prices, list, { minutes: [minuteOf(one.constraint.start_time), minuteOf(one.constraint.end_time)], ...(now > 0 ? { weekdays: true } : {}) })),
      ...dated.slice(0, now).toReversed().flatMap((one, index) => withSteps(one.prices, list, { until: dated[now - index]?.constraint.start_date })),
    ],
  };
}

/** @param {any} prices @param {string} list @param {When} when @returns {[When, Rates][]} */
function withSteps(prices, list, when) {
  return [[when, ratesOf(prices, list)], ...steps(prices, list, when)];
}

/** @param {any} prices @param {string} list @param {When} when @returns {[When, Rates][]} */
function steps(prices, list, when) {
  const starts = new Set(Object.values(prices).flatMap((price) => (typeof price === 'object' ? price.tiers.map((/** @type {any} */ tier) => tier.start) : [])));
  return [...starts].toSorted((a, b) => a - b).map((start) => [{ ...when, above: stepOf(list, start) }, ratesOf(prices, list, start)]);
}

/** @param {string} list @param {number} start */
function stepOf(list, start) {
  return /** @type {Record<string, Record<number, number>>} */ (stepsByProvider)[list]?.[start] ?? start;
}

/** @param {any} prices @param {string} list @param {number} [start] the step @returns {Rates} */
function ratesOf(prices, list, start) {
  const at = (/** @type {any} */ price) => (typeof price === 'object' ? (price.tiers.findLast((/** @type {any} */ tier) => start !== undefined && tier.start <= start)?.price ?? price.base) : price);
  return withHour(list, {
    input: at(prices.input_mtok),
    output: at(prices.output_mtok),
    cacheRead: at(prices.cache_read_mtok),
    cacheWrite: at(prices.cache_write_mtok),
    cacheWrite1h: at(prices.cache_write_1h_mtok),
    reasoning: at(prices.output_reasoning_mtok),
  });
}

/** Anthropic's page: a write for an hour is twice the input price with every model. @param {string} provider @param {Rates} rates @returns {Rates} */
function withHour(provider, rates) {
  return provider === 'anthropic' && rates.cacheWrite1h === undefined && rates.input !== undefined ? { ...rates, cacheWrite1h: 2 * rates.input } : rates;
}

function lowest(/** @type {any} */ price) {
  return typeof price === 'object' ? price.base : price;
}

function minuteOf(/** @type {string} */ time) {
  const [hours, minutes] = time.split(':').map((part) => Number.parseInt(part, 10));
  return (hours ?? 0) * 60 + (minutes ?? 0);
}

/** @param {Rates} rates */
function figures({ input, output, cacheRead, cacheWrite, cacheWrite1h, reasoning }) {
  return [input, output, cacheRead, cacheWrite, cacheWrite1h, reasoning].map(price);
}

/** Rounds away float noise such as 0.30000000000000004. */
function price(/** @type {number | undefined} */ usd) {
  return usd === undefined ? 0 : Number(usd.toPrecision(7));
}

function defined(/** @type {object} */ values) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

export function withoutTail(/** @type {unknown[]} */ row) {
  const last = row.findLastIndex((value) => value !== 0 && !(Array.isArray(value) && value.length === 0));
  return row.slice(0, last + 1);
}
