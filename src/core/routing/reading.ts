/** What a text looks like before anyone asks what it means. Counts are of the sampled part unless they say otherwise. */
export interface Reading {
  /** Lower-case words of what the person wrote, without code and logs. */
  readonly words: readonly string[];
  /** How many of them carry content: no courtesies, articles and the like. */
  readonly contentWords: number;
  /** Sentences, clauses and bullets: a rough count of separate wishes. */
  readonly clauses: number;
  /** Numbered or bulleted lines. */
  readonly bullets: number;
  readonly questions: number;
  /** Figures with a unit or a magnitude: `10ms`, `40M`, `95 %`. */
  readonly quantities: number;
  /** Lower-case words of fenced or pasted code. */
  readonly codeWords: ReadonlySet<string>;
  /** All lines of code, counted whole. */
  readonly codeLines: number;
  readonly codeCharacters: number;
  /** Lines of stack traces, compiler messages and logs. */
  readonly logLines: number;
}

/** Longer prose is read at its beginning and its end, where people put what they want. */
const proseHead = 2_400;
const proseTail = 1_200;
const codeSample = 2_000;

/** Splits a message into what the person says and what they show, in time that does not grow with pasted text. */
export function readText(text: string): Reading {
  const { prose, code, codeLines, codeCharacters } = splitFences(text);
  const said: string[] = [];
  const shown: string[] = [];
  let logLines = 0;
  let bullets = 0;
  const lines = sampled(prose).split('\n');
  for (const line of lines) {
    if (line.trim() === '') continue;
    if (lines.length > 1 && isLog(line)) logLines += 1;
    else if (lines.length > 1 && isCode(line)) shown.push(line);
    else {
      if (bullet.test(line)) bullets += 1;
      said.push(line);
    }
  }
  const spoken = said.join('\n');
  const words = wordsOf(spoken);
  return {
    words,
    contentWords: words.reduce((count, one) => (emptyWords.has(one) ? count : count + 1), 0),
    clauses: countOf(spoken, clauseEnd),
    bullets,
    questions: countOf(spoken, questionMark),
    quantities: countOf(spoken, quantity),
    codeWords: new Set(wordsOf(`${code}\n${shown.join('\n')}`)),
    codeLines: codeLines + shown.length,
    codeCharacters: codeCharacters + shown.reduce((sum, line) => sum + line.length + 1, 0),
    logLines,
  };
}

const bullet = /^\s*(?:[-*•]|\d{1,2}[.)])\s/;
const clauseEnd = /[,;:.!?。、，；？！](?=\s|$|[^\x00-\x7f])|\s(?:and|und|et|y|и|ve)\s/g;
const questionMark = /[?？]/g;
const quantity = /(?<![\w.,])\d[\d.,]{0,14}\s?(?:%|ms|µs|us|ns|s|min|h|hours?|days?|k|m|b|kb|mb|gb|tb|rps|qps|million|billion|thousand|x)(?![\w])/gi;
/** Scripts without spaces count two characters as a word. */
const word = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]{1,2}|[\p{L}\p{N}_]+(?:['’-][\p{L}\p{N}_]+)*[+#]*/gu;

/** A polite or wordy way of asking is not a harder question. */
const emptyWords = new Set('please pls plz thanks thank thx hi hello hey dear kindly could would you can be so kind as to the a an i me my we our us is are was it its this that these those of in on for with and or do does am just maybe bitte danke por favor merci s’il'.split(' '));

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(word) ?? [];
}

function countOf(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

function sampled(prose: string): string {
  return prose.length <= proseHead + proseTail ? prose : `${prose.slice(0, proseHead)}\n${prose.slice(-proseTail)}`;
}

function splitFences(text: string): { readonly prose: string; readonly code: string; readonly codeLines: number; readonly codeCharacters: number } {
  let prose = '';
  let code = '';
  let codeLines = 0;
  let codeCharacters = 0;
  for (let at = 0; at < text.length; ) {
    const open = text.indexOf('```', at);
    if (open === -1) {
      prose += text.slice(at);
      break;
    }
    prose += `${text.slice(at, open)}\n`;
    const body = text.indexOf('\n', open);
    const close = body === -1 ? -1 : text.indexOf('```', body);
    const end = close === -1 ? text.length : close;
    const inside = body === -1 ? '' : text.slice(body + 1, end);
    codeLines += linesIn(inside);
    codeCharacters += inside.length;
    if (code.length < codeSample) code += inside.slice(0, codeSample - code.length);
    at = close === -1 ? text.length : close + 3;
  }
  return { prose, code, codeLines, codeCharacters };
}

function linesIn(text: string): number {
  if (text === '') return 0;
  let lines = text.endsWith('\n') ? 0 : 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

const logStart = /^\s*(?:at\s\S+(?:\s\(|[.(:])|File "|Traceback|\^+|-->|\d+ \||\||= (?:note|help)|note:|\[?\d{4}-\d\d-\d\d|\[?\d\d:\d\d:\d\d|(?:FATAL|ERROR|WARN|INFO|DEBUG|panic)\b|(?:[\w.$]+(?:Error|Exception)|error(?:\[\w+\])?)(?::|\s*$)|\S+:\d+:\d+)/;
const codeStart = /^\s*(?:import\s|from\s\S+\simport|export\s|def\s\w+\(|class\s\w+[\s:({]|const\s\w+\s*=|let\s\w+\s*=|var\s\w+\s*=|fn\s\w+|func\s|public\s|private\s|#include|package\s\w+;?$|return\b|@\w+|<\/?[a-z][\w-]*[\s>/]|\/\/|\$\s)/;
const codeEnd = /[;{}]\s*$|\)\s*=>|\):\s*$/;

function isLog(line: string): boolean {
  return logStart.test(line);
}

function isCode(line: string): boolean {
  return codeStart.test(line) || codeEnd.test(line) || /^(?:\t| {4,})\S/.test(line);
}
