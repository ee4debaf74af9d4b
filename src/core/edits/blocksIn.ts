import type { NamedBlock } from './namedPath';

/** A fenced block of Markdown. */
export interface Block extends NamedBlock {
  /** First word of the fence, lower case. */
  readonly language: string;
  /** The answer ends inside of it. */
  readonly cutOff?: true;
}

/**
 * The fenced blocks of a Markdown text in their order, also in lists and quotes, with what stands right before each. A
 * fence that is not closed lasts to the end. Line by line: a pattern for fences is quadratic on a text of backticks.
 */
export function blocksIn(markdown: string): readonly Block[] {
  const blocks: Block[] = [];
  let before: string[] = [];
  let open: { readonly fence: string; readonly info: string; readonly indent: number; readonly quote: boolean; readonly lines: string[] } | undefined;
  const close = (cutOff: boolean) => {
    if (!open) return;
    blocks.push({ code: open.lines.join('\n'), info: open.info, language: /^[^\s{:,]*/.exec(open.info)?.[0].toLowerCase() ?? '', before, ...(cutOff ? { cutOff } : {}) });
    open = undefined;
    before = [];
  };
  for (const raw of markdown.replace(/\r\n?/g, '\n').split('\n')) {
    const line: string = open && !open.quote ? raw : raw.replace(/^ {0,3}> ?/, '');
    if (!open) {
      const found = /^(\s*(?:(?:[-*+]|\d{1,9}[.)])\s+)*)(`{3,}|~{3,})\s*([^\n]*)$/.exec(line);
      if (found?.[2] !== undefined && !(found[2].startsWith('`') && found[3]?.includes('`'))) {
        open = { fence: found[2], info: found[3]?.trim() ?? '', indent: found[1]?.length ?? 0, quote: line !== raw, lines: [] };
      } else before = [...before.slice(-3), line];
      continue;
    }
    const trimmed = line.trim();
    if (trimmed.startsWith(open.fence) && /^(`+|~+)$/.test(trimmed)) close(false);
    else open.lines.push(line.slice(Math.min(open.indent, line.length - line.trimStart().length)));
  }
  close(true);
  return blocks;
}

/** The block of a text whose code is the given one, blanks at the edges of lines aside; undefined when it has none. */
export function findBlock(markdown: string, code: string): Block | undefined {
  const wanted = bare(code);
  return blocksIn(markdown).find((block) => bare(block.code) === wanted);
}

function bare(code: string): string {
  return code
    .split('\n')
    .map((line) => line.trim())
    .join('\n')
    .trim();
}
