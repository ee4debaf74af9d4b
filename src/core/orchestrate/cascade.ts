import { namesOf } from '../experiments/judge';
import type { Candidate } from '../model/route';
import { chanceOf } from './arms';
import type { Said } from './bench';
import { mostVerdictTokens } from './forecast';
import { rubrics } from './rubrics';
import type { CostOf, Size, Strategy, Work } from './strategy';
import { checkMessages, readCheck } from './verdicts';

/** An answer is relied on when who checked it gives it at least this. */
const reliedOn = 0.7;

/** A cheap model first, its answer checked, and a better one only where that is not enough. */
export const cascade: Strategy = {
  models: { least: 2, usual: 4, most: 6 },
  worth: cheapestPair,
  sizes: (full) => [full],
  calls({ arms: [cheap, dear], judge }) {
    if (!cheap) return [];
    const first = { kind: 'answer', candidate: cheap, reads: 0, writes: 'answer', chance: 1, stage: 0 } as const;
    if (!dear) return [first];
    return [first, { kind: 'check', candidate: judge ?? dear, reads: 1, writes: 'verdict', chance: 1, stage: 1 }, { kind: 'answer', candidate: dear, reads: 0, writes: 'answer', chance: 1 - chanceOf(cheap), stage: 2 }];
  },
  async run(work) {
    const { bench, messages, size } = work;
    const [cheap, dear] = size.arms;
    if (!cheap) return { end: 'failed', failure: { kind: 'noProvider' } };
    const first = await bench.ask({ kind: 'answer' }, cheap, messages);
    if (first.ok) bench.take(first);
    if (!dear) return first.ok ? { end: 'done', note: `To check a cheaper answer first would not pay here, so ${cheap.arm.card.name} was asked at once.` } : bench.nothing([first]);
    const confidence = first.ok && !first.cut ? await checked(work, size.judge ?? dear, first) : undefined;
    if (bench.stopped) return { end: 'stopped' };
    if (confidence !== undefined && confidence >= reliedOn) return { end: 'enough' };
    if (first.ok) bench.found(first.id, { note: `${whyNot(first, confidence)}, so ${dear.arm.card.name} was asked.` });
    const second = await bench.ask({ kind: 'answer', ...(first.ok ? { parent: first.id } : {}) }, dear, messages);
    if (second.ok) {
      bench.take(second);
      return { end: 'done' };
    }
    return first.ok ? bench.after(second, { end: 'done', note: `${dear.arm.card.name} could not answer, so the first answer stands, unsure as it is.` }) : bench.nothing([first, second]);
  },
};

function whyNot({ cut }: Said, confidence: number | undefined): string {
  if (cut) return 'The answer was cut off';
  return confidence === undefined ? 'The check gave no verdict' : `The check gave ${Math.round(confidence * 100)} %`;
}

/** How far an answer can be relied on, from 0 to 1; undefined when nobody said. */
async function checked({ asked, bench, domain, ids }: Work, judge: Candidate, said: Said): Promise<number | undefined> {
  const id = ids.next();
  const reply = await bench.ask({ kind: 'check', parent: said.id }, judge, checkMessages({ question: asked, answer: said.text, names: namesOf(said.candidate) }, rubrics[domain], id), mostVerdictTokens);
  const confidence = reply.ok ? readCheck(reply.text, id) : undefined;
  if (confidence !== undefined) bench.found(said.id, { score: confidence });
  if (reply.ok) bench.found(reply.id, confidence === undefined ? { note: 'No verdict could be read.' } : { score: confidence });
  return confidence;
}

/**
 * The likeliest to be able, after the cheaper one with which it costs least: c₁ + check + (1 − p₁)·c₂ against c₂ alone.
 * The likeliest alone where no cheaper one pays, or a price is unknown.
 */
function cheapestPair(full: Size, cost: CostOf): Size {
  const dear = full.arms.reduce((most, one) => (chanceOf(one) > chanceOf(most) ? one : most));
  const answer = (candidate: Candidate): number => cost({ candidate, reads: 0, writes: 'answer' }) ?? Infinity;
  const check = (candidate: Candidate): number => cost({ candidate, reads: 1, writes: 'verdict' }) ?? Infinity;
  // Of those that were thought of as well, whoever is not less able; the better model itself when nobody is.
  const judgeOf = (cheap: Candidate): Candidate => full.judge ?? full.arms.filter((one) => one !== cheap && one !== dear && chanceOf(one) >= chanceOf(cheap)).toSorted((one, other) => check(one) - check(other))[0] ?? dear;
  const expected = (cheap: Candidate): number => answer(cheap) + check(judgeOf(cheap)) + (1 - chanceOf(cheap)) * answer(dear);
  const [cheap] = full.arms.filter((one) => one !== dear).toSorted((one, other) => expected(one) - expected(other));
  return cheap && expected(cheap) < answer(dear) ? { ...full, arms: [cheap, dear], judge: judgeOf(cheap) } : { ...full, arms: [dear] };
}
