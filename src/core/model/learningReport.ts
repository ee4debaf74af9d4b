import type { Domain, Effort } from './modelCard';
import type { OutcomeKind } from './outcome';
import type { Realm } from './provider';

/** What was learnt from use, as a person may look at it. */
export interface LearningReport {
  /** Nothing is noted and nothing used while it is false. */
  readonly enabled: boolean;
  readonly realm: Realm;
  /** After so many days an outcome counts half. */
  readonly halfLifeDays: number;
  /** The most changed first. Only models of which something is known from use. */
  readonly models: readonly LearntModel[];
  /** Outcomes of models that cannot be asked now. */
  readonly ofOthers: number;
}

export interface LearntModel {
  /** Id of its card. */
  readonly card: string;
  readonly name: string;
  /** How many outcomes of each kind there are, by whether they speak for it. */
  readonly outcomes: readonly { readonly kind: OutcomeKind; readonly good: number; readonly bad: number }[];
  /** When the newest of them was, epoch milliseconds; undefined without any. */
  readonly newest: number | undefined;
  readonly efforts: readonly LearntEffort[];
}

export interface LearntEffort {
  readonly effort: Effort;
  /** Questions that count in the chances: all but the one that says most for it and the one that says most against it. 0: the chances are the catalogue's. */
  readonly questions: number;
  /** Chances of success at a task of middling difficulty, for the domains in which something happened. `before` is the catalogue's, undefined where nothing was measured. */
  readonly domains: readonly { readonly domain: Domain; readonly before: number | undefined; readonly after: number; readonly outcomes: number }[];
  /** Length of answers relative to what is expected of a model that does not reason. */
  readonly verbosity: { readonly before: number; readonly after: number } | undefined;
  /** Medians of completed calls, in milliseconds. */
  readonly speed: { readonly calls: number; readonly firstTokenMs: number | undefined; readonly totalMs: number } | undefined;
}
