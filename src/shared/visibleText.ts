/**
 * Text of models and providers may hold characters that a person does not see: terminal escape sequences, bidirectional
 * overrides (CVE-2021-42574), zero-width and tag characters that smuggle instructions. Pages show and copy the result of
 * `makeVisible`, so that what is copied is what was seen.
 */

/** Everything that may have to change, as ranges of code points. Tab and newline are fine, and the carriage return is gone by then. */
const suspiciousRanges: readonly (readonly [first: number, last: number])[] = [
  [0x00, 0x08], [0x0b, 0x1f], [0x7f, 0x9f], [0xad, 0xad], [0x034f, 0x034f], [0x061c, 0x061c], [0x115f, 0x1160], [0x17b4, 0x17b5], [0x180b, 0x180f],
  [0x200b, 0x200f], [0x2028, 0x202e], [0x2060, 0x206f], [0x3164, 0x3164], [0xfe00, 0xfe0f], [0xfeff, 0xfeff], [0xffa0, 0xffa0], [0xfff0, 0xfffb],
  [0x1d173, 0x1d17a], [0xe0000, 0xe0fff],
];

const escaped = (codePoint: number) => `\\u{${codePoint.toString(16)}}`;

/** A quick test that keeps ordinary text free of the slow path. */
const suspicious = new RegExp(`[${suspiciousRanges.map(([first, last]) => `${escaped(first)}-${escaped(last)}`).join('')}]`, 'u');

/**
 * Terminal sequences: CSI with its parameters, OSC and the other strings up to their terminator, two-character escapes; in
 * their 7-bit and 8-bit forms (ECMA-48).
 */
// oxlint-disable-next-line no-control-regex
const terminalSequence = /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d\u009e\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)|\u001b[ -/]*[0-~]/g;

/** Invisible characters where they do honest work; group 0 is kept as it is. */
const honest = [
  // Emoji: a joiner between pictures, one variation selector after a base, the flags of England, Scotland and Wales.
  '\\p{Extended_Pictographic}[\\ufe0e\\ufe0f]?\\p{Emoji_Modifier}?(?:\\u200d\\p{Extended_Pictographic}[\\ufe0e\\ufe0f]?\\p{Emoji_Modifier}?)+',
  '\\u{1f3f4}[\\u{e0061}-\\u{e007a}]{1,6}\\u{e007f}',
  '[0-9#*]\\ufe0f\\u20e3',
  '[^\\p{C}\\p{M}][\\ufe00-\\ufe0f](?![\\ufe00-\\ufe0f])',
  // Joiners inside words of the scripts that need them, direction marks beside letters written from right to left.
  '[\\p{Script=Arabic}\\p{Script=Syriac}\\p{Script=Mongolian}\\p{Script=Devanagari}\\p{Script=Bengali}\\p{Script=Gurmukhi}\\p{Script=Gujarati}\\p{Script=Oriya}\\p{Script=Tamil}\\p{Script=Telugu}\\p{Script=Kannada}\\p{Script=Malayalam}\\p{Script=Sinhala}\\p{Script=Khmer}]\\p{M}*[\\u200c\\u200d](?![\\u200b-\\u200d])',
  '[\\p{Script=Arabic}\\p{Script=Hebrew}]\\p{M}*[\\u200e\\u200f\\u061c](?![\\u200e\\u200f\\u061c])',
  '\\p{Script=Mongolian}[\\u180b-\\u180f]',
  '\\p{Script=Han}[\\u{e0100}-\\u{e01ef}](?![\\u{e0100}-\\u{e01ef}])',
].join('|');

const hidden = new RegExp(`(${honest})|(${suspicious.source})`, 'gu');

/**
 * The same text with terminal sequences removed and every other hidden character written out, e.g. `⟨U+202E⟩`. Line ends
 * become `\n`. Idempotent; ordinary text is returned as it is.
 */
export function makeVisible(text: string): string {
  const oneKindOfLineEnd = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
  if (!suspicious.test(oneKindOfLineEnd)) return oneKindOfLineEnd;
  return oneKindOfLineEnd.replace(terminalSequence, '').replace(hidden, (_all, kept: string | undefined, found: string | undefined) => kept ?? spellOut(found ?? ''));
}

function spellOut(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `⟨U+${code}⟩`;
}
