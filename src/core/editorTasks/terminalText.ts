import { bounded, fenced } from './bounded';

/** What happened in a terminal, and what is asked about it. */
export interface AskedTerminal {
  readonly ask: string;
  /** What was typed; undefined when only a piece of the screen is known. */
  readonly command?: string;
  readonly output: string;
  /** Undefined: it is still running, or the shell does not tell. */
  readonly exitCode?: number;
  /** Name of the shell, such as `bash`: commands differ. */
  readonly shell?: string;
}

/** Characters of an output that are sent, some 2,000 tokens; errors stand at its end. */
const mostOutput = 8_000;
const mostCommand = 4_000;

/** The message that a model reads about a terminal. */
export function terminalText({ ask, command, output, exitCode, shell }: AskedTerminal): string {
  const shown = bounded(readable(output), mostOutput);
  const ended = exitCode === undefined ? '' : `, which ended with code ${exitCode}`;
  const named = shell === undefined ? 'the terminal' : `a terminal with ${shell}`;
  return [
    ask,
    '',
    ...(command === undefined ? [`From ${named}:`] : [`The command in ${named}${ended}:`, fenced(bounded(command, mostCommand), 'sh'), '', 'Its output:']),
    shown === '' ? '(nothing)' : fenced(shown, 'text'),
  ].join('\n');
}

// Sequences of ECMA-48 and of the shell integration: with parameters, with a string, and of two characters.
const escapes = /\u001b\[[0-?]*[ -/]*[@-~]|\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[ -/]*[0-~]/g;

/** An output as it stood on the screen: without colours, and of a line that was written over only what came last. */
export function readable(output: string): string {
  return output
    .replace(escapes, '')
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map((line) => line.split('\r').findLast((part) => part !== '') ?? '')
    .join('\n')
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/**
 * The commands of a code block, as each can stand in the terminal's line. An answer is not trusted: what could run by
 * itself there, or says something else than it shows, gives no command. Continued lines are joined; comments, prompts and
 * empty lines are left out. None: the block is no list of commands (it may hold a text of several lines).
 */
export function commandsIn(block: string): readonly string[] {
  const joined = block.replaceAll('\r\n', '\n').replace(/(?<![ \t])[ \t]*\\\n[ \t]*/g, ' ');
  const lines = joined.split('\n').map((line) => line.replaceAll('\t', ' ').trim());
  const commands = lines.map((line) => line.replace(/^(?:\$|PS[^>]*>) (?=\S)/, '')).filter((line) => line !== '' && !line.startsWith('#'));
  const isOffered = commands.every((line) => !acts.test(line) && !spansLines(line) && line.length <= mostCommand);
  return isOffered ? commands : [];
}

/** Control characters would act, directions and what has no width would hide what stands there. */
const acts = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/u;

/** Whether a line is only a part of something: of a here-document, a quoted text, or a block of a script. */
function spansLines(line: string): boolean {
  return /<<-?\s*['"\\]?\w/.test(line) || endsInQuote(line) || /^(then|else|elif|fi|do|done|esac)\b|^[)}]|[{(]$/.test(line) || /^(if|for|while|until|case|select)\b(?!.*\b(fi|done|esac)\b)/.test(line);
}


function endsInQuote(line: string): boolean {
  let quote = '';
  for (let at = 0; at < line.length; at += 1) {
    const sign = line[at] ?? '';
    if (sign === '\\' && quote !== "'") at += 1;
    else if (quote === '' && (sign === '"' || sign === "'")) quote = sign;
    else if (sign === quote) quote = '';
  }
  return quote !== '';
}
