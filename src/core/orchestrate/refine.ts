import { judgePair, namesOf } from '../experiments/judge';
import type { Candidate } from '../model/route';
import { budgetNote, type Ended, type Said } from './bench';
import { mostVerdictTokens } from './forecast';
import { rubrics } from './rubrics';
import { fewerArms, type PlannedCall, type Size, type Strategy, type Work } from './strategy';
import { critiqueMessages, readCritique, revisionMessages } from './verdicts';

/** A version of the answer, as the critics found it. */
interface Found {
  readonly said: Said;
  /** Mean of the critics' scores; undefined when none could be read. */
  readonly score: number | undefined;
  readonly points: readonly string[];
}

/** How likely it comes to one more round. */
const chanceOfNext = 0.6;

/**
 * The first model answers, the others criticise, it improves, and so on. The best version is kept, which need not be the
 * last: a revision counts as better only when the critics find it so and a comparison with the one before, in both
 * orders, does not say the opposite.
 */
export const refine: Strategy = {
  models: { least: 2, usual: 3, most: 6 },

  sizes({ arms, rounds }) {
    const sizes: Size[] = [];
    for (let left = rounds; left >= 1; left--) sizes.push({ arms, rounds: left });
    const [primary, ...critics] = arms;
    return primary ? [...sizes, ...fewerArms({ arms: critics, rounds: 1 }, 1).slice(1).map((size) => ({ ...size, arms: [primary, ...size.arms] }))] : sizes;
  },

  calls({ arms: [primary, ...critics], rounds }) {
    const [judge] = critics;
    if (!primary || !judge) return [];
    const criticism = (chance: number, stage: number): readonly PlannedCall[] => critics.map((candidate) => ({ kind: 'critique', candidate, reads: 1, writes: 'verdict', chance, stage }));
    const round = (chance: number, stage: number): readonly PlannedCall[] => [
      { kind: 'revision', candidate: primary, reads: 1, writes: 'answer', chance, stage },
      ...[1, 2].map((after): PlannedCall => ({ kind: 'judge', candidate: judge, reads: 2, writes: 'verdict', chance, stage: stage + after })),
      ...criticism(chance, stage + 3),
    ];
    return [{ kind: 'answer', candidate: primary, reads: 0, writes: 'answer', chance: 1, stage: 0 }, ...criticism(1, 1), ...Array.from({ length: rounds }, (_, index) => round(chanceOfNext ** (index + 1), 2 + 4 * index)).flat()];
  },

  async run(work) {
    const { bench, messages, size, ids } = work;
    const [primary, ...critics] = size.arms;
    if (!primary) return { end: 'failed', failure: { kind: 'noProvider' } };
    const first = await bench.ask({ kind: 'answer' }, primary, messages);
    if (!first.ok) return bench.nothing([first]);
    bench.take(first);
    let best = await criticised(work, critics, first, undefined);
    for (let round = 1; ; round++) {
      const end = endAfter(work, best);
      if (end) return end;
      if (round > size.rounds) return { end: 'rounds' };
      const revision = await bench.ask({ kind: 'revision', parent: best.said.id, round }, primary, revisionMessages(messages, best.said.text, best.points, ids.next()));
      if (!revision.ok) return bench.after(revision, { end: 'noImprovement', note: 'The revision failed, so the answer before it is kept.' });
      if (revision.text.trim() === best.said.text.trim()) return { end: 'noImprovement', note: 'The revision changed nothing.' };
      const compared = await comparedWith(work, critics[0], best.said, revision, round);
      if (compared === 'worse') {
        bench.found(revision.id, { note: 'Found worse than the version before, in both orders; not taken.' });
        return bench.stopped ? { end: 'stopped' } : { end: 'noImprovement', note: 'A revision was worse, so the version before it is kept.' };
      }
      const found = await criticised(work, critics, revision, round);
      if (bench.stopped) return { end: 'stopped' };
      const isBetter = compared === 'better' || (found.score ?? 0) > (best.score ?? 1);
      if (!isBetter) return { end: 'noImprovement', note: 'A revision was not better, so the version before it is kept.' };
      bench.take(revision);
      best = found;
    }
  },
};

function endAfter({ bench, enough }: Work, { score, points }: Found): Ended | undefined {
  if (bench.stopped) return { end: 'stopped' };
  if (bench.broke) return { end: 'budget', note: budgetNote };
  if (score === undefined) return { end: 'done', note: 'No critic gave a verdict that could be read, so the answer stands as it is.' };
  if (score >= enough) return { end: 'enough' };
  return points.length === 0 ? { end: 'noImprovement', note: 'The critics found nothing more to change.' } : undefined;
}

/** What the critics make of a version. One that answers nonsense, or not at all, has no say. */
async function criticised({ bench, ids, asked, domain }: Work, critics: readonly Candidate[], said: Said, round: number | undefined): Promise<Found> {
  const critiques = await Promise.all(
    critics.map(async (critic) => {
      const id = ids.next();
      const names = namesOf(said.candidate);
      const reply = await bench.ask({ kind: 'critique', parent: said.id, ...(round === undefined ? {} : { round }) }, critic, critiqueMessages({ question: asked, answer: said.text, names }, rubrics[domain], id), mostVerdictTokens);
      const critique = reply.ok ? readCritique(reply.text, id) : undefined;
      if (reply.ok) bench.found(reply.id, critique ? { score: critique.score, note: critique.points[0] ?? 'Nothing to change.' } : { note: 'No verdict could be read.' });
      return critique;
    }),
  );
  const read = critiques.filter((one) => one !== undefined);
  if (read.length === 0) return { said, score: undefined, points: [] };
  const score = read.reduce((sum, one) => sum + one.score, 0) / read.length;
  bench.found(said.id, { score });
  return { said, score, points: [...new Set(read.flatMap(({ points }) => points))] };
}

/** A revision against the version before it, in both orders; what cannot be judged is neither. */
async function comparedWith({ bench, ids, asked }: Work, judge: Candidate | undefined, before: Said, after: Said, round: number): Promise<'better' | 'worse' | 'neither'> {
  if (!judge) return 'neither';
  const { ask, steps } = bench.through({ kind: 'judge', parent: after.id, round }, judge);
  const judged = await judgePair({ ask, ids }, { question: asked, answers: [before.text, after.text], names: namesOf(after.candidate) }, judge.id, '', bench.signal);
  const result = judged.kind !== 'verdict' || judged.better === 'tie' ? 'neither' : judged.better === 'second' ? 'better' : 'worse';
  for (const step of steps) bench.found(step, { note: judged.kind === 'verdict' && !judged.agreed ? 'The two orders differ, so neither version counts as better.' : notes[result] });
  return result;
}

/** What a comparison of a revision with the version before comes to, for people. */
const notes = { better: 'The revision is better.', worse: 'The version before is better.', neither: 'Neither version is clearly better.' } as const;
