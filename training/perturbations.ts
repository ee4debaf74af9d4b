/**
 * The same request in other dress: for measuring how steady a judgement is. Written apart from `variants.ts`, which is used
 * for training, so that it is not measured on what was learnt. Deterministic.
 */
export interface Dressed {
  readonly prompt: string;
  readonly selection?: string;
  readonly language?: string;
}

const strayCode = 'export function clampPage(page: number, pages: number): number {\n  if (pages === 0) return 1;\n  return Math.min(Math.max(page, 1), pages);\n}';

export const perturbations: Readonly<Record<string, (row: Dressed) => Dressed>> = {
  'small letters': (row) => ({ ...row, prompt: row.prompt.toLowerCase() }),
  capitals: (row) => ({ ...row, prompt: row.prompt.toUpperCase() }),
  'first letters': (row) => ({ ...row, prompt: row.prompt.replaceAll(/(?<!\S)\p{Ll}/gu, (letter) => letter.toUpperCase()) }),
  'polite before': (row) => ({ ...row, prompt: `Good afternoon, I hope this finds you well. Would you mind helping me? ${row.prompt}` }),
  'polite after': (row) => ({ ...row, prompt: `${row.prompt}\n\nThat would be wonderful, thank you ever so much and all the best.` }),
  'polite around': (row) => ({ ...row, prompt: `hey :) ${row.prompt} cheers mate!!` }),
  'a story before': (row) => ({ ...row, prompt: `It is Friday afternoon here and the heating is broken again. ${row.prompt}` }),
  'no accents': (row) => ({ ...row, prompt: row.prompt.normalize('NFD').replaceAll(/\p{M}/gu, '') }),
  'no marks at the end': (row) => ({ ...row, prompt: row.prompt.replace(/[.!?\s]+$/, '') }),
  'more space': (row) => ({ ...row, prompt: `\n  ${row.prompt.replaceAll(/([.?!])\s/g, '$1\n\n')}  \n` }),
  'curly quotes': (row) => ({ ...row, prompt: row.prompt.replaceAll("'", '’') }),
  'code in a fence of one\'s own': ({ prompt, selection, ...row }) => (selection === undefined ? { prompt, ...row } : { prompt: `${prompt}\n\n\`\`\`\n${selection}\n\`\`\``, ...row }),
  'stray code beside': (row) => (row.selection === undefined ? { ...row, selection: strayCode, language: row.language ?? 'typescript' } : row),
  'stray code before': (row) => ({ ...row, prompt: `\`\`\`ts\n${strayCode}\n\`\`\`\n${row.prompt}` }),
  'language not told': ({ prompt, selection }) => (selection === undefined ? { prompt } : { prompt, selection }),
};
