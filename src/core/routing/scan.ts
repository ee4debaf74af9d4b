/** Words in the order of the text, and what was counted on the way. */
export interface Scan {
  readonly hashes: number[];
  readonly pieces: number[];
  /** How many words there were at the end of each sentence, negative for a question. */
  readonly ends: number[];
  /** Words that carry no courtesy. */
  words: number;
  courtesies: number;
  letters: number;
  longWords: number;
  veryLongWords: number;
  numbers: number;
  largeNumbers: number;
  mostDigits: number;
  decimals: number;
  withUnit: number;
  identifiers: number;
  eastAsian: number;
  cyrillic: number;
  otherScripts: number;
  digits: number;
  signs: number;
  deepestBrackets: number;
  /** How often each ASCII character occurs. */
  readonly counts: Uint16Array;
}

const enum Kind {
  Space = 0,
  Letter = 1,
  Digit = 2,
  Sign = 3,
}

const kinds = new Uint8Array(128);
for (let code = 0; code < 128; code++) {
  const isLetter = (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
  if (isLetter) kinds[code] = Kind.Letter;
  else if (code >= 48 && code <= 57) kinds[code] = Kind.Digit;
  else if (code > 32 && code < 127) kinds[code] = Kind.Sign;
}

/** FNV-1a, 32 bits: short, spreads well, and the same everywhere. */
const hashStart = 0x811c9dc5;
const hashFactor = 0x01000193;

function hashOf(text: string): number {
  let hash = hashStart;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), hashFactor);
  return hash >>> 0;
}

function mixed(first: number, second: number): number {
  let hash = Math.imul(first ^ (second + 0x9e3779b9 + (first << 6) + (first >>> 2)), 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

const pairSeed = 0x2f6e2b1;
const beginSeed = 0x51ed270;
const endSeed = 0x3ac5d67;
const openSeed = 0x7a1d93f;
const languageSeed = 0x1b56c4e;
const numberSeed = 0x68e31da;

/** The hash of two words in a row, by theirs. */
export function pairOf(first: number, second: number): number {
  return mixed(mixed(first, pairSeed), second);
}

/** The hash of three words in a row, by theirs. */
export function tripleOf(first: number, second: number, third: number): number {
  return mixed(pairOf(first, second), third);
}

/** A language as a word of its own; `language` is the editor's id. */
export function languageHash(language: string): number {
  return pieceOf(hashOf(language.toLowerCase()), languageSeed);
}

function pieceOf(hash: number, seed: number): number {
  return mixed(hash, seed);
}

function hashOfPart(text: string, from: number, to: number): number {
  let hash = hashStart;
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ small(text.charCodeAt(at)), hashFactor);
  return hash >>> 0;
}

function small(code: number): number {
  return code >= 65 && code <= 90 ? code + 32 : code;
}

/**
 * How much of a word is left without English endings of number and tense: cache, caches, cached and caching are one.
 * Other languages lose the same letters everywhere, which does no harm.
 */
function stemLength(text: string, start: number, length: number): number {
  const end = start + length;
  const back = (from: number): number => small(text.charCodeAt(end - from));
  let cut = 0;
  if (length > 5 && back(3) === 105 && back(2) === 110 && back(1) === 103) cut = 3;
  else if (length > 4 && back(2) === 101 && back(1) === 100) cut = 2;
  else if (length > 4 && back(3) === 105 && back(2) === 101 && back(1) === 115) cut = 1;
  else if (length > 3 && back(1) === 115 && back(2) !== 115 && back(2) !== 117 && back(2) !== 105) cut = 1;
  const last = back(cut + 1);
  // planned, running: the consonant was doubled for the ending.
  if (cut > 1 && last === back(cut + 2) && last !== 108 && last !== 115 && length - cut > 3) return length - cut - 1;
  return length - cut > 3 && last === 101 ? length - cut - 1 : length - cut;
}

/** A polite or wordy way of asking is not another question. */
const courtesies = new Set(
  'please pls plz thanks thank thx ty hi hello hey dear kindly could would you your can be so kind as to the a an i im id ive me my we our us am bitte danke hallo por favor gracias hola merci bonjour svp stp grazie ciao obrigado ola there everyone folks guys buddy mate advance appreciate appreciated'
    .split(' ')
    .map(hashOf),
);

/** More words are not needed to judge a text, and their pairs would cost time. */
const mostWords = 700;

/** Reads the first 700 words of a text, once. Pure and total. In code, operators are words, and sentences have no end. */
export function scan(given: string, isCode: boolean): Scan {
  const text = plain(given, isCode);
  const result: Scan = {
    hashes: [],
    pieces: [],
    ends: [],
    words: 0,
    courtesies: 0,
    letters: 0,
    longWords: 0,
    veryLongWords: 0,
    numbers: 0,
    largeNumbers: 0,
    mostDigits: 0,
    decimals: 0,
    withUnit: 0,
    identifiers: 0,
    eastAsian: 0,
    cyrillic: 0,
    otherScripts: 0,
    digits: 0,
    signs: 0,
    deepestBrackets: 0,
    counts: new Uint16Array(128),
  };
  const { hashes, pieces, ends, counts } = result;
  const end = text.length;
  let depth = 0;
  let at = 0;
  while (at < end && hashes.length < mostWords) {
    const code = text.charCodeAt(at);
    const kind = code < 128 ? kinds[code] : Kind.Letter;
    if (kind === Kind.Letter) {
      if (isEastAsian(code)) {
        result.eastAsian += 1;
        result.letters += 1;
        result.words += 0.5;
        hashes.push(Math.imul(hashStart ^ code, hashFactor) >>> 0);
        at += 1;
        continue;
      }
      const start = at;
      let hash = hashStart;
      let length = 0;
      let begin = 0;
      let previousIsSmall = false;
      for (; at < end; at++) {
        let next = text.charCodeAt(at);
        if (next < 128) {
          const nextKind = kinds[next];
          if (nextKind !== Kind.Letter && nextKind !== Kind.Digit) break;
          const isCapital = next >= 65 && next <= 90;
          // In code `getUserById` is four words; in prose case says nothing.
          if (isCode && isCapital && previousIsSmall) break;
          previousIsSmall = !isCapital;
          if (isCapital) next += 32;
        } else if (!isWordCharacter(next) || isEastAsian(next)) break;
        else if (next >= 0x370 && next < 0x530) result.cyrillic += 1;
        else if (next >= 0x530) result.otherScripts += 1;
        hash = Math.imul(hash ^ next, hashFactor);
        length += 1;
        if (length === 5) begin = hash >>> 0;
      }
      if (length === 0) {
        // A sign beyond ASCII, such as an emoji or a dash.
        at = Math.max(at, start + 1);
        result.signs += 1;
        if (code === 0x3002) ends.push(hashes.length);
        continue;
      }
      if (length < 3) {
        // C++, C#, F#.
        for (let sign = text.charCodeAt(at); sign === 43 || sign === 35; sign = text.charCodeAt(++at)) hash = Math.imul(hash ^ sign, hashFactor);
      }
      hash >>>= 0;
      const whole = hash;
      const stem = stemLength(text, start, length);
      if (stem < length) hash = hashOfPart(text, start, start + stem);
      if (!isCode && courtesies.has(whole)) {
        result.courtesies += 1;
        continue;
      }
      result.words += 1;
      result.letters += length;
      if (length >= 9) result.longWords += 1;
      if (length >= 12) result.veryLongWords += 1;
      if (length > 5) {
        pieces.push(pieceOf(begin, beginSeed));
        let last = hashStart;
        for (let back = at - 3; back < at; back++) last = Math.imul(last ^ (text.charCodeAt(back) | 32), hashFactor);
        pieces.push(pieceOf(last >>> 0, endSeed));
      }
      if (hashes.length < 3) pieces.push(pieceOf(hash, openSeed));
      const after = text.charCodeAt(at);
      // snake_case, a.b(), path/to: part of a name.
      if (after === 95 || ((after === 46 || after === 47 || after === 40) && isLetterOrDigit(text.charCodeAt(at + 1)))) result.identifiers += 1;
      hashes.push(hash);
      continue;
    }
    if (kind === Kind.Digit) {
      let digits = 0;
      let value = 0;
      for (; at < end; at++) {
        const next = text.charCodeAt(at);
        if (next >= 48 && next <= 57) {
          digits += 1;
          value = Math.min(1e15, value * 10 + next - 48);
        } else if ((next === 44 || next === 46) && isDigit(text.charCodeAt(at + 1))) {
          if (next === 46) result.decimals += 1;
        } else break;
      }
      result.digits += digits;
      result.numbers += 1;
      if (value >= 1000) result.largeNumbers += 1;
      result.mostDigits = Math.max(result.mostDigits, digits);
      const after = text.charCodeAt(at);
      if (after === 37 || after === 47) result.decimals += 1;
      if (isLetter(after)) result.withUnit += 1;
      hashes.push(mixed(value <= 12 ? value : 100 + Math.min(digits, 12), numberSeed));
      continue;
    }
    at += 1;
    if (kind === Kind.Space) {
      counts[code] = (counts[code] ?? 0) + 1;
      if (code === 10 && !isCode) ends.push(hashes.length);
      continue;
    }
    if (!isCode && (code === 46 || code === 63 || code === 33 || code === 59) && text.charCodeAt(at) <= 32) ends.push(code === 63 ? -hashes.length : hashes.length);
    result.signs += 1;
    counts[code] = (counts[code] ?? 0) + 1;
    if (code === 40 || code === 91 || code === 123) {
      depth += 1;
      if (depth > result.deepestBrackets) result.deepestBrackets = depth;
    } else if (code === 41 || code === 93 || code === 125) depth -= 1;
    if (!isCode) continue;
    // Operators of two signs are words of code: =>, ::, **, &&.
    const next = text.charCodeAt(at);
    if (next < 128 && kinds[next] === Kind.Sign && isOperator(code) && isOperator(next)) {
      hashes.push(mixed(code, next));
      counts[next] = (counts[next] ?? 0) + 1;
      at += 1;
    }
  }
  return result;
}

/**
 * Accents fall away, and apostrophes within a word of prose (in code they begin a text); letters beyond ASCII become small,
 * those of ASCII are made so by `scan`.
 */
function plain(given: string, isCode: boolean): string {
  const text = isAscii(given) ? given : given.replaceAll('’', "'").toLowerCase().normalize('NFKD').replaceAll(marks, '');
  return isCode || !text.includes("'") ? text : text.replaceAll(innerApostrophe, '');
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 127) return false;
  return true;
}

/** Marks that decomposition leaves, and joiners. */
const marks = /\p{M}|[\u200b-\u200d]/gu;
const innerApostrophe = /(?<=\p{L})'(?=\p{L})/gu;

function isLetter(code: number): boolean {
  return code > 127 || kinds[code] === Kind.Letter;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isLetterOrDigit(code: number): boolean {
  return isLetter(code) || isDigit(code);
}

/** Scripts without spaces: each character is a word. */
function isEastAsian(code: number): boolean {
  return (code > 0x303f && code <= 0x9fff) || (code >= 0x1100 && code <= 0x11ff) || (code >= 0xf900 && code <= 0xfaff) || (code >= 0x0e00 && code <= 0x0e7f);
}

/** Letters beyond ASCII; punctuation, symbols, surrogates and private characters are not. */
function isWordCharacter(code: number): boolean {
  return (code >= 0xaa && code <= 0x1fff && code !== 0xab && code !== 0xbb && code !== 0xbf && code !== 0xd7 && code !== 0xf7) || (code >= 0x3040 && code <= 0xd7ff) || (code >= 0xf900 && code <= 0xfdff);
}

function isOperator(code: number): boolean {
  return code === 33 || code === 37 || code === 38 || code === 42 || code === 43 || code === 45 || code === 58 || (code >= 60 && code <= 63) || code === 94 || code === 124 || code === 126;
}
