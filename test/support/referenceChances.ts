import { referenceChance } from '../../src/core/routing/bars';
import { taskDemand } from '../../src/core/routing/candidates';
import { profileTask } from '../../src/core/routing/profile';
import { shippedProfile } from './shippedProfile';

interface LabelledPrompt {
  readonly prompt: string;
  readonly selection?: string | null | undefined;
  readonly language?: string | null | undefined;
}

const fence = '```';
const judging = shippedProfile();

/** A row of labelled prompts as the message that the editor would send. */
export function messageOf({ prompt, selection, language }: LabelledPrompt): string {
  return selection ? `${prompt}\n\n${fence}${language ?? ''}\n${selection}\n${fence}` : prompt;
}

/** How hard a prompt is, as the bars see it. */
export function chanceOf(row: LabelledPrompt): number {
  const request = { messages: [{ role: 'user' as const, text: messageOf(row) }], ...(row.language ? { language: row.language } : {}) };
  return referenceChance(taskDemand(profileTask(judging, request)));
}
