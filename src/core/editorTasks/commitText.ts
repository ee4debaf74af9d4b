/** More than this is no commit message. In characters. */
const mostText = 4_000;

/** What invisibly changes what a text says, or would act in a terminal. */
const unseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** So much of a first line shows whether it is a sentence before the message. In characters. */
const toTell = 20;

/**
 * The commit message in an answer: without the thoughts, the sentence before it, the fence and the quotes that models put
 * around it although they are asked not to. Empty: there is none.
 */
export function commitText(answer: string): string {
  const said = answer.replaceAll('\r\n', '\n').replace(unseen, '').replace(/^\s*<think>[\s\S]*?(<\/think>|$)/, '').trimStart();
  const message = withoutQuotes(withoutFence(withoutPreface(said)));
  const lines = message.split('\n').map((line) => line.trimEnd());
  lines[0] = subjectOf(lines[0] ?? '');
  return lines.join('\n').trim().slice(0, mostText);
}

/** The same of an answer that is still being written, as far as it is certain to stay. */
export function growingCommitText(answer: string): string {
  const text = commitText(answer);
  return !text.includes('\n') && (text.length < toTell || preface.test(text)) ? '' : text;
}

const preface = /^(sure|certainly|of course|okay|here('s|’s| is| are)|the commit message|(suggested |proposed )?commit message)\b/i;

/** Such as `Here is the commit message:`. */
function withoutPreface(text: string): string {
  const [first = ''] = text.split('\n', 1);
  const label = /^(?:suggested |proposed )?commit message:\s*(?=\S)/i.exec(first);
  if (label) return text.slice(label[0].length);
  return preface.test(first) && first.trimEnd().endsWith(':') ? text.slice(first.length).trimStart() : text;
}

function withoutFence(text: string): string {
  const opened = /^(`{3,}|~{3,})[^\n]*(\n|$)/.exec(text);
  if (!opened) return text;
  const rest = text.slice(opened[0].length);
  const end = rest.split('\n').findIndex((line) => line.trimEnd() === opened[1]);
  // Of one that is still open, the end may have begun.
  return end < 0 ? rest.replace(/\n[`~]+$/, '') : rest.split('\n').slice(0, end).join('\n');
}

function withoutQuotes(text: string): string {
  const trimmed = text.trim();
  for (const quote of ['"', "'", '`', '“']) {
    const close = quote === '“' ? '”' : quote;
    if (!trimmed.startsWith(quote)) continue;
    // While it is written, the closing one is still to come.
    const inner = trimmed.endsWith(close) && trimmed.length > 1 ? trimmed.slice(1, -1) : trimmed.slice(1);
    // A message may begin with a quoted word: then there is another pair.
    if (!inner.includes(close)) return inner;
  }
  return text;
}

/** Without the marks of Markdown around it. */
function subjectOf(line: string): string {
  const [, bold] = /^\*\*(.+)\*\*$/.exec(line.trim()) ?? [];
  return bold ?? line.replace(/^#+\s+/, '');
}
