/** A fence longer than any run of backticks in the text, so that the text cannot end it. */
export function fenced(text: string, language: string): string {
  const longest = [...text.matchAll(/`+/g)].reduce((most, [run]) => Math.max(most, run.length), 2);
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/**
 * At most so many characters of a text, cut at ends of lines: a third from its beginning and the rest from its end, where
 * outputs say what went wrong. What is left out is told in a line of its own.
 */
export function bounded(text: string, most: number): string {
  if (text.length <= most) return text;
  const head = upToLine(text.slice(0, Math.floor(most / 3)));
  const tail = fromLine(text.slice(text.length - Math.ceil((most * 2) / 3)));
  const leftOut = text.length - head.length - tail.length;
  return `${head}\n[${leftOut} characters left out]\n${tail}`;
}

function upToLine(text: string): string {
  const end = text.lastIndexOf('\n');
  return end > 0 ? text.slice(0, end) : text;
}

function fromLine(text: string): string {
  const start = text.indexOf('\n');
  // Output that is one long line has no better place to be cut.
  return start >= 0 && start < text.length - 1 ? text.slice(start + 1) : text;
}
