import { type Ability, type Domain, domains, type Effort } from '../model/modelCard';
import { list, number, record } from './snapshotValue';

/**
 * What price, age and effort say of a model's ability: a linear fit over measured models, made by scripts/ability.mjs. It
 * explains less than a measurement and rates newer models too low as time goes by, so its deviation is made wide and what
 * it says never makes a model proven.
 */
export interface EstimateFit {
  /** The year that dates are counted from, e.g. 2025.5. */
  readonly origin: number;
  /** Mean and standard deviation over the measured models: what is assumed of a model that does not tell. */
  readonly date: Spread;
  /** Natural logarithm of USD per 1M tokens, three parts input to one of output. */
  readonly price: Spread;
  readonly byDomain: ReadonlyMap<Domain, DomainFit>;
}

interface Spread {
  readonly mean: number;
  readonly sd: number;
}

interface DomainFit {
  readonly base: number;
  readonly perYear: number;
  readonly perLogPrice: number;
  readonly effort: Readonly<Record<Effort, number>>;
  /** Standard deviation of the error on families that were left out. */
  readonly error: number;
}

/** What is known of a model that nobody measured. */
export interface ModelTraits {
  /** ISO date or month of its release. */
  readonly released?: string;
  /** USD per 1M tokens of input and output. */
  readonly price?: { readonly input: number; readonly output: number };
  readonly effort: Effort;
}

/** The next family is less like the measured ones than these are like one another. */
const caution = 1.5;
const leastSd = 0.6;
/** A year beyond the newest measured model the trend is no longer followed. */
const mostYearsBeyond = 1;

/** Undefined when neither price nor age is known: then nothing is. */
export function estimateAbility(fit: EstimateFit, { released, price, effort }: ModelTraits): Readonly<Partial<Record<Domain, Ability>>> | undefined {
  const year = yearOf(released);
  const cost = price && 0.75 * price.input + 0.25 * price.output;
  const logPrice = cost !== undefined && cost > 0 ? Math.log(cost) : undefined;
  if (year === undefined && logPrice === undefined) return undefined;
  const age = year === undefined ? fit.date.mean : Math.min(year - fit.origin, fit.date.mean + 2 * fit.date.sd + mostYearsBeyond);
  const abilities: Partial<Record<Domain, Ability>> = {};
  for (const [domain, { base, perYear, perLogPrice, effort: byEffort, error }] of fit.byDomain) {
    const z = base + perYear * age + perLogPrice * (logPrice ?? fit.price.mean) + byEffort[effort];
    const unknown = Math.hypot(year === undefined ? perYear * fit.date.sd : 0, logPrice === undefined ? perLogPrice * fit.price.sd : 0);
    abilities[domain] = { z, sd: Math.hypot(Math.max(leastSd, caution * error), unknown) };
  }
  return abilities;
}

function yearOf(released: string | undefined): number | undefined {
  const read = /^(\d{4})-(\d\d)(?:-(\d\d))?/.exec(released ?? '');
  return read ? Number(read[1]) + (Number(read[2]) - 1 + (read[3] === undefined ? 0.5 : (Number(read[3]) - 0.5) / 31)) / 12 : undefined;
}

/** As scripts/catalogue.mjs writes it. Throws SnapshotError. */
export function readEstimateFit(value: unknown, names: readonly Domain[]): EstimateFit {
  const { origin, date, price, domains: rows } = record(value, 'estimate');
  const byDomain = list(rows, 'estimate.domains').map((row, index): readonly [Domain, DomainFit] => {
    const [base, perYear, perLogPrice, low, medium, high, error] = list(row, 'estimate.domains').map((one) => number(one, 'estimate.domains'));
    const [at = 0, year = 0, cost = 0, little = 0, some = 0, much = 0, off = 1] = [base, perYear, perLogPrice, low, medium, high, error];
    return [names[index] ?? domains[0] ?? 'code', { base: at, perYear: year, perLogPrice: cost, effort: { none: 0, low: little, medium: some, high: much, xhigh: much }, error: off }];
  });
  return { origin: number(origin, 'estimate.origin'), date: spread(date, 'estimate.date'), price: spread(price, 'estimate.price'), byDomain: new Map(byDomain) };
}

function spread(value: unknown, where: string): Spread {
  const [mean, sd] = list(value, where);
  return { mean: number(mean, where), sd: number(sd, where) };
}
