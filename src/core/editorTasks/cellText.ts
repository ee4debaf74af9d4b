import { bounded, fenced } from './bounded';
import { readable } from './terminalText';

/** Something that a cell of a notebook put out. */
export type CellOutput = { readonly kind: 'error' | 'text'; readonly text: string } | { readonly kind: 'leftOut'; readonly type: string };

/** A cell and what is asked about it. */
export interface AskedCell {
  readonly ask: string;
  /** Where it stands, such as `notes.ipynb, cell 3`. */
  readonly place: string;
  readonly code: string;
  /** The editor's language id. */
  readonly language: string;
  readonly outputs: readonly CellOutput[];
  /** What the editor reports in it, a line each. */
  readonly problems: string;
}

/** Characters of all outputs together, some 1,500 tokens. */
const mostOutputs = 6_000;

/** The message that a model reads about a cell: errors come before other outputs, and the bound falls on those. */
export function cellText({ ask, place, code, language, outputs, problems }: AskedCell): string {
  const errors = outputs.filter(({ kind }) => kind === 'error');
  const others = outputs.filter(({ kind }) => kind !== 'error');
  let room = mostOutputs;
  const parts: string[] = [];
  for (const output of [...errors, ...others]) {
    if (output.kind === 'leftOut') {
      parts.push(`[an output of the kind ${output.type} is left out]`);
      continue;
    }
    const text = bounded(readable(output.text), Math.max(300, room));
    if (text === '') continue;
    if (room <= 0) {
      parts.push('[further outputs are left out]');
      break;
    }
    room -= text.length;
    parts.push(`${output.kind === 'error' ? 'Error' : 'Output'}:\n${fenced(text, 'text')}`);
  }
  return [ask, '', `From \`${place}\`:`, fenced(code, language), ...parts.flatMap((part) => ['', part]), ...(problems === '' ? [] : ['', 'Problems the editor reports there:', problems])].join('\n');
}
