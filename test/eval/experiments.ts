import type { EvalRow, Evaluation } from './evaluation';
import { simulate } from './experiments/simulate';

/** How often the stopping rule of experiments is wrong, and how soon it is right, in worlds whose truth is known. */
export const evaluation: Evaluation = {
  inputs: ['test/fixtures/experiments/worlds.json'],
  target: 'wrong in at most 5 %',
  open: async () => ({
    async row(row) {
      const world = { ties: number(row, 'ties'), rate: number(row, 'rate'), pairs: number(row, 'pairs'), runs: number(row, 'runs'), seed: number(row, 'seed') };
      return { id: row['id'], ...world, ...simulate(world) };
    },
    sum(done) {
      const falsePositives = done.flatMap(({ result }) => (result['rate'] === 0.5 && typeof result['different'] === 'number' ? [result['different']] : []));
      const peeked = done.flatMap(({ result }) => (result['rate'] === 0.5 && typeof result['peeked'] === 'number' ? [result['peeked']] : []));
      const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
      return { figure: `wrong in ${percent(Math.max(0, ...falsePositives))} at worst (a fixed test peeked at: ${percent(Math.max(0, ...peeked))})`, worlds: done.length };
    },
  }),
};

function number(row: EvalRow, name: string): number {
  const value = row[name];
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new Error(`the field ${name} is not a number`);
  return value;
}
