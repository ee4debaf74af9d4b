import { makeVisible } from '../../src/shared/visibleText';

/** What a refusal says, for people. */
export function sentenceOf(error: unknown): string {
  return makeVisible(error instanceof Error ? error.message : String(error));
}
