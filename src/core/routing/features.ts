import type { Reading } from './readMessage';
import { languageHash, pairOf, type Scan, scan, tripleOf } from './scan';
import { withoutSmallTalk } from './smallTalk';

/** Raised whenever the same text gives other features: weights trained on others would misread them. */
export const featuresVersion = 2;

/**
 * A message as figures: the same for training and for the product. Words are kept as 32-bit hashes, each once, so that
 * no text leaves this function and nothing is longer than the sample that was read.
 */
export interface Features {
  /** Figures of structure in the order of `figureNames`, all finite. */
  readonly figures: Float32Array;
  readonly said: Grams;
  readonly sentences: readonly Sentence[];
  /** Of code, with the language as a word of its own; log lines count as shown. */
  readonly shown: Grams;
}

/** A sentence, line or item of a list, in the order of the text. */
export interface Sentence {
  readonly words: readonly number[];
  readonly isQuestion: boolean;
}

export interface Grams {
  readonly words: Uint32Array;
  readonly pairs: Uint32Array;
  readonly triples: Uint32Array;
  /** Beginnings and ends of longer words, and the words that open the text. */
  readonly pieces: Uint32Array;
}

/** The figures of what is said, then those of what is shown. `log` means ln(1 + n). */
export const figureNames = [
  'log words',
  'log content words',
  'log characters',
  'log sentences',
  'log clauses',
  'questions',
  'log numbered or bulleted lines',
  'log lines',
  'words a sentence',
  'words of the first line',
  'words of the last line',
  'log numbers',
  'log large numbers',
  'most digits',
  'decimals, fractions, percentages',
  'amounts of money',
  'log numbers with a unit',
  'mean length of words',
  'long words, share',
  'very long words, share',
  'different words, share',
  'log identifiers',
  'log inline code',
  'log quotes',
  'log brackets',
  'log mathematical signs',
  'log backslashes and dollars',
  'options',
  'log words of the options',
  'options with numbers, share',
  'Han, kana, hangul, share',
  'Cyrillic, Greek, share',
  'other scripts, share',
  'exclamation marks',
  'log commas',
  'log code lines',
  'log code characters',
  'log characters of a code line',
  'deepest indentation',
  'deepest brackets',
  'log different code words',
  'signs, share of code',
  'digits, share of code',
  'log comment lines',
  'log branches and loops',
  'log functions',
  'log assignments',
  'log calls',
  'log lines of logs',
  'language given',
] as const;

/** `language` is the editor's id of the file's language. Pure and total; time does not grow with what is pasted. */
export function featuresOf(whole: Reading, language?: string): Features {
  const reading = { ...whole, said: withoutSmallTalk(whole.said) };
  const figures = new Float32Array(figureNames.length);
  const said = scan(reading.said, false);
  const shown = scan(reading.logged === '' ? reading.shown : `${reading.shown}\n${reading.logged}`, true);
  if (language !== undefined) shown.hashes.push(languageHash(language));
  saidFigures(figures, reading, said);
  shownFigures(figures, reading, shown, language);
  return { figures, said: gramsOf(said.hashes, said.pieces), sentences: sentencesOf(said), shown: gramsOf(shown.hashes, shown.pieces) };
}

/** More of them say nothing new about what is wanted. */
const mostSentences = 60;

function sentencesOf({ hashes, ends }: Scan): Sentence[] {
  const sentences: Sentence[] = [];
  let from = 0;
  for (const end of ends.slice(0, mostSentences)) {
    const to = Math.abs(end);
    if (to > from) sentences.push({ words: hashes.slice(from, to), isQuestion: end < 0 });
    from = to;
  }
  if (from < hashes.length) sentences.push({ words: hashes.slice(from), isQuestion: false });
  return sentences;
}

/** The hash of a word as `featuresOf` makes it; of a phrase, the one of its pair or triple. Undefined for no word or more than three. */
export function phraseHash(phrase: string): number | undefined {
  const [first, second, third, ...more] = scan(phrase, false).hashes;
  if (first === undefined || more.length > 0) return undefined;
  if (second === undefined) return first;
  return third === undefined ? pairOf(first, second) : tripleOf(first, second, third);
}

/** Words, and what stands side by side. */
export function gramsOf(hashes: readonly number[], pieces: readonly number[]): Grams {
  const pairs: number[] = [];
  const triples: number[] = [];
  for (let at = 1; at < hashes.length; at++) {
    const first = hashes[at - 1] ?? 0;
    const second = hashes[at] ?? 0;
    pairs.push(pairOf(first, second));
    const third = hashes[at + 1];
    if (third !== undefined) triples.push(tripleOf(first, second, third));
  }
  return { words: unique(hashes), pairs: unique(pairs), triples: unique(triples), pieces: unique(pieces) };
}

function unique(hashes: readonly number[]): Uint32Array {
  return Uint32Array.from(new Set(hashes));
}

const bulletLine = /^\s*(?:[-*•]|\d{1,2}[.)])\s/gm;
const optionLine = /^\s*\(?[A-J](?:[.):])\s*(.*)$/gim;

function saidFigures(figures: Float32Array, { said }: Reading, scanned: Scan): void {
  const { counts, words } = scanned;
  const count = (character: string): number => counts[character.charCodeAt(0)] ?? 0;
  const lines = said === '' ? [] : said.trimEnd().split('\n');
  const sentences = Math.max(1, count('.') + count('?') + count('!') - scanned.identifiers);
  const options = [...said.matchAll(optionLine)].map((match) => match[1] ?? '');
  const isExam = options.length >= 2;
  const letters = Math.max(1, scanned.letters);
  const all = [
    log(words + scanned.courtesies),
    log(words),
    log(said.length),
    log(sentences),
    log(count(',') + count(';') + count(':')),
    Math.min(4, count('?')),
    log(countOf(said, bulletLine)),
    log(lines.length),
    Math.min(60, words / sentences),
    log(wordsIn(lines[0] ?? '')),
    log(wordsIn(lines.at(-1) ?? '')),
    log(scanned.numbers),
    log(scanned.largeNumbers),
    Math.min(12, scanned.mostDigits),
    Math.min(10, scanned.decimals),
    Math.min(6, count('$') + count('%')),
    log(scanned.withUnit),
    words < 1 ? 0 : Math.min(12, scanned.letters / Math.max(1, words)),
    scanned.longWords / Math.max(1, words),
    scanned.veryLongWords / Math.max(1, words),
    scanned.hashes.length === 0 ? 1 : new Set(scanned.hashes).size / scanned.hashes.length,
    log(scanned.identifiers + count('_')),
    log(count('`') / 2),
    log(count('"') / 2),
    log(count('(') + count('[') + count('{')),
    log(count('=') + count('<') + count('>') + count('+') + count('*') + count('^')),
    log(count('\\') + count('$')),
    isExam ? Math.min(10, options.length) : 0,
    isExam ? log(options.reduce((sum, option) => sum + wordsIn(option), 0) / options.length) : 0,
    isExam ? options.filter((option) => /\d/.test(option)).length / options.length : 0,
    Math.min(1, scanned.eastAsian / letters),
    Math.min(1, scanned.cyrillic / letters),
    Math.min(1, scanned.otherScripts / letters),
    Math.min(3, count('!')),
    log(count(',')),
  ];
  figures.set(all);
}

/** Where the figures of what is shown begin. */
const shownFrom = figureNames.indexOf('log code lines');

const commentLine = /^\s*(?:\/\/|#(?!include|define|if|endif|pragma)|--\s|\/\*|\*\s|;)/gm;
const branchWord = /\b(?:if|else|elif|for|while|switch|case|match|when|loop|catch|except|until)\b/g;
const functionWord = /\b(?:function|def|fn|func|fun|sub|lambda|proc)\b|=>/g;
const assignment = /[^=!<>]=[^=>]/g;
const call = /\w\(/g;
const indentation = /^[ \t]*/gm;

function shownFigures(figures: Float32Array, { shown, codeLines, codeCharacters, logLines }: Reading, scanned: Scan, language: string | undefined): void {
  const characters = Math.max(1, shown.length);
  let deepest = 0;
  for (const [space] of shown.matchAll(indentation)) deepest = Math.max(deepest, space.length);
  figures.set(
    [
      log(codeLines),
      log(codeCharacters),
      log(codeCharacters / Math.max(1, codeLines)),
      Math.min(24, deepest),
      Math.min(8, scanned.deepestBrackets),
      log(new Set(scanned.hashes).size),
      scanned.signs / characters,
      scanned.digits / characters,
      log(countOf(shown, commentLine)),
      log(countOf(shown, branchWord)),
      log(countOf(shown, functionWord)),
      log(countOf(shown, assignment)),
      log(countOf(shown, call)),
      log(logLines),
      language === undefined ? 0 : 1,
    ],
    shownFrom,
  );
}

function log(count: number): number {
  return Math.log1p(Math.max(0, count));
}

function countOf(text: string, pattern: RegExp): number {
  return text === '' ? 0 : (text.match(pattern)?.length ?? 0);
}

/** Runs of anything but space, cheaply. */
function wordsIn(line: string): number {
  let words = 0;
  let inside = false;
  for (let at = 0; at < line.length; at++) {
    const isSpace = line.charCodeAt(at) <= 32;
    if (!isSpace && !inside) words += 1;
    inside = !isSpace;
  }
  return words;
}
