/** What is known of a language: marks, no grammar. */
export interface Syntax {
  /** Depth of a line that is a heading, from 1; undefined for the others. Only where headings and not indentation make the parts. */
  readonly heading?: RegExp;
  /** Its parts are named by their whole first line: selectors. */
  readonly selectors?: true;
  /** What is not shown of it is rarely meant to go: data has no dead code. */
  readonly data?: true;
  /** Values are followed by commas, except the last. */
  readonly commas?: true;
  /** A line of three dots is code. */
  readonly dots?: true;
}

const syntaxes: Readonly<Record<string, Syntax>> = {
  markdown: { heading: /^(#{1,6})\s/ },
  ini: { heading: /^(\[)/, data: true },
  css: { selectors: true, data: true },
  json: { data: true, commas: true },
  yaml: { data: true },
  python: { dots: true },
};

const names: Readonly<Record<string, string>> = {
  md: 'markdown', mdx: 'markdown', toml: 'ini', cfg: 'ini', properties: 'ini', scss: 'css', less: 'css', sass: 'css', jsonc: 'json', json5: 'json', yml: 'yaml', py: 'python', pyi: 'python',
};

/** By the ending of a path, else by a language as fences and editors name it. */
export function syntaxOf(path: string | undefined, language: string): Syntax {
  for (const name of [/\.(\w+)$/.exec(path ?? '')?.[1], language]) {
    const key = name?.toLowerCase() ?? '';
    const found = syntaxes[names[key] ?? key];
    if (found) return found;
  }
  return {};
}

/** Marks that begin a comment in some language. */
const commentStart = /^(?:\/\/+!?|#+(?!!|include|define|if|endif|pragma|\[|\w+\s*[(=:;?!])|--|;+|%+|\/\*+|<!--|\{\s*\/\*+|"""|''')\s*/;
const commentEnd = /\s*(?:\*+\/\s*\}?|-->|"""|''')\s*$/;

/** Longer lines are written by machines, and would be slow to look through. */
const longest = 500;

/** The words of a line that is nothing but a comment; undefined for any other line. */
export function commentText(line: string): string | undefined {
  const trimmed = line.trim();
  if (trimmed.length > longest || !commentStart.test(trimmed)) return undefined;
  return trimmed.replace(commentStart, '').replace(commentEnd, '').trim();
}

const leftOutWords = /\b(?:existing|unchanged|rest|remain(?:s|ing|der)?|same|previous|other|others|omitted|snip(?:ped)?|as before|keep|no changes?|more)\b/i;

/** Whether a line stands for lines that are not shown: `// ... existing code ...`, `# rest of the file unchanged`, `...`. */
export function isLeftOut(line: string, syntax: Syntax): boolean {
  const trimmed = line.trim();
  if (/^(?:\.{3,}|…)[,;]?$/.test(trimmed)) return syntax.dots !== true;
  const words = commentText(line)?.replace(/^[[(]|[\])]$/g, '').trim();
  if (words === undefined) return /^["']\.\.\.["'](?:\s*:\s*["']\.\.\.["'])?,?$/.test(trimmed);
  if (/^(?:\.{3,}|…)/.test(words)) return true;
  if (/(?:\.{3,}|…)$/.test(words)) return leftOutWords.test(words);
  return /^(?:the )?(?:existing|rest of|remaining|unchanged|other existing|previous)\b.{0,60}$|\b(?:unchanged|remains? the same|stays? the same|as before|goes here)\.?$/i.test(words) && words.split(' ').length <= 9;
}
