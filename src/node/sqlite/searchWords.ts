import type { Snippet } from '../../core/ports/threadStore';

/** What SQLite's tokenizer takes for parts of a word (unicode61: letters, numbers, private use), with the accents that it takes away. */
const word = /[\p{L}\p{N}\p{Co}\p{M}]+/gu;

/** Scripts without blanks between words: each character is searched for as a word of its own. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu;

/** More of a query, or of its words, is not looked at. */
const mostCharacters = 500;
const mostTerms = 20;

/** Words that stand beside one another. */
export interface SearchTerm {
  readonly words: readonly string[];
  /** The last word is the beginning of one: it is still being typed. */
  readonly begins: boolean;
}

/**
 * What is searched for: words with something between them that is no blank, like `app.ts`, and what stands in double
 * quotes, must be found beside one another. A single letter is a word and not the beginning of one, of which there would
 * be too many.
 */
export function searchTerms(query: string): readonly SearchTerm[] {
  const asked = query.slice(0, mostCharacters);
  const pieces = [...asked.matchAll(/"([^"]*)"?|[^\s"]+/g)].map(([piece, quoted]) => ({ words: spaced(quoted ?? piece).match(word) ?? [], isTyped: quoted === undefined }));
  const terms = pieces.filter(({ words }) => words.length > 0).slice(0, mostTerms);
  return terms.map(({ words, isTyped }, index) => ({ words, begins: isTyped && index === terms.length - 1 && /\S$/.test(asked) && (words.at(-1)?.length ?? 0) > 1 }));
}

/** The terms for FTS5. Words are letters and numbers, so nothing in the quotes can end them. */
export function matchOf(terms: readonly SearchTerm[]): string {
  return terms.map(({ words, begins }) => `"${words.join(' ')}"${begins ? ' *' : ''}`).join(' ');
}

/** A text as it goes into the index. */
export function spaced(text: string): string {
  return text.replaceAll(unspaced, ' $& ');
}

/** Length of a snippet, and how much of it stands before the first match, in UTF-16 units. */
const snippetLength = 160;
const leadLength = 40;
/** So many matches are looked at for the piece that has most of what was asked for. */
const mostMatches = 200;

/** What gives the piece of a text that shows most of what is searched for. */
export function snippets(terms: readonly SearchTerm[]): (text: string) => Snippet {
  const patterns = terms.map(patternOf);
  return (text) => {
    const quick = quickMatches(text, patterns);
    // Accents that the index ignores stand in the way of a quick look.
    return pieceOf(text, quick.length > 0 ? quick : carefulMatches(text, terms));
  };
}

function pieceOf(text: string, found: readonly Match[]): Snippet {
  const [first] = found.toSorted((one, other) => variety(found, other) - variety(found, one) || one.from - other.from);
  const from = first === undefined || first.from <= leadLength ? 0 : wordStart(text, first.from - leadLength, first.from);
  const to = Math.min(text.length, from + snippetLength);
  return onOneLine(
    text.slice(from, to),
    found.flatMap((match): readonly Match[] => (match.from >= from && match.to <= to ? [{ ...match, from: match.from - from, to: match.to - from }] : [])),
    { before: from > 0, after: to < text.length },
  );
}

interface Match {
  readonly from: number;
  readonly to: number;
  readonly term: number;
}

/** The words beside one another, each from its beginning; one that is being typed may go on. */
function patternOf({ words, begins }: SearchTerm): RegExp {
  const pattern = words.map((one) => (isUnspaced(one) ? one : `(?<![\\p{L}\\p{N}])${one}`)).join('[^\\p{L}\\p{N}]*');
  return new RegExp(`${pattern}${begins || isUnspaced(words.at(-1) ?? '') ? '' : '(?![\\p{L}\\p{N}])'}`, 'giu');
}

function quickMatches(text: string, patterns: readonly RegExp[]): readonly Match[] {
  const matches: Match[] = [];
  for (const [term, pattern] of patterns.entries()) {
    let left = mostMatches;
    for (const match of text.matchAll(pattern)) {
      matches.push({ from: match.index, to: match.index + match[0].length, term });
      if (--left === 0) break;
    }
  }
  return withoutOverlap(matches);
}

function carefulMatches(text: string, terms: readonly SearchTerm[]): readonly Match[] {
  const wanted = terms.flatMap(({ words, begins }, term) => words.map((one, index) => ({ term, word: folded(one), begins: begins && index === words.length - 1 })));
  const matches: Match[] = [];
  for (const { 0: found, index } of text.matchAll(word)) {
    const plain = folded(found);
    const fits = wanted.find((one) => (one.begins ? plain.startsWith(one.word) : plain === one.word));
    if (fits && matches.push({ from: index, to: index + found.length, term: fits.term }) === mostMatches) break;
  }
  return matches;
}

function isUnspaced(one: string): boolean {
  return one.search(unspaced) === 0;
}

function folded(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

function withoutOverlap(matches: readonly Match[]): readonly Match[] {
  let end = 0;
  return matches
    .toSorted((one, other) => one.from - other.from || other.to - one.to)
    .filter(({ from, to }) => {
      if (from < end) return false;
      end = to;
      return true;
    });
}

/** How many of the terms stand in a snippet that begins about here. */
function variety(matches: readonly Match[], { from }: Match): number {
  return new Set(matches.filter((match) => match.from >= from && match.to <= from + snippetLength - leadLength).map(({ term }) => term)).size;
}

/** Behind the first blank from `from` on, so that no word is cut; `from` where there is none. */
function wordStart(text: string, from: number, before: number): number {
  const blank = text.slice(from, before).search(/\s/);
  if (blank >= 0) return from + blank + 1;
  // Not between the halves of one character.
  return from + Number(isLowSurrogate(text, from));
}

function isLowSurrogate(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** Each run of blanks and line ends as one blank, with the places of the matches in the result. */
function onOneLine(raw: string, matches: readonly Match[], cut: { readonly before: boolean; readonly after: boolean }): Snippet {
  let text = cut.before ? '…' : '';
  const place = new Map<number, number>();
  for (let at = 0; at < raw.length; at += 1) {
    place.set(at, text.length);
    const character = raw.charAt(at);
    if (!/\s/.test(character)) text += character;
    else if (text !== '' && !text.endsWith(' ')) text += ' ';
  }
  place.set(raw.length, text.length);
  // Half a character at the end of the cut.
  const whole = cut.after && isHighSurrogate(text) ? text.slice(0, -1) : text;
  const shown = cut.after ? `${whole}…` : whole.trimEnd();
  return { text: shown, ranges: matches.map(({ from, to }) => [place.get(from) ?? 0, Math.min(place.get(to) ?? 0, shown.length)]) };
}

function isHighSurrogate(text: string): boolean {
  const unit = text.charCodeAt(text.length - 1);
  return unit >= 0xd800 && unit <= 0xdbff;
}
