/** A text that grows in a box in which a person may write as well. Knows nothing of the editor. */
export class MessageBox {
  /** Everything that was put there: the box tells of it late, so that only other text is the person's. */
  readonly #written: Set<string>;

  constructor(
    private readonly box: { value: string },
    /** What stood there. */
    readonly before = box.value,
  ) {
    this.#written = new Set([before]);
  }

  /** Whether the person has written there since: then it is theirs. */
  get isTaken(): boolean {
    return !this.#written.has(this.box.value);
  }

  /** Shows the text as far as it has come. */
  show(text: string): void {
    if (this.isTaken || this.box.value === text) return;
    this.#written.add(text);
    this.box.value = text;
  }

  /** Puts the whole text there as one step: undoing it once brings back what stood there. False: the person has written meanwhile. */
  settle(text: string): boolean {
    if (this.isTaken) return false;
    this.box.value = this.before;
    this.show(text);
    return true;
  }

  /** Puts it there whatever stands there: the person has agreed to it. */
  replace(text: string): void {
    this.box.value = text;
  }

  /** What stood there before, unless the person has written since. */
  restore(): void {
    if (!this.isTaken) this.box.value = this.before;
  }
}
