import type { Previews } from './preview';
import type { TaskProfile } from './profile';

/** What a part of a prompt does to its judgement, found by judging the prompt without it. */
export interface Contribution {
  /** The words, shortened; of code and logs undefined. */
  readonly text: string | undefined;
  readonly kind: 'word' | 'sentence' | 'code' | 'log';
  /** How many more of a hundred tasks a small model fails at because of it; below 0 fewer. */
  readonly failures: number;
  /** Probability that it adds to the intent. */
  readonly intent: number;
}

/** How a prompt is judged, and what would be asked. */
export interface JudgedPrompt {
  readonly text: string;
  readonly profile: TaskProfile;
  /** Of a hundred tasks like it, how many a small model fails at. */
  readonly failures: number;
  /** The strongest first. Of what the classifiers do nothing is in it. */
  readonly contributions: readonly Contribution[];
  /** How many classifiers of the person's own are in force. */
  readonly classifiers: number;
  /** Version of the weights; undefined when prompts are judged by their length alone. */
  readonly weights: string | undefined;
  readonly previews: Previews;
}
