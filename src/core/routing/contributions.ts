import type { Contribution } from '../model/judged';
import { intents } from '../model/profile';
import { featuresOf } from './features';
import { failuresOf } from './profile';
import type { Judgement, ProfileModel } from './profileModel';
import { readMessage } from './readMessage';

/** Judging again takes about a tenth of a millisecond, and is done once for each part. */
const mostWords = 80;
const mostSentences = 20;
const mostTold = 16;
const longestShown = 60;
/** Of a hundred failures and of a probability: less is no reason. */
const leastFailures = 0.5;
const leastIntent = 0.03;

/**
 * Which parts of a text move its judgement most: each word, each sentence, the code and the logs are left out in turn
 * and the rest is judged. Works with any model, and tells what this one does rather than what its weights look like.
 */
export function contributionsOf(model: ProfileModel, text: string, language?: string): readonly Contribution[] {
  const judge = (one: string): Judgement => model.judge(featuresOf(readMessage(one), language));
  const whole = judge(text);
  const intent = intents.reduce((best, one) => (whole.intents[one] > whole.intents[best] ? one : best));
  const without = (kind: Contribution['kind'], rest: string, part?: string): Contribution => {
    const left = judge(rest);
    return { kind, text: part === undefined ? undefined : shortened(part), failures: failuresOf(whole.difficulty) - failuresOf(left.difficulty), intent: whole.intents[intent] - left.intents[intent] };
  };
  const reading = readMessage(text);
  const found: Contribution[] = [];
  if (reading.shown !== '' && reading.said !== '') found.push(without('code', reading.logged === '' ? reading.said : `${reading.said}\n${reading.logged}`));
  if (reading.logged !== '' && reading.said !== '') found.push(without('log', withFence(reading.said, reading.shown)));
  const sentences = reading.said.split(/(?<=[.?!。？！])\s|\n/).filter((sentence) => sentence.trim() !== '');
  if (sentences.length > 1) for (const sentence of sentences.slice(0, mostSentences)) found.push(without('sentence', withFence(reading.said.replace(sentence, ''), reading.shown, reading.logged), sentence));
  const words = new Set((reading.said.toLowerCase().match(/[\p{L}\p{N}_][\p{L}\p{N}\p{M}_'’.+#-]*/gu) ?? []).map((word) => word.replace(/[.'’-]+$/, '')));
  if (words.size > 1) for (const word of [...words].slice(0, mostWords)) found.push(without('word', withFence(withoutWord(reading.said, word), reading.shown, reading.logged), word));
  return found
    .filter(({ failures, intent: adds }) => Math.abs(failures) >= leastFailures || adds >= leastIntent)
    .toSorted((one, other) => weight(other) - weight(one))
    .slice(0, mostTold);
}

function weight({ failures, intent }: Contribution): number {
  return Math.max(Math.abs(failures), 20 * intent);
}

function withFence(said: string, shown: string, logged = ''): string {
  const code = shown === '' ? '' : `\n\`\`\`\`\`\n${shown}\n\`\`\`\`\`\n`;
  return logged === '' ? `${said}${code}` : `${said}${code}\n${logged}`;
}

/** A word ends where no letter or figure follows. */
function withoutWord(said: string, word: string): string {
  const isPart = (character: string | undefined): boolean => character !== undefined && /[\p{L}\p{N}_]/u.test(character);
  const small = said.toLowerCase();
  // Where small letters have another length than large ones, nothing is left out rather than something else.
  if (small.length !== said.length) return said;
  let rest = '';
  let from = 0;
  for (let at = small.indexOf(word); at !== -1; at = small.indexOf(word, at + word.length)) {
    if (isPart(said[at - 1]) || isPart(said[at + word.length])) continue;
    rest += `${said.slice(from, at)} `;
    from = at + word.length;
  }
  return rest + said.slice(from);
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= longestShown ? line : `${line.slice(0, longestShown - 1)}…`;
}
