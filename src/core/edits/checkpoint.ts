/** A file as it was before an answer changed it and as it was after. Texts are whole; undefined is a file that was not there. */
export interface KeptFile {
  /** Its address, as the editor writes it. */
  readonly uri: string;
  /** For people: the path in the workspace. */
  readonly label: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** It was changed by others between two changes of the same answer, so that undoing is no longer simple. */
  readonly mixed?: true;
}

/** What one answer did to files. */
export interface Checkpoint {
  readonly messageId: string;
  readonly files: readonly KeptFile[];
  readonly state: 'applied' | 'undone';
  /** Epoch milliseconds of the last change. */
  readonly at: number;
}

/** The checkpoint with more files changed: of a file that is in it already, the first text stays the one to go back to. */
export function withFiles(checkpoint: Checkpoint | undefined, messageId: string, files: readonly KeptFile[], at: number): Checkpoint {
  // What was undone and done anew begins anew.
  const earlier = checkpoint?.state === 'applied' ? checkpoint.files : [];
  const merged = files.map((file): KeptFile => {
    const before = earlier.find(({ uri }) => uri === file.uri);
    if (!before) return file;
    return { ...file, before: before.before, ...(before.mixed || before.after !== file.before ? { mixed: true } : {}) };
  });
  return { messageId, state: 'applied', at, files: [...earlier.filter(({ uri }) => !files.some((file) => file.uri === uri)), ...merged] };
}

/** What has to be done to a file so that it is as wanted. */
export type Step =
  | { readonly kind: 'write'; readonly file: KeptFile; readonly text: string }
  | { readonly kind: 'create'; readonly file: KeptFile; readonly text: string }
  | { readonly kind: 'delete'; readonly file: KeptFile }
  /** It is as wanted already. */
  | { readonly kind: 'nothing'; readonly file: KeptFile }
  /** It has been changed since: the person decides. `now` undefined: it is gone. */
  | { readonly kind: 'changed'; readonly file: KeptFile; readonly now: string | undefined; readonly wanted: string | undefined };

/**
 * What undoing, or doing again, comes to for each file.
 * @param textOf the text of a file as it is now; undefined when there is none
 */
export function stepsTo(way: 'undo' | 'redo', files: readonly KeptFile[], textOf: (uri: string) => string | undefined): readonly Step[] {
  return files.map((file) => {
    const now = textOf(file.uri);
    const [expected, wanted] = way === 'undo' ? [file.after, file.before] : [file.before, file.after];
    if (isSame(now, wanted)) return { kind: 'nothing', file };
    if (!isSame(now, expected) || (file.mixed && way === 'undo')) return { kind: 'changed', file, now, wanted };
    return stepTo(file, now, wanted);
  });
}

/** The step that makes a file as wanted, whatever it is now. */
export function stepTo(file: KeptFile, now: string | undefined, wanted: string | undefined): Step {
  if (isSame(now, wanted)) return { kind: 'nothing', file };
  if (wanted === undefined) return { kind: 'delete', file };
  return { kind: now === undefined ? 'create' : 'write', file, text: wanted };
}

/** Line ends are the editor's business: it may change all of them when it opens or saves a file. */
function isSame(a: string | undefined, b: string | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && plain(a) === plain(b));
}

function plain(text: string): string {
  return text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
}
