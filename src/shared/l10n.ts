/** What stands for the places `{0}`, `{1}` of a text. */
type Argument = string | number;

/** As numbers and days are written where the texts are English: 24 hours, the day before the month. */
const english = 'en-GB';

let bundle: Readonly<Record<string, string>> = {};
let language = english;

/**
 * The texts of the editor's language, by their English; what is not in them stays English. Undefined: the editor has none,
 * so that numbers and days are written as in English as well. The host calls it at start, a page with what its host gives it.
 */
export function useBundle(texts: Readonly<Record<string, string>> | undefined, of = english): void {
  bundle = texts ?? {};
  language = texts === undefined ? english : of;
}

/** A number with this many decimals, as the language of the texts writes it. */
export function decimal(value: number, digits: number): string {
  return language === english ? value.toFixed(digits) : value.toLocaleString(language, { minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: false });
}

/** A whole number with signs between its thousands. */
export function grouped(value: number): string {
  return value.toLocaleString(language);
}

/** A day or a time of this machine, as the language of the texts writes it. `at` is epoch milliseconds. */
export function momentText(at: number, options: Intl.DateTimeFormatOptions): string {
  return new Date(at).toLocaleString(language, options);
}

/**
 * A text for people in the editor's language. `english` is a literal, so that `npm run l10n` finds it; its places `{0}`,
 * `{1}` are filled with the arguments.
 */
export function t(english: string, ...values: readonly Argument[]): string {
  return (Object.hasOwn(bundle, english) ? (bundle[english] ?? english) : english).replace(/\{(\d)\}/g, (place, index: string) => String(values[Number(index)] ?? place));
}
