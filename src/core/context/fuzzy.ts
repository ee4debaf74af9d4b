/** Something with a path that is looked for by typing a part of it. */
export interface Searched {
  /** With `/` between its parts. */
  readonly path: string;
}

interface Entry<Item> {
  readonly item: Item;
  readonly path: string;
  /** Where the name begins in the path. */
  readonly nameAt: number;
  /** Which letters and digits are in it, a bit each. */
  readonly letters: number;
}

export interface Found<Item> {
  readonly item: Item;
  readonly score: number;
}

/**
 * Paths to be searched with every key: what cannot fit is passed over by its letters alone, and a query that goes on from
 * the last one looks only at what fitted that.
 */
export class FuzzyIndex<Item extends Searched> {
  readonly #entries: readonly Entry<Item>[];
  #last: { readonly query: string; readonly fitting: readonly Entry<Item>[] } | undefined;

  constructor(items: readonly Item[]) {
    this.#entries = items.map((item) => {
      const path = item.path.toLowerCase();
      return { item, path, nameAt: path.lastIndexOf('/') + 1, letters: lettersIn(path) };
    });
  }

  get size(): number {
    return this.#entries.length;
  }

  /** The best `most` of those that fit, best first, and how many fit. `boost` is added to the score of an item, e.g. for being open. */
  search(query: string, most: number, boost: (item: Item) => number = () => 0): { readonly found: readonly Found<Item>[]; readonly fitting: number } {
    const wanted = query.toLowerCase().replaceAll('\\', '/').replace(/\s+/g, '');
    const from = this.#last && wanted.startsWith(this.#last.query) ? this.#last.fitting : this.#entries;
    const letters = lettersIn(wanted);
    const fitting: Entry<Item>[] = [];
    const best: Found<Item>[] = [];
    let worst = -Infinity;
    for (const entry of from) {
      if ((entry.letters & letters) !== letters) continue;
      const score = scoreOf(entry, wanted);
      if (score === undefined) continue;
      fitting.push(entry);
      const whole = score + boost(entry.item);
      if (whole <= worst) continue;
      let at = best.length;
      while (at > 0 && (best[at - 1]?.score ?? 0) < whole) at -= 1;
      best.splice(at, 0, { item: entry.item, score: whole });
      if (best.length > most) best.pop();
      if (best.length === most) worst = best.at(-1)?.score ?? worst;
    }
    this.#last = { query: wanted, fitting };
    return { found: best, fitting: fitting.length };
  }
}

function lettersIn(text: string): number {
  let letters = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= 97 && code <= 122) letters |= 1 << (code - 97);
    else if (code >= 48 && code <= 57) letters |= 1 << (26 + ((code - 48) >> 1));
  }
  return letters;
}

/** Higher is better; undefined: it does not fit. The name counts before the path, a beginning before a middle, the short before the long. */
function scoreOf({ path, nameAt }: Entry<Searched>, query: string): number | undefined {
  if (query === '') return -path.length / 10;
  const length = path.length / 10;
  const inName = path.indexOf(query, nameAt);
  if (inName === nameAt) {
    const rest = path.length - nameAt - query.length;
    return (rest === 0 || path[nameAt + query.length] === '.' ? 1_000 : 900) - length;
  }
  if (inName > 0) return (isBoundary(path, inName) ? 800 : 700) - (inName - nameAt) - length;
  const inPath = path.lastIndexOf(query);
  if (inPath >= 0) return (inPath === 0 || path[inPath - 1] === '/' ? 650 : 550) + (query.includes('/') ? 50 : 0) - length;
  const spread = spreadOf(path, query, nameAt);
  if (spread !== undefined) return 400 - spread - length;
  const wide = spreadOf(path, query, 0);
  return wide === undefined ? undefined : 200 - wide - length;
}

/** How far apart the signs of the query stand, those at beginnings of words for less; undefined when they are not all there in this order. */
function spreadOf(path: string, query: string, from: number): number | undefined {
  let spread = 0;
  let at = from;
  for (let sign = 0; sign < query.length; sign += 1) {
    const next = path.indexOf(query.charAt(sign), at);
    if (next < 0) return undefined;
    if (sign > 0 && next > at) spread += isBoundary(path, next) ? 1 : 3 + Math.min(20, next - at);
    at = next + 1;
  }
  return spread;
}

function isBoundary(path: string, at: number): boolean {
  if (at === 0) return true;
  const code = path.charCodeAt(at - 1);
  return !((code >= 97 && code <= 122) || (code >= 48 && code <= 57));
}

/** Which characters of a label fit, as ranges in UTF-16 units; none where the query fits something else of the item. */
export function matchesIn(label: string, query: string): readonly (readonly [from: number, to: number])[] {
  const wanted = query.toLowerCase().slice(query.lastIndexOf('/') + 1);
  const text = label.toLowerCase();
  // A few letters change their length with their case: then the places would be wrong.
  if (wanted === '' || text.length !== label.length) return [];
  const whole = text.indexOf(wanted);
  if (whole >= 0) return [[whole, whole + wanted.length]];
  const ranges: [number, number][] = [];
  let at = 0;
  for (const sign of wanted) {
    const next = text.indexOf(sign, at);
    if (next < 0) return [];
    const last = ranges.at(-1);
    if (last && last[1] === next) last[1] = next + sign.length;
    else ranges.push([next, next + sign.length]);
    at = next + sign.length;
  }
  return ranges;
}
