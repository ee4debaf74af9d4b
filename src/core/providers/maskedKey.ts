/** Of a shorter key four characters are too much to show. Every provider's own keys are longer. */
const shortestToHint = 24;

/**
 * What of a key may be shown to tell it from another: its public beginning if it has one, and its last four characters,
 * `sk-…abcd`. Of a short key, which may be a password somebody made up, nothing: `…`.
 */
export function maskedKey(key: string, publicPrefix: string | undefined): string {
  if (key.length < shortestToHint) return '…';
  const prefix = publicPrefix !== undefined && key.startsWith(publicPrefix) ? publicPrefix : '';
  return `${prefix}…${key.slice(-4)}`;
}
