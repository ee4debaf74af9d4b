import { type DemoMessage, promptOf } from './request';

/** Words more than this share apart make a difference. */
const clearly = 1.1;

/**
 * What a demo model says when it is asked to compare two answers; undefined for any other request. The rule is as simple
 * as it says: the answer with more different words is better, unless they are nearly as many.
 */
export function demoVerdict(messages: readonly DemoMessage[]): string | undefined {
  if (messages[0]?.role !== 'system' || !messages[0].text.startsWith('You compare two answers to the same question.')) return undefined;
  const prompt = promptOf(messages);
  const id = /\bThe id is (\S+)\. Which answer is better\?$/.exec(prompt)?.[1] ?? '';
  const [one, two] = [wordsIn(prompt, `answer 1 ${id}`), wordsIn(prompt, `answer 2 ${id}`)];
  const better = one > clearly * two ? '1' : two > clearly * one ? '2' : 'equal';
  return JSON.stringify({ id, better, why: `Simulated verdict of the demo: ${one} and ${two} different words.` });
}

function wordsIn(prompt: string, mark: string): number {
  const start = prompt.indexOf(`<<${mark}>>`);
  const end = prompt.indexOf(`<<end of ${mark}>>`);
  return start < 0 || end < start ? 0 : new Set(prompt.slice(start + mark.length + 4, end).toLowerCase().match(/[\p{L}\p{N}]+/gu)).size;
}
