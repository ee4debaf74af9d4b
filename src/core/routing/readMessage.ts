/** A message taken apart: what the person says, the code and the logs they show. Texts are samples of long ones. */
export interface Reading {
  /** Prose, with the options of a question and inline code. */
  readonly said: string;
  /** Code in fences, and lines in the prose that look like code. */
  readonly shown: string;
  /** Lines of stack traces, compiler messages and logs. */
  readonly logged: string;
  /** All lines of code and their characters, counted whole. */
  readonly codeLines: number;
  readonly codeCharacters: number;
  readonly logLines: number;
}

/** Longer prose is read at its beginning and its end, where people put what they want. */
const proseHead = 2_400;
const proseTail = 1_200;
const shownSample = 2_400;
const loggedSample = 800;
/** A line that is longer is judged by its beginning. */
const judgedCharacters = 200;

/** Splits a message in time that hardly grows with what is pasted. */
export function readMessage(text: string): Reading {
  const { prose, code, codeLines, codeCharacters } = splitFences(text);
  let said = '';
  let shown = code;
  let logged = '';
  let logLines = 0;
  let looseLines = 0;
  let looseCharacters = 0;
  const lines = sampled(prose).split('\n');
  let indented = false;
  for (const line of lines) {
    if (line.trim() === '') continue;
    const start = line.length > judgedCharacters ? line.slice(0, judgedCharacters) : line;
    const kind: LineKind = lines.length === 1 ? 'said' : kindOf(start, indented);
    indented = kind === 'shown';
    switch (kind) {
      case 'said':
        said += `${line}\n`;
        break;
      case 'shown':
        looseLines += 1;
        looseCharacters += line.length + 1;
        if (shown.length < shownSample) shown += `${line}\n`;
        break;
      case 'logged':
        logLines += 1;
        if (logged.length < loggedSample) logged += `${line.slice(0, loggedSample)}\n`;
        break;
      case 'place':
        break;
    }
  }
  return { said, shown: shown.slice(0, shownSample), logged, codeLines: codeLines + looseLines, codeCharacters: codeCharacters + looseCharacters, logLines };
}

function sampled(prose: string): string {
  return prose.length <= proseHead + proseTail ? prose : `${prose.slice(0, proseHead)}\n${prose.slice(-proseTail)}`;
}

interface Split {
  readonly prose: string;
  readonly code: string;
  readonly codeLines: number;
  readonly codeCharacters: number;
}

function splitFences(text: string): Split {
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
    let fenceEnd = open + 3;
    while (text[fenceEnd] === '`') fenceEnd += 1;
    const fence = text.slice(open, fenceEnd);
    prose += `${text.slice(at, open)}\n`;
    const body = text.indexOf('\n', fenceEnd);
    const close = text.indexOf(fence, body === -1 ? fenceEnd : body);
    const end = close === -1 ? text.length : close;
    // A fence on one line holds the code itself; otherwise its first line names the language.
    const from = body === -1 || body > end ? fenceEnd : body + 1;
    const inside = text.slice(from, Math.max(from, end));
    codeLines += linesIn(inside);
    codeCharacters += inside.length;
    if (code.length < shownSample) code += `${inside.slice(0, shownSample - code.length)}\n`;
    at = close === -1 ? text.length : close + fence.length;
  }
  return { prose, code, codeLines, codeCharacters };
}

function linesIn(text: string): number {
  if (text === '') return 0;
  let lines = text.endsWith('\n') ? 0 : 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

// Case does not decide, so that a question typed in capitals is read as the same.
const logStart =
  /^\s*(?:at\s\S+(?:\s\(|[.(:])\S|File "|Traceback|\^+\s*$|-->|\d+ \||\||= (?:note|help)|note:|- line \d+:|\[?\d{4}-\d\d-\d\d[ T]\d|\[?\d\d:\d\d:\d\d|(?:FATAL|ERROR|WARN|INFO|DEBUG)\b[\s:\]]|panic:|(?:[\w.$]+(?:Error|Exception)|error(?:\[\w+\])?)(?::|\s*$)|\S+:\d+:\d+)/i;
const codeStart =
  /^\s*(?:import\s[\w{*"'.]+(?:\s(?:from|as)\s|[;,.]|\s*$)|from\s\S+\simport\s|export\s(?:const|function|class|default|type|interface|async)\b|def\s\w+\(|class\s\w+(?:[({:]|\s+(?:extends|implements)\s|\s*\{)|(?:const|let|var)\s\w+\s*[=:]|fn\s\w+\s*[<(]|func\s[\w(]+.*\(|(?:public|private|protected)\s\w+.*[({;]|#include\s*[<"]|return\s.*;\s*$|@\w+\s*(?:\(.*\))?\s*$|<\/?[a-z][\w-]*(?:\s[^>]*)?\/?>|\/\/\s|\$\s\w)/i;
const codeEnd = /[;{}]\s*$|\)\s*=>\s*$|^\s*(?:if|for|while|else|elif|try|except|with|def|class)\b.*:\s*$|^\s*[\])}]+[,;)]?\s*$/i;
const indent = /^(?:\t| {4,})\S/;
const bullet = /^\s*(?:[-*•]|\d{1,2}[.)])\s/;
/** The line that the chat puts above a selection. */
const placeOfCode = /^From `[^`]+`:\s*$/;
const problemsTitle = 'Problems the editor reports there:';

type LineKind = 'said' | 'shown' | 'logged' | 'place';

function kindOf(line: string, afterCode: boolean): LineKind {
  if (placeOfCode.test(line) || line === problemsTitle) return 'place';
  if (logStart.test(line)) return 'logged';
  if (bullet.test(line)) return 'said';
  if (codeStart.test(line) || codeEnd.test(line) || indent.test(line)) return 'shown';
  return afterCode && /^\s{2}\S/.test(line) ? 'shown' : 'said';
}
