/** Longer texts are cut: a provider's answer may be a whole page. */
const mostCharacters = 1000;

/**
 * Text of others (models, providers, folders) for notifications and pickers, in one line. The editor makes links of
 * `[text](command:…)` in notifications and runs what is clicked, and pictures of `$(name)` in pickers: both are taken
 * apart, and characters that nobody sees become spaces.
 */
export function plainText(text: string): string {
  const seen = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').replaceAll('](', '] (').replaceAll('$(', '$ (');
  return seen.length <= mostCharacters ? seen : `${seen.slice(0, mostCharacters)}…`;
}
