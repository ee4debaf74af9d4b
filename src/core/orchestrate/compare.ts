import type { WorkStep } from '../model/work';
import { fewerArms, type Strategy } from './strategy';

/** All answer at once, and nothing is taken: which one is kept is for the person to say. */
export const compare: Strategy = {
  models: { least: 2, usual: 3, most: 6 },
  sizes: (full) => fewerArms(full, 2),
  calls: ({ arms }) => arms.map((candidate) => ({ kind: 'answer', candidate, reads: 0, writes: 'answer', chance: 1, stage: 0 })),
  async run({ bench, messages, size }) {
    const said = await Promise.all(size.arms.map((arm) => bench.ask({ kind: 'answer' }, arm, messages)));
    return !bench.stopped && said.some(({ ok }) => ok) ? { end: 'done' } : bench.nothing(said);
  },
};

/** One of them once more, in the place of the step that came to nothing. */
export function oneAgain(again: WorkStep): Strategy {
  return {
    ...compare,
    models: { least: 1, usual: 1, most: 1 },
    sizes: (full) => [full],
    async run({ bench, messages, size }) {
      const said = await Promise.all(size.arms.map((arm) => bench.ask({ kind: 'answer', again }, arm, messages)));
      return said.some(({ ok }) => ok) ? { end: 'done' } : { end: bench.stopped ? 'stopped' : 'done' };
    },
  };
}
