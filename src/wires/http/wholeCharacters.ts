import type { DeltaEvent } from './answerFold';

/** Makes deltas in which no character is torn apart: half a surrogate pair waits for its other half in the next piece. */
export class WholeCharacters {
  #half = '';
  #lastWas: DeltaEvent['type'] = 'text';

  delta(type: DeltaEvent['type'], text: string): readonly DeltaEvent[] {
    if (text === '') return [];
    const deltas: DeltaEvent[] = [];
    let whole = text;
    if (this.#half !== '') {
      if (type === this.#lastWas) whole = this.#half + text;
      else deltas.push({ type: this.#lastWas, text: this.#half });
      this.#half = '';
    }
    this.#lastWas = type;
    const last = whole.charCodeAt(whole.length - 1);
    if (last >= 0xd800 && last <= 0xdbff) {
      this.#half = whole.slice(-1);
      whole = whole.slice(0, -1);
    }
    if (whole !== '') deltas.push({ type, text: whole });
    return deltas;
  }

  /** What is still held back, at the end of the answer. */
  end(): readonly DeltaEvent[] {
    const half = this.#half;
    this.#half = '';
    return half === '' ? [] : [{ type: this.#lastWas, text: half }];
  }
}
