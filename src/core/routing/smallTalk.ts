/** Words that greetings, thanks and excuses are made of. */
const talk = new Set(
  'are hi hello hey yo hallo greetings good morning afternoon evening night day dear team all everyone everybody folks guys there assistant friend friends mate buddy sir madam i im ive id ill me my myself we us you your youre u this that it would could will can may have has had hope hoping trust finds found doing keeping going well fine great nice lovely wonderful awesome amazing brilliant fantastic perfect happy friday monday tuesday wednesday thursday saturday sunday weekend week today tonight thank thanks thankyou thx ty tysm cheers much many so very really ever truly a an the lot lots bunch million ton again once more please pls plz kindly help helping helped helpful helps hand need want like some any little quick small short one question questions ask asking asked favor favour appreciate appreciated appreciation grateful gratefully kind regards best wishes warm sincerely yours with in advance for of to on at and or but if be too mind sorry bother bothering trouble troubling disturb disturbing excuse pardon time patience attention when whenever minute moment second suits let know looking forward answer reply hearing welcome life saver take care bitte danke dir ihnen vielen dank gruss grusse mfg bonjour merci beaucoup svp cordialement salut hola gracias saludos ciao grazie obrigado obrigada ola'.split(
    ' ',
  ),
);
/** At least one of these must be among them. */
const telling = new Set('hi hello hey yo hallo greetings morning afternoon evening dear hope trust thank thanks thankyou thx ty tysm cheers please pls plz help helping hand question questions favor favour appreciate appreciated grateful regards wishes sincerely sorry excuse pardon welcome danke dank gruss merci bonjour salut hola gracias ciao grazie obrigado obrigada'.split(' '));

const longest = 120;
const looked = 3;
const sentence = /[^.!?\n]+[.!?\n]*\s*/g;
const word = /[\p{L}\p{N}]+/gu;

/** The text without sentences of mere politeness at its beginning and its end; whole when nothing else would be left. */
export function withoutSmallTalk(text: string): string {
  const parts = text.match(sentence) ?? [];
  let from = 0;
  let to = parts.length;
  while (from < to - 1 && from < looked && isSmallTalk(parts[from] ?? '')) from += 1;
  while (to > from + 1 && to > parts.length - looked && isSmallTalk(parts[to - 1] ?? '')) to -= 1;
  return from === 0 && to === parts.length ? text : parts.slice(from, to).join('');
}

function isSmallTalk(part: string): boolean {
  if (part.length > longest) return false;
  const words = part.toLowerCase().normalize('NFD').replaceAll(/[\u0300-\u036f'’]/g, '').match(word);
  // A smile or a row of dots.
  if (words === null) return true;
  return words.every((one) => talk.has(one)) && words.some((one) => telling.has(one));
}
