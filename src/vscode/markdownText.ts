/**
 * Text of others (models, prompts, names) as plain text in a page of Markdown: no link, no picture, no HTML, no formula, no
 * table of its own making, and in one line.
 */
export function markdownText(text: string): string {
  return text.replace(/[\s\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').replace(/[\\`*_{}[\]()<>#+!|~&$:]/g, '\\$&');
}
