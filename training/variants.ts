import { selectionText } from '../src/core/editorTasks/selectionText';
import { oneOf } from './random';
import type { Example } from './sources';

/** What is asked, as a person may have written or sent it. */
export interface Asked {
  readonly text: string;
  readonly language?: string;
}

const openings = [
  'Hi! ', 'hello, ', 'Hey there, ', 'Good morning! ', 'Quick question: ', 'Dear assistant, ', "Hi, hope you're doing well. ", 'Could you please help me with this? ', "I'd really appreciate some help here. ",
  'sorry to bother you, ', 'hey quick one, ', 'Hi team, ', 'please ', 'Hello! I have a small question for you. ', 'As a developer I would like your help. ', 'ok so ', 'Can you help? ', 'yo, ', 'Good evening. I was wondering about something. ',
  'Hello again, me once more with one of my questions. ', "I hope it's ok to ask this here. ", 'Greetings! I trust you are having a nice week. ', 'Happy Monday! ', 'When you have a minute: ', 'If it is not too much trouble, ',
  'Right, next thing. ', 'One more please. ', 'I need a hand with the following. ', 'So here is the thing: ', 'Dear colleague, I would be most grateful for a look at this. ', 'Hallo, ', 'Bonjour ! ', 'hola, ', 'Now this one: ', 'Sorry for all the questions today. ',
];
const closings = [
  ' Thanks!', ' thanks in advance', ' Thank you so much for your help!', ' please', ' pls', ' thx', ' Much appreciated.', ' Cheers', ' Have a nice day!', ' Let me know. Thanks a lot!', ' :)', ' Many thanks, you are great!',
  ' Thank you very much in advance for your time and patience.', '\n\nBest regards', '\nKind regards and thanks for everything', ' Any help is welcome.', " I'd be very grateful.", ' Sorry if this is obvious.', ' ty!!', ' <3', '\n\nWith best wishes', ' You would make my day.',
  ' That would help me a lot, really.', ' merci!', ' danke dir', ' gracias', ' No rush at all, whenever it suits.', " Hope that's clear enough, and thank you.", ' ...thanks', ' Looking forward to your answer, have a great weekend everybody.',
];
const stories = [
  "I'm working on a project at work and ran into this. ",
  'We are a small team and I joined last month. ',
  'My colleague is on holiday so I have to do this myself. ',
  'I have been staring at this for a while and my coffee is getting cold. ',
  "This is for our internal tool, nothing fancy, you don't have to know the details. ",
  'Some context: we moved to a new office this week and everything is a bit chaotic. ',
  'Long day today, and one more thing before I go home. ',
  'My manager asked me about this in the meeting this morning and I had no answer. ',
  'I am writing this on the train, so excuse the typing. ',
  "It's raining, the wifi is bad, and the kids are at home, so bear with me. ",
  'I used to know this but forgot. ',
  'Background, you can skip it: I did sales for ten years before I came here. ',
  'We talked about it over lunch and could not agree. ',
  'The last person who knew about it has left. ',
  'Nobody on the team has time to look at it with me. ',
  'I have a demo tomorrow at nine and want to get this out of the way. ',
];
const places = ['src/app.ts:3-9', 'main.py:10-42', 'internal/server/handler.go:21-60', 'lib/core.rs:1-30', 'app/models/order.rb:5-25', 'untitled:1-12', 'src/components/List.tsx:14-48', 'query.sql:1-15'];

/** As the product composes it from what was typed and selected. */
export function composed({ prompt, selection, language }: Pick<Example, 'prompt' | 'selection' | 'language'>, place = 'untitled:1-12'): Asked {
  const text = selection === undefined ? prompt : selectionText({ ask: prompt, place, code: selection, language: language ?? 'plaintext', problems: '' });
  return { text, ...(language === undefined ? {} : { language }) };
}

/** Another way of asking the same. Deterministic for the numbers it is given. */
export function variant(random: () => number, example: Example, unrelated: readonly Example[]): Asked {
  let { prompt } = example;
  let { selection, language } = example;
  const chance = (share: number): boolean => random() < share;
  if (chance(0.3)) prompt = recased(random, prompt);
  if (chance(0.15)) prompt = prompt.normalize('NFD').replaceAll(/\p{M}/gu, '');
  if (chance(0.15)) prompt = prompt.replaceAll(/[.,!?;:'"]+(?=\s|$)/g, '');
  if (chance(0.2)) prompt = mistyped(random, prompt);
  if (chance(0.15)) prompt = oneOf(random, stories) + prompt;
  if (chance(0.35)) prompt = oneOf(random, openings) + prompt;
  if (chance(0.35)) prompt += oneOf(random, closings);
  if (selection === undefined && chance(0.3)) {
    const other = oneOf(random, unrelated);
    selection = other.selection;
    if (chance(0.5)) language = other.language;
  }
  if (chance(0.15)) language = undefined;
  const rest = language === undefined ? {} : { language };
  if (selection === undefined) return { text: prompt, ...rest };
  const shape = random();
  if (shape < 0.12) return { text: `${prompt}\n${selection}`, ...rest };
  if (shape < 0.24) return { text: `${prompt}\n\n\`\`\`\n${selection}\n\`\`\``, ...rest };
  if (shape < 0.32) return { text: `\`\`\`${language ?? ''}\n${selection}\n\`\`\`\n${prompt}`, ...rest };
  return composed({ prompt, selection, ...rest }, oneOf(random, places));
}

function recased(random: () => number, text: string): string {
  const way = random();
  if (way < 0.4) return text.toLowerCase();
  if (way < 0.7) return text.toUpperCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Letters change places or are lost in some words. */
function mistyped(random: () => number, text: string): string {
  return text.replaceAll(/[a-z]{5,}/g, (word) => {
    if (random() > 0.08) return word;
    const at = 1 + Math.floor(random() * (word.length - 3));
    return random() < 0.5 ? word.slice(0, at) + word.slice(at + 1) : word.slice(0, at) + word.charAt(at + 1) + word.charAt(at) + word.slice(at + 2);
  });
}
