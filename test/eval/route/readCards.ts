import * as z from 'zod';
import { type Ability, type Domain, domains, type Effort } from '../../../src/core/model/modelCard';
import { CannotRun } from '../evaluation';
import { domainBy, plainName } from './dimensions';

/** A share of successes, and of how many tasks when that is told. */
export interface Score {
  readonly share: number;
  readonly tasks: number | undefined;
}

/** What a stranger's file says of a model. Everything but the id may be missing. */
export interface StrangerCard {
  readonly id: string;
  readonly effort: Effort | undefined;
  /** USD per 1M tokens. */
  readonly price: { readonly input: number; readonly output: number; readonly cacheRead?: number } | undefined;
  readonly abilities: Readonly<Partial<Record<Domain, Ability>>>;
  /** By plain name of the dimension. */
  readonly scores: ReadonlyMap<string, Score>;
  /** For whatever is asked. */
  readonly overall: Score | undefined;
  readonly tokens: ReadonlyMap<string, number>;
  readonly usualTokens: number | undefined;
  /** ISO date. */
  readonly released: string | undefined;
  readonly contextTokens: number | undefined;
}

const figure = z.union([z.number(), z.string().regex(/^-?\d+(\.\d+)?([eE]-?\d+)?$/).transform(Number)]);
const price = figure.nullish();
const share = z.number().min(0).max(100);

const offer = z.union([
  z.tuple([z.string(), z.string(), price, price, price], z.unknown()).transform(([, , input, output, cacheRead]) => ({ input, output, cacheRead })),
  z.looseObject({ input: price, output: price, cacheRead: price, cache_read: price, input_per_1m: price, output_per_1m: price }).transform((one) => ({ input: one.input ?? one.input_per_1m, output: one.output ?? one.output_per_1m, cacheRead: one.cacheRead ?? one.cache_read })),
]);

const priceObject = z.union([
  z.tuple([price, price], price),
  z.looseObject({ input: price, output: price, cacheRead: price, cache_read: price, input_per_1m: price, output_per_1m: price, inputUsd: price, outputUsd: price, prompt: price, completion: price, input_cache_read: price }),
]);

const score = z.union([
  share.transform((one) => ({ share: one, tasks: undefined })),
  z.tuple([share, z.number().positive()]).transform(([one, tasks]) => ({ share: one, tasks })),
  z
    .looseObject({ score: share.nullish(), mean: share.nullish(), accuracy: share.nullish(), success: share.nullish(), rate: share.nullish(), p: share.nullish(), n: z.number().positive().nullish(), tasks: z.number().positive().nullish(), count: z.number().positive().nullish() })
    .transform((one, context) => {
      const found = one.score ?? one.mean ?? one.accuracy ?? one.success ?? one.rate ?? one.p ?? undefined;
      if (found !== undefined) return { share: found, tasks: one.n ?? one.tasks ?? one.count ?? undefined };
      context.addIssue('needs score, mean, accuracy, success, rate or p');
      return z.NEVER;
    }),
]);

interface ToldAbility {
  readonly score?: number | null | undefined;
  readonly lo80?: number | null | undefined;
  readonly hi80?: number | null | undefined;
  readonly z?: number | null | undefined;
  readonly sd?: number | null | undefined;
}

const ability = z.union([
  z.number().min(0).max(100).transform((one): ToldAbility => ({ score: one })),
  z.tuple([share, share, share]).transform(([middle, lo80, hi80]): ToldAbility => ({ score: middle, lo80, hi80 })),
  z.looseObject({ score: share.nullish(), lo80: share.nullish(), hi80: share.nullish(), z: z.number().min(-10).max(10).nullish(), sd: z.number().positive().nullish() }).transform((one): ToldAbility => one),
]);

const scores = z.union([score, z.record(z.string(), score.nullable())]).nullish();
const tokens = z.union([z.number().positive(), z.record(z.string(), z.number().nonnegative().nullable())]).nullish();
const abilities = z.union([z.number().min(0).max(100), z.record(z.string(), ability.nullable())]).nullish();
const id = z.string().min(1).nullish();
const moment = z.union([z.number(), z.string()]).nullish();

const card = z.looseObject({
  id,
  model: id,
  name: id,
  effort: z.string().nullish(),
  eff: z.string().nullish(),
  reasoning_effort: z.string().nullish(),
  input: price,
  output: price,
  cacheRead: price,
  cache_read: price,
  input_per_1m: price,
  output_per_1m: price,
  input_price: price,
  output_price: price,
  inputPrice: price,
  outputPrice: price,
  input_cost_per_token: price,
  output_cost_per_token: price,
  price: priceObject.nullish(),
  prices: priceObject.nullish(),
  pricing: priceObject.nullish(),
  offers: z.array(offer).nullish(),
  ability: abilities,
  abilities,
  cap: abilities,
  domains: abilities,
  score: scores,
  scores,
  benchmarks: scores,
  results: scores,
  accuracy: scores,
  success: scores,
  success_rate: scores,
  dimensions: scores,
  out_tok: tokens,
  output_tokens: tokens,
  outputTokens: tokens,
  avg_output_tokens: tokens,
  tokens,
  released: moment,
  release_date: moment,
  created: moment,
  ctx: z.number().positive().nullish(),
  context: z.number().positive().nullish(),
  context_length: z.number().positive().nullish(),
  contextTokens: z.number().positive().nullish(),
});
type Raw = z.infer<typeof card>;

/**
 * Reads a file of model cards: a list, a list under `models`, `cards`, `data` or `rows`, or an object of cards by their
 * ids. Throws a sentence that names the first field that cannot be read.
 */
export function readCards(text: string, file: string): readonly StrangerCard[] {
  let whole: unknown;
  try {
    whole = JSON.parse(text);
  } catch {
    throw new CannotRun(`${file} is not JSON.`);
  }
  const raws = cardsIn(whole).map(({ at, key, value }) => {
    const read = card.safeParse(value);
    if (!read.success) throw new CannotRun(`${file}: ${at}${placeOf(read.error)}.`);
    return { at, key, raw: read.data };
  });
  if (raws.length === 0) throw new CannotRun(`${file} holds no models.`);
  return raws.map(({ at, key, raw }) => {
    const name = raw.id ?? key ?? raw.model ?? raw.name;
    if (!name) throw new CannotRun(`${file}: ${at} has neither id nor model nor name.`);
    return toCard(name, raw);
  });
}

interface Placed {
  readonly at: string;
  readonly key?: string;
  readonly value: unknown;
}

function cardsIn(whole: unknown): readonly Placed[] {
  if (Array.isArray(whole)) return whole.map((value, index) => ({ at: `[${index}]`, value }));
  if (typeof whole !== 'object' || whole === null) throw new CannotRun('The models are neither a list nor an object.');
  const fields = Object.entries(whole);
  for (const [name, value] of fields) {
    if (!['models', 'cards', 'data', 'rows'].includes(name)) continue;
    if (Array.isArray(value)) return value.map((one: unknown, index) => ({ at: `${name}[${index}]`, value: one }));
    if (typeof value === 'object' && value !== null) return Object.entries(value).map(([key, one]) => ({ at: `${name}.${key}`, key, value: one }));
  }
  // What stands beside the cards (notes, dates) is no card.
  return fields.filter(([, value]) => typeof value === 'object' && value !== null && !Array.isArray(value)).map(([key, value]) => ({ at: key, key, value }));
}

function placeOf(error: z.ZodError): string {
  const [issue] = error.issues;
  return issue ? `${issue.path.map((one) => (typeof one === 'number' ? `[${one}]` : `.${String(one)}`)).join('')} cannot be read: ${issue.message}` : ' cannot be read';
}

const efforts: Readonly<Record<string, Effort>> = { none: 'none', off: 'none', minimal: 'low', low: 'low', med: 'medium', medium: 'medium', thinking: 'high', high: 'high', xhigh: 'xhigh', max: 'xhigh' };

function toCard(name: string, raw: Raw): StrangerCard {
  const told = [raw.scores, raw.score, raw.dimensions, raw.benchmarks, raw.results, raw.accuracy, raw.success, raw.success_rate].find((one) => one !== undefined && one !== null);
  const written = [raw.out_tok, raw.output_tokens, raw.outputTokens, raw.avg_output_tokens, raw.tokens].find((one) => one !== undefined && one !== null);
  return {
    id: name,
    effort: efforts[(raw.effort ?? raw.eff ?? raw.reasoning_effort ?? '').toLowerCase()] ?? effortIn(name),
    price: priceOf(raw),
    abilities: abilitiesOf(raw.abilities ?? raw.ability ?? raw.cap ?? raw.domains ?? {}),
    ...scoresOf(told),
    tokens: typeof written === 'object' ? byName(written) : new Map(),
    usualTokens: typeof written === 'number' ? written : undefined,
    released: releasedOf(raw.released ?? raw.release_date ?? raw.created),
    contextTokens: raw.contextTokens ?? raw.context_length ?? raw.context ?? raw.ctx ?? undefined,
  };
}

/** `o3-mini (High)`: names of leaderboards hold the effort. */
function effortIn(name: string): Effort | undefined {
  return [...name.matchAll(/\(([^)]*)\)/g)].flatMap(([, words = '']) => efforts[words.toLowerCase()] ?? []).at(-1);
}

function scoresOf(told: z.infer<typeof scores>): Pick<StrangerCard, 'scores' | 'overall'> {
  if (told === undefined || told === null) return { scores: new Map(), overall: undefined };
  if (isScore(told)) return { scores: new Map(), overall: { ...told, share: told.share > 1 ? told.share / 100 : told.share } };
  const found = Object.entries(told).flatMap(([name, one]) => (one ? [[plainName(name), one] as const] : []));
  // Percent in one is percent in all: 0.5 among them is half a per cent.
  const unit = found.some(([, one]) => one.share > 1) ? 100 : 1;
  const all = new Map(found.map(([name, one]) => [name, { ...one, share: one.share / unit }]));
  return { scores: all, overall: all.get('overall') ?? all.get('average') };
}

function isScore(told: NonNullable<z.infer<typeof scores>>): told is Score {
  return typeof told['share'] === 'number';
}

function byName(values: Readonly<Record<string, number | null>>): ReadonlyMap<string, number> {
  return new Map(Object.entries(values).flatMap(([name, one]) => (one === null || one <= 0 ? [] : [[plainName(name), one] as const])));
}

/** Standard deviation of an ability that comes without one, in z. */
const usualSd = 0.3;
const lower80 = 1.2816;

function abilitiesOf(told: NonNullable<z.infer<typeof abilities>>): StrangerCard['abilities'] {
  const entries: readonly (readonly [string, ToldAbility | null])[] = typeof told === 'number' ? domains.map((domain) => [domain, { score: told }] as const) : Object.entries(told);
  const unit = entries.some(([, one]) => (one?.score ?? 0) > 1) ? 100 : 1;
  const found: Partial<Record<Domain, Ability>> = {};
  for (const [name, one] of entries) {
    const domain = domains.find((known) => known === plainName(name)) ?? domainBy(name);
    if (!one || domain === undefined || found[domain]) continue;
    const z = one.z ?? (one.score === undefined || one.score === null ? undefined : quantileOfNormal(one.score / unit));
    if (z === undefined) continue;
    const spread = typeof one.lo80 === 'number' && typeof one.hi80 === 'number' ? (quantileOfNormal(one.hi80 / unit) - quantileOfNormal(one.lo80 / unit)) / (2 * lower80) : undefined;
    found[domain] = { z, sd: one.sd ?? (spread !== undefined && spread > 0 ? spread : usualSd) };
  }
  return found;
}

function priceOf(raw: Raw): StrangerCard['price'] {
  const own = raw.price ?? raw.prices ?? raw.pricing;
  const listed = own === undefined || own === null ? undefined : Array.isArray(own) ? { input: own[0], output: own[1], cacheRead: own[2] } : own;
  const perMillion = 1e6;
  const rows = [
    { input: raw.input ?? raw.input_per_1m ?? raw.input_price ?? raw.inputPrice, output: raw.output ?? raw.output_per_1m ?? raw.output_price ?? raw.outputPrice, cacheRead: raw.cacheRead ?? raw.cache_read },
    { input: scaled(raw.input_cost_per_token, perMillion), output: scaled(raw.output_cost_per_token, perMillion), cacheRead: undefined },
    ...(listed === undefined ? [] : [{ input: listed.input ?? valueOf(listed, 'input_per_1m', 'inputUsd'), output: listed.output ?? valueOf(listed, 'output_per_1m', 'outputUsd'), cacheRead: listed.cacheRead ?? valueOf(listed, 'cache_read') }]),
    // A broker's list tells USD per token.
    ...(listed === undefined ? [] : [{ input: scaled(valueOf(listed, 'prompt'), perMillion), output: scaled(valueOf(listed, 'completion'), perMillion), cacheRead: scaled(valueOf(listed, 'input_cache_read'), perMillion) }]),
    ...(raw.offers ?? []),
  ];
  const known = rows.flatMap(({ input, output, cacheRead }) => (isPrice(input) && isPrice(output) ? [{ input, output, ...(isPrice(cacheRead) ? { cacheRead } : {}) }] : []));
  return known.toSorted((one, other) => one.input * 3 + one.output - other.input * 3 - other.output)[0];
}

function valueOf(record: object, ...names: readonly string[]): number | undefined {
  for (const [name, value] of Object.entries(record)) if (names.includes(name) && typeof value === 'number') return value;
  return undefined;
}

function scaled(value: number | null | undefined, factor: number): number | undefined {
  return typeof value === 'number' ? value * factor : undefined;
}

function isPrice(value: unknown): value is number {
  return typeof value === 'number' && value >= 0;
}

function releasedOf(value: number | string | null | undefined): string | undefined {
  if (typeof value === 'number') return value > 1e9 ? new Date(value > 1e11 ? value : value * 1000).toISOString().slice(0, 10) : undefined;
  return /^20\d\d-\d\d/.test(value ?? '') ? (value ?? undefined) : undefined;
}

/** Inverse of the normal distribution function by Acklam's rational approximation (2003), good to 1e-9; the ends are cut off. */
function quantileOfNormal(share: number): number {
  const p = Math.min(0.9995, Math.max(0.0005, share));
  const tail = (q: number): number =>
    (((((-0.007784894002430293 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) * q + 4.374664141464968) * q + 2.938163982698783) /
    ((((0.007784695709041462 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1);
  if (p < 0.02425) return tail(Math.sqrt(-2 * Math.log(p)));
  if (p > 1 - 0.02425) return -tail(Math.sqrt(-2 * Math.log(1 - p)));
  const q = p - 0.5;
  const r = q * q;
  return (
    ((((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r - 30.66479806614716) * r + 2.506628277459239) * q) /
    (((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598874) * r + 66.80131188771972) * r - 13.28068155288572) * r + 1)
  );
}
