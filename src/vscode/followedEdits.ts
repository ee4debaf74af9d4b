import type { EditFate } from '../core/model/outcome';

/** Undone within this time the code was not wanted; later it may be undone with other work. In milliseconds. */
const undoneWithinMs = 2 * 60_000;
/** Still there after this time it is kept, saved or not. */
const keptAfterMs = 10 * 60_000;
/** Language services tell of errors in several goes: they are counted when it has been quiet for so long. */
const quietMs = 3_000;
/** Whoever takes over more pieces of code than this in ten minutes has the oldest ones forgotten. */
const mostFollowed = 20;

/** Code that was taken from an answer into a file. Texts are those of the whole file, which are compared and never kept for longer. */
export interface TakenCode {
  readonly answerId: string;
  readonly file: string;
  readonly code: string;
  /** The file before. */
  readonly before: string;
  readonly errorsBefore: number;
}

interface Followed extends TakenCode {
  readonly stop: () => void;
  readonly takenAt: number;
  /** Somebody has typed since: errors are no longer the answer's alone. */
  touched: boolean;
  kept: boolean;
  cancelCount: () => void;
}

/**
 * Follows code that was taken from answers into files for a few minutes, and tells what became of it. Knows nothing of the
 * editor: it is told what happens there.
 */
export class FollowedEdits {
  #followed: readonly Followed[] = [];

  constructor(
    private readonly clock: { readonly elapsed: () => number; readonly after: (ms: number, callback: () => void) => () => void },
    private readonly tell: (answerId: string, fate: EditFate) => void,
    /** The whole text of a file as it is now; undefined when it is not open. */
    private readonly textOf: (file: string) => string | undefined,
  ) {}

  /** The code is in the file now. */
  taken(code: TakenCode): void {
    // It may have been undone before the editor's word came that it is there.
    if (this.textOf(code.file) === code.before && !plain(code.before).includes(plain(code.code))) {
      this.tell(code.answerId, { kind: 'undone' });
      return;
    }
    const followed: Followed = {
      ...code,
      takenAt: this.clock.elapsed(),
      touched: false,
      kept: false,
      cancelCount: () => undefined,
      stop: this.clock.after(keptAfterMs, () => {
        this.#keptIfThere(followed);
        this.#forget(followed);
      }),
    };
    // What the same answer gave before is followed no longer: its newest code is the one that counts.
    for (const one of this.#followed) if (one.answerId === code.answerId) this.#forget(one);
    this.#followed = [...this.#followed, followed];
    for (const one of this.#followed.slice(0, -mostFollowed)) this.#forget(one);
  }

  /** Everything an answer gave was taken back at once. */
  takenBack(answerId: string): void {
    for (const one of this.#followed.filter((other) => other.answerId === answerId)) {
      this.#forget(one);
      if (this.clock.elapsed() - one.takenAt <= undoneWithinMs) this.tell(answerId, { kind: 'undone' });
    }
  }

  /** The text of a file changed after that. */
  changed(file: string, byUndo: boolean): void {
    for (const one of this.#of(file)) {
      if (byUndo && this.clock.elapsed() - one.takenAt <= undoneWithinMs && this.textOf(file) === one.before) {
        this.#forget(one);
        this.tell(one.answerId, { kind: 'undone' });
      } else {
        one.touched = true;
        one.cancelCount();
      }
    }
  }

  saved(file: string): void {
    for (const one of this.#of(file)) this.#keptIfThere(one);
  }

  /** The problems of a file were found anew. */
  diagnosed(file: string, errors: () => number): void {
    for (const one of this.#of(file)) {
      if (one.touched) continue;
      one.cancelCount();
      one.cancelCount = this.clock.after(quietMs, () => this.tell(one.answerId, { kind: 'diagnostics', errorsBefore: one.errorsBefore, errorsAfter: errors() }));
    }
  }

  dispose(): void {
    for (const one of this.#followed) this.#forget(one);
  }

  #of(file: string): readonly Followed[] {
    return this.#followed.filter((one) => one.file === file);
  }

  #keptIfThere(one: Followed): void {
    if (one.kept || !plain(this.textOf(one.file)).includes(plain(one.code))) return;
    // Followed all the same: some editors save by themselves, and it may still be undone.
    one.kept = true;
    this.tell(one.answerId, { kind: 'kept' });
  }

  #forget(one: Followed): void {
    one.stop();
    one.cancelCount();
    this.#followed = this.#followed.filter((other) => other !== one);
  }
}

/** Files have one line ending, models another; savers trim the ends of lines. */
function plain(text = ''): string {
  return text.replace(/[ \t]*\r?\n/g, '\n').trim();
}
