import * as z from 'zod/mini';

const lines = z.strictObject({ from: z.int(), to: z.int() });
const uri = z.string();

/** What a person wants to go with a question: what is needed to read it, now and again. Addresses are texts, so that it can be kept over a reload. */
const contextWish = z.discriminatedUnion('kind', [
  /** `lines`: the part of a large file that was chosen. */
  z.strictObject({ kind: z.literal('file'), uri, lines: z.optional(lines) }),
  z.strictObject({ kind: z.literal('folder'), uri }),
  z.strictObject({ kind: z.literal('selection'), uri, lines }),
  z.strictObject({ kind: z.literal('symbol'), uri, lines, name: z.string() }),
  /** Without an address: of all files. */
  z.strictObject({ kind: z.literal('problems'), uri: z.optional(uri) }),
  /** `root`: of the repository. */
  z.strictObject({ kind: z.literal('diff'), root: uri, what: z.enum(['staged', 'unstaged', 'branch']), branch: z.optional(z.string()) }),
  /** What it put out is gone from the terminal, so it is kept here; without it there was no room for it. */
  z.strictObject({ kind: z.literal('terminal'), label: z.string(), text: z.optional(z.string()) }),
  z.strictObject({ kind: z.literal('openEditors') }),
  /** With its text, because reading it again is asked about; without it there was no room for it. */
  z.strictObject({ kind: z.literal('page'), url: z.string(), title: z.string(), text: z.optional(z.string()), note: z.string() }),
  /** From a file, or pasted. */
  z.strictObject({ kind: z.literal('image'), uri: z.optional(uri), name: z.string(), mediaType: z.optional(z.enum(['image/png', 'image/jpeg', 'image/webp', 'image/gif'])), base64: z.optional(z.string()) }),
  /** Address of the cell. */
  z.strictObject({ kind: z.literal('notebook'), uri }),
]);

export type ContextWish = z.infer<typeof contextWish>;
export type WishOf<Kind extends ContextWish['kind']> = Extract<ContextWish, { kind: Kind }>;

/** What of the wishes is kept where they pass the bound together, in characters: of what is too large that it was there, so that the person is told. */
export function keptWishes(wishes: readonly ContextWish[], most: number): readonly ContextWish[] {
  let room = most;
  return wishes.flatMap((wish): readonly ContextWish[] => {
    const size = JSON.stringify(wish).length;
    if (size > room) return withoutText(wish);
    room -= size;
    return [wish];
  });
}

function withoutText(wish: ContextWish): readonly ContextWish[] {
  switch (wish.kind) {
    case 'image':
      return [{ kind: wish.kind, name: wish.name }];
    case 'page':
      return [{ kind: wish.kind, url: wish.url, title: wish.title, note: '' }];
    case 'terminal':
      return [{ kind: wish.kind, label: wish.label }];
    default:
      return [];
  }
}

/** What was kept, by this version or another; what cannot be read is left out. */
export function readWishes(kept: unknown): readonly ContextWish[] {
  if (!Array.isArray(kept)) return [];
  return kept.flatMap((one: unknown) => {
    const read = contextWish.safeParse(one);
    return read.success ? [read.data] : [];
  });
}

/** The same for two wishes for the same thing. */
export function wishKey(wish: ContextWish): string {
  switch (wish.kind) {
    case 'page':
      return JSON.stringify([wish.kind, wish.url]);
    case 'selection':
      return JSON.stringify([wish.kind, wish.uri, wish.lines.from, wish.lines.to]);
    case 'symbol':
      return JSON.stringify([wish.kind, wish.uri, wish.name]);
    case 'file':
      return JSON.stringify([wish.kind, wish.uri, wish.lines?.from, wish.lines?.to]);
    default:
      return JSON.stringify(Object.entries(wish).toSorted(([one], [other]) => (one < other ? -1 : 1)));
  }
}
