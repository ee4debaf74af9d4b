/** A stretch of a text, by offsets of characters. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

type Path = readonly (string | number)[];

/**
 * Where a value stands in a JSON text. What is not there is where it would belong: the innermost part of the path that
 * is. Of an object or a list it is the first character. The text must be valid JSON.
 */
export function jsonPlace(text: string, path: Path): Place {
  return new Reader(text).find(path);
}

/** Walks over one text. Strings are skipped by hand, everything else needs no understanding. */
class Reader {
  #at = 0;

  constructor(private readonly text: string) {}

  find(path: Path): Place {
    this.#space();
    return this.#value(path);
  }

  /** Skips the value that begins here; returns the place of what was looked for in it, or its own. */
  #value(path: Path): Place {
    const start = this.#at;
    const opening = this.text[this.#at];
    if (opening !== '{' && opening !== '[') {
      if (opening === '"') this.#string();
      else while (/[^\s,\]}]/.test(this.text[this.#at] ?? ' ')) this.#at += 1;
      return { start, end: this.#at };
    }
    if (path.length === 0) {
      this.#skip();
      return { start, end: start + 1 };
    }
    const [wanted, ...rest] = path;
    let found: Place | undefined;
    this.#at += 1;
    this.#space();
    for (let index = 0; this.#at < this.text.length && !/[\]}]/.test(this.text[this.#at] ?? ''); index += 1) {
      const name = opening === '{' ? this.#name() : index;
      const place = this.#value(name === wanted ? rest : []);
      // The last of two fields of one name is the one that counts.
      if (name === wanted) found = place;
      this.#space();
      if (this.text[this.#at] === ',') this.#at += 1;
      this.#space();
    }
    this.#at += 1;
    return found ?? { start, end: start + 1 };
  }

  /** Goes behind the object or list that begins here. Not value by value: a file can be nested deeper than any stack. */
  #skip(): void {
    let depth = 0;
    do {
      const sign = this.text[this.#at] ?? '';
      if (sign === '"') this.#string();
      else this.#at += 1;
      if (sign === '{' || sign === '[') depth += 1;
      else if (sign === '}' || sign === ']') depth -= 1;
    } while (depth > 0 && this.#at < this.text.length);
  }

  #name(): string {
    const start = this.#at;
    this.#string();
    const name = String(JSON.parse(this.text.slice(start, this.#at)));
    this.#space();
    this.#at += 1;
    this.#space();
    return name;
  }

  #string(): void {
    this.#at += 1;
    while (this.#at < this.text.length && this.text[this.#at] !== '"') this.#at += this.text[this.#at] === '\\' ? 2 : 1;
    this.#at += 1;
  }

  #space(): void {
    while (/\s|\uFEFF/.test(this.text[this.#at] ?? '')) this.#at += 1;
  }
}
