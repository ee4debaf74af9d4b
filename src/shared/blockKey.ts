/**
 * By which page and host name the same block of an answer: 32-bit FNV-1a over its lines without the blanks at their edges,
 * because the two read Markdown each in its own way.
 */
export function blockKey(code: string): string {
  let hash = 0x811c9dc5;
  const bare = code.split('\n').map((line) => line.trim()).join('\n').trim();
  for (let index = 0; index < bare.length; index += 1) hash = Math.imul(hash ^ bare.charCodeAt(index), 0x01000193);
  return (hash >>> 0).toString(36);
}
