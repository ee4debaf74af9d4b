/**
 * Text of others as Markdown that shows just that text: every mark is taken literally, addresses do not become links, and
 * `$(name)` no icon. Unlike the editor's own `appendText`, spaces stay places where a line may break.
 */
export function asMarkdown(text: string): string {
  return text.replaceAll(/[!-/:-@[-`{-~]/g, '\\$&').replaceAll('\n', ' ');
}
