import type { Domain } from '../model/modelCard';

/** What a critic looks for, by the domain of the question. A sentence each, the gravest first: prompts are paid for. */
export const rubrics: Readonly<Record<Domain, string>> = {
  code: 'Does the code do what was asked, on usual and on edge cases? Is it complete, free of invented functions and options, and safe? Are errors handled? Is it as simple as the task allows?',
  agentic_code: 'Would these changes do what was asked and leave the rest working? Are all places named that must change, in an order that works? Is anything invented that the project does not have?',
  math: 'Is the result right? Check each step by calculating it again. Is every case covered, and is the answer given in the form that was asked for?',
  reasoning: 'Does the conclusion follow from what is given? Are premises invented, cases left out, or steps skipped that decide the result?',
  knowledge: 'Is every statement true and up to date as far as it can be known? Is anything important missing, invented, or told with more certainty than it has?',
  writing: 'Does the text do what was asked, for the reader it is for, in the length and tone asked for? Is it clear, concrete, and without filler?',
  chat: 'Does it answer what was asked, truly and briefly? Is anything missing that the person needs next?',
  tools: 'Are the right tools used with the right arguments, in an order that works? Is anything claimed that no tool said?',
  instruction: 'Is every single instruction followed, to the letter: form, length, order, what must not be in it?',
  long_context: 'Is every statement borne out by the material that was given? Is anything in it that decides the question left out or misread?',
};
