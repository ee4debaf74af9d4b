import type { Message } from '../model/message';
import type { Domain } from '../model/modelCard';
import type { Candidate } from '../model/route';
import type { Ids } from '../ports/ids';
import type { StepKind } from '../model/work';
import type { Bench, Ended } from './bench';

/** How much of it is done: with which models, in how many rounds. */
export interface Size {
  readonly arms: readonly Candidate[];
  readonly rounds: number;
  /** Who judges: none of them, as long as there is another that is able enough. */
  readonly judge?: Candidate;
}

/** A call that may be made. */
export interface PlannedCall {
  readonly kind: StepKind;
  readonly candidate: Candidate;
  /** How many answers it reads besides the question. */
  readonly reads: number;
  readonly writes: 'answer' | 'verdict';
  /** How likely it comes to it, from 0 to 1. */
  readonly chance: number;
  /** Those of one stage may be under way at the same time. */
  readonly stage: number;
}

/** Expected cost of a call in nano-dollars; undefined when the price is unknown. */
export type CostOf = (call: Pick<PlannedCall, 'candidate' | 'reads' | 'writes'>) => number | undefined;

/** What a strategy works with. */
export interface Work {
  readonly bench: Bench;
  readonly ids: Ids;
  /** The conversation up to the question, as a model is asked it. */
  readonly messages: readonly Message[];
  /** The last thing the person said. */
  readonly question: string;
  /** The same with the end of what was said before it, for those who judge answers. */
  readonly asked: string;
  readonly size: Size;
  /** The score from 0 to 1 at which it is good enough. */
  readonly enough: number;
  readonly domain: Domain;
}

/** One way to put several calls to one question. */
export interface Strategy {
  /** Models without which it is none, that are taken when nobody says how many, and at most. */
  readonly models: { readonly least: number; readonly usual: number; readonly most: number };
  /** What of it is worth doing, by what it would cost. Without it: all. */
  worth?(full: Size, cost: CostOf): Size;
  /** From all of it down to the least, for a budget that does not hold all. */
  sizes(full: Size): readonly Size[];
  /** All calls it may come to. */
  calls(size: Size): readonly PlannedCall[];
  /** Does it. Never rejects for expected trouble. */
  run(work: Work): Promise<Ended>;
}

/** Fewer and fewer models, the dearest left out first. */
export function fewerArms(full: Size, least: number): readonly Size[] {
  const sizes: Size[] = [full];
  let left = full.arms;
  while (left.length > least) {
    const dearest = left.reduce((most, one) => ((one.estimate?.worst ?? 0) >= (most.estimate?.worst ?? 0) ? one : most));
    left = left.filter((one) => one !== dearest);
    sizes.push({ ...full, arms: left });
  }
  return sizes;
}
