/**
 * Where the words of a search stand in a text: from and behind which UTF-16 unit, in order. As the search itself takes
 * them: whole words, in either case and with or without accents, the last one as the beginning of a word.
 */
export function findWords(text: string, query: string): readonly (readonly [from: number, to: number])[] {
  const words = plain(query).match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  if (words.length === 0) return [];
  const choices = words.map((word, index) => (index === words.length - 1 ? word : String.raw`${word}(?![\p{L}\p{M}\p{N}])`));
  const pattern = new RegExp(String.raw`(?<![\p{L}\p{M}\p{N}])(?:${choices.join('|')})`, 'giu');
  return Array.from(plain(text).matchAll(pattern), (match) => [match.index, match.index + match[0].length] as const);
}

/** Without accents, as long as before. */
function plain(text: string): string {
  return text.replace(/\P{ASCII}/gu, (character) => {
    const base = character.normalize('NFD').replace(/\p{M}/gu, '');
    return base.length === character.length ? base : character;
  });
}

const highlightName = 'farthing-found';

/** Marks these words in an element, as the editor marks what it has found, without changing the element. Returns where the first one is. */
export function markFound(element: Element, query: string): Range | undefined {
  const ranges: Range[] = [];
  for (const part of element.querySelectorAll('.bubble, .answer-text')) {
    const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      for (const [from, to] of findWords(node.textContent ?? '', query)) {
        const range = document.createRange();
        range.setStart(node, from);
        range.setEnd(node, to);
        ranges.push(range);
      }
    }
  }
  CSS.highlights.set(highlightName, new Highlight(...ranges));
  return ranges[0];
}

export function unmarkFound(): void {
  CSS.highlights.delete(highlightName);
}
