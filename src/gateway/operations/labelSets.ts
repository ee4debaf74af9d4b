/** Longer values are cut: a label is kept once for every number it stands with. */
const longest = 120;

const rest = 'other';

export type Labels = Readonly<Record<string, string>>;

/**
 * Keeps the number of label sets bounded, whatever models and clients are called: each is a row of every scrape, for ever.
 * Those beyond the first `most` are counted together, with `other` in every label.
 */
export class LabelSets {
  readonly #known = new Map<string, Labels>();

  constructor(private readonly most: number) {}

  of(labels: Labels): Labels {
    const cleaned = mapped(labels, clean);
    const key = JSON.stringify(Object.values(cleaned));
    const known = this.#known.get(key);
    if (known) return known;
    if (this.#known.size >= this.most) return mapped(labels, () => rest);
    this.#known.set(key, cleaned);
    return cleaned;
  }
}

function mapped(labels: Labels, change: (value: string) => string): Labels {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, change(value)]));
}

/** Control characters end lines for some readers, and half a character is none; quotes and backslashes are escaped when the text is written. */
function clean(value: string): string {
  return value.replaceAll(/[\p{Cc}\u2028\u2029]/gu, '\uFFFD').slice(0, longest).toWellFormed();
}
