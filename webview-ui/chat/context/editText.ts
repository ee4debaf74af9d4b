/**
 * Replaces a part of what is written, as if it had been typed: Undo brings it back, and the page hears of it. The caret
 * stands behind it afterwards.
 */
export function editText(field: HTMLTextAreaElement, from: number, to: number, text: string): void {
  field.focus();
  field.setSelectionRange(from, to);
  // Old, but the only way that keeps the field's own Undo.
  const done = text === '' ? from === to || document.execCommand('delete') : document.execCommand('insertText', false, text);
  if (done) return;
  field.setRangeText(text, from, to, 'end');
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
}
