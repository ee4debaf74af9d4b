/** The element that VS Code's own chat puts the person's words into, behind pages about files, tools and the machine. */
const asked = 'userRequest';
/** What Claude Code adds to the person's words, for the model. */
const added = 'system-reminder';

/**
 * What the person asked, out of what a program sends as their message; a text without the marks of one is returned as it
 * is. How hard a question is must not depend on the pages that an agent sends with it. Takes time in proportion to the text.
 */
export function askedText(text: string): string {
  const from = text.lastIndexOf(`<${asked}>`);
  const to = text.lastIndexOf(`</${asked}>`);
  if (from !== -1 && to > from) {
    const inside = text.slice(from + asked.length + 2, to).trim();
    if (inside !== '') return inside;
  }
  if (!text.includes(`<${added}>`)) return text;
  const kept = withoutElement(text, added).trim();
  return kept === '' ? text : kept;
}

/** One that is not closed stays. */
function withoutElement(text: string, name: string): string {
  let kept = '';
  let at = 0;
  for (;;) {
    const from = text.indexOf(`<${name}>`, at);
    const to = from === -1 ? -1 : text.indexOf(`</${name}>`, from);
    if (to === -1) return kept + text.slice(at);
    kept += text.slice(at, from);
    at = to + name.length + 3;
  }
}
