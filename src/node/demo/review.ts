import type { DemoModel } from './models';
import { type DemoMessage, promptOf } from './request';

/** What a demo critic misses in an answer: a heading, and what is said below it. As simple as it says. */
const parts = [
  { title: 'An example', point: 'Give an example.', text: 'A real model would show one here, small enough to try.' },
  { title: 'Edge cases', point: 'Name the edge cases.', text: 'Empty input, very much of it, and the same twice.' },
  { title: 'How to check it', point: 'Say how it can be checked.', text: 'One test that fails without it, and one that must go on passing.' },
  { title: 'In short', point: 'Sum it up in a sentence.', text: 'Small steps, each with a check, in the order of what is cheapest to undo.' },
] as const;

/** What the demo writes when it criticises, checks, compares or improves answers; undefined for any other request. */
export function demoReview(messages: readonly DemoMessage[], model: DemoModel): string | undefined {
  const instructions = messages[0]?.role === 'system' ? messages[0].text : '';
  const prompt = promptOf(messages);
  const id = /\bThe id is (\S+)\. \S/.exec(prompt)?.[1] ?? '';
  if (instructions.startsWith('You criticise an answer to a question')) return critique(part(prompt, 'answer', id), id, model);
  if (instructions.startsWith('You check whether an answer')) return check(part(prompt, 'answer', id), id);
  if (instructions.startsWith('You are given several answers')) return disputes(answersIn(prompt, id), id);
  if (prompt.startsWith('Others have read your answer')) return revision(messages.findLast(({ role }) => role === 'assistant')?.text ?? '', prompt);
  const marks = /Others have answered the question above\.[\s\S]*?<<answer 1 (\S+)>>/.exec(prompt);
  return marks ? merged(answersIn(prompt, marks[1] ?? '')) : undefined;
}

function critique(answer: string, id: string, { depth }: DemoModel): string {
  const missing = parts.filter(({ title }) => !answer.includes(title));
  const score = Math.round((1 - 0.15 * missing.length) * 100) / 100;
  return JSON.stringify({ id, score, points: missing.slice(0, depth + 1).map(({ point }) => point) });
}

function check(answer: string, id: string): string {
  const words = wordsOf(answer).size;
  return JSON.stringify({ id, confidence: words >= 60 ? 0.85 : 0.4, why: `Simulated check of the demo: ${words} different words.` });
}

/** Most of the words of the shorter one are in the longer one: they say the same. */
function disputes(answers: readonly string[], id: string): string {
  const groups: number[][] = [];
  for (const [place, answer] of answers.entries()) {
    const group = groups.find(([first = 0]) => holds(answers[first] ?? '', answer));
    if (group) group.push(place + 1);
    else groups.push([place + 1]);
  }
  const disputed = groups.length > 1 ? [`Simulated dispute of the demo: ${groups.map((group) => `answer ${group.join(' and ')}`).join(' against ')}.`] : [];
  return JSON.stringify({ id, groups, disputed });
}

function holds(one: string, other: string): boolean {
  const [shorter, longer] = [wordsOf(one), wordsOf(other)].toSorted((left, right) => left.size - right.size);
  const shared = [...(shorter ?? [])].filter((word) => longer?.has(word)).length;
  return shared >= 0.6 * (shorter?.size ?? 0);
}

function revision(answer: string, prompt: string): string {
  const added = parts.filter(({ title, point }) => prompt.includes(point) && !answer.includes(title));
  return [answer.trim(), ...added.map(({ title, text }) => `### ${title}\n\n${text}`)].join('\n\n');
}

/** The longest, with a word that others were read. */
function merged(answers: readonly string[]): string {
  const longest = answers.reduce((most, one) => (wordsOf(one).size > wordsOf(most).size ? one : most), '');
  return `${longest.trim()}\n\n*Simulated: the demo made one answer of ${answers.length}.*`;
}

function answersIn(prompt: string, id: string): readonly string[] {
  const found: string[] = [];
  while (prompt.includes(`<<answer ${found.length + 1} ${id}>>`)) found.push(part(prompt, `answer ${found.length + 1}`, id));
  return found;
}

function part(prompt: string, name: string, id: string): string {
  const start = prompt.indexOf(`<<${name} ${id}>>`);
  const end = prompt.indexOf(`<<end of ${name} ${id}>>`);
  return start < 0 || end < start ? '' : prompt.slice(start + name.length + id.length + 5, end).trim();
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu));
}
