import * as z from 'zod/mini';

const source = z.union([z.string(), z.array(z.string())]);
const notebook = z.object({
  cells: z.array(z.object({ cell_type: z.string(), source })),
  metadata: z.optional(z.object({ language_info: z.optional(z.object({ name: z.optional(z.string()) })) })),
});

/** The cells of a notebook file without their outputs, which are mostly pictures; undefined when it is no notebook of Jupyter. */
export function notebookText(json: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  const read = notebook.safeParse(value);
  if (!read.success) return undefined;
  const language = read.data.metadata?.language_info?.name ?? 'python';
  return read.data.cells.map((cell, index) => `[cell ${index + 1}, ${cell.cell_type === 'code' ? language : cell.cell_type}]\n${typeof cell.source === 'string' ? cell.source : cell.source.join('')}`).join('\n\n');
}
