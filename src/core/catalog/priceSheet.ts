import { pricePerMillion } from '../model/money';
import type { Price } from '../model/price';
import { type PriceTerms, readPriceRow } from './priceRow';
import { list, optionalList, string } from './snapshotValue';

/** One price list: exact ids, and after them those that are known by a part of the id. */
interface PriceList {
  readonly exact: ReadonlyMap<string, number>;
  readonly patterns: readonly { readonly matches: (model: string) => boolean; readonly row: number }[];
  readonly prices: readonly unknown[];
}

/**
 * Prices of models that the snapshot's cards do not sell: older ones, dated ones, those known by a rule. Read when first
 * asked, list by list, because most sessions never ask. No list is searched for a provider it was not made for.
 */
export class PriceSheet {
  readonly #lists = new Map<string, PriceList>();

  /** `rows` as scripts/catalogue.mjs writes them: by list, the names of a model and its price. */
  constructor(
    private readonly rows: Readonly<Record<string, unknown>>,
    private readonly terms: readonly PriceTerms[],
    private readonly asOf: string,
  ) {}

  /** The price of a model under exactly this spelling, in lower case; undefined is unknown. Throws SnapshotError. */
  find(name: string, model: string): Price | undefined {
    const known = this.#listOf(name);
    // The first row that knows an id counts, whether it names it or describes it.
    const exact = known.exact.get(model) ?? Infinity;
    const described = known.patterns.find(({ matches, row }) => row < exact && matches(model))?.row ?? Infinity;
    const row = known.prices[Math.min(exact, described)];
    return row === undefined ? undefined : readPriceRow(row, { terms: this.terms, asOf: this.asOf }, `${name}/${model}`);
  }

  #listOf(name: string): PriceList {
    const known = this.#lists.get(name) ?? readList(optionalList(Object.hasOwn(this.rows, name) ? this.rows[name] : undefined, name), name);
    this.#lists.set(name, known);
    return known;
  }
}

function readList(rows: readonly unknown[], where: string): PriceList {
  const exact = new Map<string, number>();
  const patterns: PriceList['patterns'][number][] = [];
  const prices = rows.map((value, row) => {
    const [names, price] = list(value, where);
    for (const name of Array.isArray(names) ? names : [names]) {
      const matches = matcherOf(string(name, where));
      if (matches !== undefined) patterns.push({ matches, row });
      else if (!exact.has(string(name, where))) exact.set(string(name, where), row);
    }
    return price;
  });
  return { exact, patterns, prices };
}

/** A name that begins with `^` is a beginning, with `$` an ending, with `*` any part, with `/` a regular expression. */
export function matcherOf(name: string): ((model: string) => boolean) | undefined {
  const rest = name.slice(1);
  switch (name[0]) {
    case '^':
      return (model) => model.startsWith(rest);
    case '$':
      return (model) => model.endsWith(rest);
    case '*':
      return (model) => model.includes(rest);
    case '/': {
      const pattern = new RegExp(rest);
      return (model) => pattern.test(model);
    }
    default:
      return undefined;
  }
}

/** Wishes for a host, or for how to answer, that do not change the price of a token. A batch or an extended window does. */
const routeWish = /:(?:nitro|floor|exacto|thinking|beta|fastest|cheapest|preferred)$/;
const releaseDate = /-20\d{2}-?(?:0[1-9]|1[0-2])-?(?:[0-2]\d|3[01])$/;

/**
 * Spellings to look a price up by, the closest first, in lower case: as written, without the wish for a route, without
 * the folder or vendor, and last without the date of a release. Nothing else is left out: `gpt-4.1` is neither `gpt-4` nor
 * `gpt-4.1-mini`, and an `-instruct` or `-fp8` may have a price of its own.
 */
export function priceSpellings(model: string): readonly string[] {
  const written = model.trim().toLowerCase();
  const plain = written.replace(/^models\//, '').replace(routeWish, '');
  const bare = plain.slice(plain.lastIndexOf('/') + 1);
  // Some put the provider before its own id: `openrouter/openai/gpt-4.1`.
  const within = plain.slice(plain.indexOf('/') + 1);
  const found = [written, plain, within, bare, bare.replaceAll('.', '-')];
  // The same model before it had a newer release; `20250929` and `2025-09-29` are the same day.
  const dated = found.flatMap((name) => [name.replace(/-(20\d{2})(\d{2})(\d{2})$/, '-$1-$2-$3'), name.replace(/-(20\d{2})-(\d{2})-(\d{2})$/, '-$1$2$3')]);
  return [...new Set([...found, ...dated, ...found.map((name) => name.replace(releaseDate, ''))])].filter((name) => name !== '');
}

/** Free because the id says so: a broker's mark, with which nothing is charged. */
export function isFreeId(model: string): boolean {
  return model.toLowerCase().endsWith(':free');
}

/** A price of 0 for every token; `asOf` is an ISO date. */
export function freePrice(asOf: string, source: Price['source']): Price {
  const nothing = pricePerMillion(0);
  return { input: nothing, output: nothing, asOf, source };
}
