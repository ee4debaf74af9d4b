import { Lexer, type Token } from 'marked';
import { closeOpenMarks } from './closeOpenMarks';

/** One answer cut into blocks. `definitions` changes when link definitions do: then every block must be drawn anew. */
export interface Blocks {
  readonly tokens: readonly Token[];
  readonly definitions: string;
}

/**
 * Reads the Markdown of one growing answer. Lexing 20 kB anew for each of 1,000 pieces would cost seconds, so the blocks
 * before the last two are kept, as the same objects, while text is only appended: what follows cannot change them any more. Link
 * definitions are the exception (they reach back), so a text that has some is read whole, and so is every finished text.
 */
export function createBlockReader(): (text: string, growing: boolean) => Blocks {
  let readText = '';
  let tokens: readonly Token[] = [];
  let definitions = '';

  return (text, growing) => {
    if (!growing) {
      ({ tokens, definitions } = lex(text));
      readText = text;
      return { tokens, definitions };
    }
    const keep = definitions === '' && text.startsWith(readText) ? settledBlocks(tokens) : [];
    const offset = keep.reduce((sum, token) => sum + token.raw.length, 0);
    const tail = lex(closeOpenMarks(text.slice(offset)));
    if (keep.length > 0 && tail.definitions !== '') {
      ({ tokens, definitions } = lex(closeOpenMarks(text)));
    } else {
      tokens = [...keep, ...tail.tokens];
      definitions = tail.definitions;
    }
    readText = text;
    return { tokens, definitions };
  };
}

function settledBlocks(tokens: readonly Token[]): readonly Token[] {
  let end = tokens.length;
  for (let seen = 0; end > 0 && seen < 2; ) {
    end -= 1;
    if (tokens[end]?.type !== 'space') seen += 1;
  }
  return tokens.slice(0, end);
}

/** Total: text that the lexer cannot take (thousands of nested quotes overflow its stack) is one block of plain text. */
function lex(text: string): Blocks {
  try {
    const list = new Lexer({ gfm: true }).lex(text);
    return { tokens: list, definitions: Object.entries(list.links).map(([name, link]) => `${name} ${link.href}`).join('\n') };
  } catch {
    return { tokens: [{ type: 'code', raw: text, text, lang: 'text' }], definitions: '' };
  }
}
