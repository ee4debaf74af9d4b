import assert from 'node:assert/strict';
import { MessageBox } from '../../../../src/vscode/editor/messageBox';

/** A box as the editor has it: it tells late of what was put into it, and each text is a step to undo. */
class Box {
  readonly steps: string[] = [];
  #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  get value(): string {
    return this.#value;
  }

  set value(text: string) {
    this.steps.push(text);
    this.#value = text;
  }

  /** The editor tells of a text: the person's, or an earlier one of ours. */
  tells(text: string): void {
    this.#value = text;
  }
}

describe('MessageBox', () => {
  it('grows, and is one step from what stood there', () => {
    const box = new Box('fix typo');
    const message = new MessageBox(box);
    message.show('Fix');
    message.show('Fix the');
    assert.equal(message.settle('Fix the typo'), true);
    assert.equal(box.value, 'Fix the typo');
    assert.deepEqual(box.steps.slice(-2), ['fix typo', 'Fix the typo']);
  });

  it('leaves alone what the person writes meanwhile', () => {
    const box = new Box('');
    const message = new MessageBox(box);
    message.show('Fix');
    box.tells('Fixes mine');
    message.show('Fix the');
    assert.equal(message.settle('Fix the typo'), false);
    message.restore();
    assert.equal(box.value, 'Fixes mine');
    message.replace('Fix the typo');
    assert.equal(box.value, 'Fix the typo');
  });

  it('does not take an earlier text of its own for the person’s', () => {
    const box = new Box('fix typo');
    const message = new MessageBox(box);
    message.show('Fix');
    message.show('Fix the');
    box.tells('Fix');
    message.show('Fix the typo');
    assert.equal(box.value, 'Fix the typo');
  });

  it('brings back what stood there', () => {
    const box = new Box('fix typo');
    const message = new MessageBox(box);
    message.show('Fix');
    message.restore();
    assert.equal(box.value, 'fix typo');
  });
});
