/**
 * While an answer streams, its last paragraph often ends inside `**bold`, `` `code`` or `[a link](https://…`. Shown as
 * written, the marks would flash up and the text jump when they close. This returns the end of the text as it would look if
 * everything begun were closed. Only for text that is still growing; what is stored and copied is never changed.
 */
export function closeOpenMarks(tail: string): string {
  if (insideFence(tail)) return tail;
  const start = tail.lastIndexOf('\n\n') + 1;
  const before = tail.slice(0, start);
  const last = tail.slice(start);
  // Four spaces or a table: marks there mean something else, or nothing.
  if (/^\s*(?: {4}|\t|\|)/.test(last)) return tail;
  const withoutCode = last.replace(/(?<!`)(`+)(?!`)[^`]+\1(?!`)/g, (code) => '.'.repeat(code.length));
  const openTicks = /`+/.exec(withoutCode);
  if (openTicks) return openTicks.index + openTicks[0].length === last.length ? before + last.slice(0, openTicks.index) : tail + openTicks[0];
  const halfLink = /!?\[([^\]\n]*)\]\([^)\n]*$/.exec(withoutCode);
  if (halfLink) return before + last.slice(0, halfLink.index) + last.slice(halfLink.index).replace(/^!?\[([^\]\n]*)\]\([^)\n]*$/, '$1');
  for (const mark of ['**', '~~']) {
    const count = withoutCode.split(mark).length - 1;
    if (count % 2 === 0) continue;
    return withoutCode.endsWith(mark) ? before + last.slice(0, -mark.length) : before + last.trimEnd() + mark;
  }
  return tail;
}

function insideFence(text: string): boolean {
  let open: string | undefined;
  for (const line of text.split('\n')) {
    const fence = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence === undefined) continue;
    if (open === undefined) open = fence;
    else if (fence[0] === open[0] && fence.length >= open.length) open = undefined;
  }
  return open !== undefined;
}
