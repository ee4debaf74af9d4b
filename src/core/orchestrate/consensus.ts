import { namesOf } from '../experiments/judge';
import type { Candidate } from '../model/route';
import type { Agreement } from '../model/work';
import { chanceOf } from './arms';
import { budgetNote, type Said } from './bench';
import { mostVerdictTokens } from './forecast';
import { clustersOf } from './likeness';
import { fewerArms, type Strategy, type Work } from './strategy';
import { disputeMessages, mergeMessages, readDisputes } from './verdicts';
import { votesOf } from './votes';

/** What was found out about who agrees with whom; places in the order of the answers. */
interface Grouped extends Pick<Agreement, 'by' | 'disputed'> {
  readonly groups: readonly (readonly number[])[];
  /** What a group says, in a word; undefined: its first answer says it. */
  readonly says: (group: readonly number[]) => string;
}

/** Independent answers, how far they agree, and one answer with what is disputed. */
export const consensus: Strategy = {
  models: { least: 2, usual: 3, most: 6 },
  sizes: (full) => fewerArms(full, 2),
  calls({ arms, judge }) {
    const merger = ablest(arms);
    const judging = judge ?? merger;
    return [
      ...arms.map((candidate) => ({ kind: 'answer', candidate, reads: 0, writes: 'answer', chance: 1, stage: 0 }) as const),
      ...(judging ? Array.from({ length: 2 }, () => ({ kind: 'judge', candidate: judging, reads: arms.length, writes: 'verdict', chance: 0.7, stage: 1 }) as const) : []),
      ...(merger ? [{ kind: 'merge', candidate: merger, reads: arms.length, writes: 'answer', chance: 0.5, stage: 2 } as const] : []),
    ];
  },
  async run(work) {
    const { bench, ids, messages, question, size } = work;
    const all = await Promise.all(size.arms.map((arm) => bench.ask({ kind: 'answer' }, arm, messages)));
    const said = all.filter(({ ok }) => ok);
    const [only] = said;
    if (!only) return bench.nothing(all);
    if (bench.stopped) return { end: 'stopped' };
    if (said.length === 1) {
      bench.take(only);
      return { end: 'done', note: 'Only one model answered, so there is nothing to compare it with.' };
    }
    const grouped = byVotes(question, said) ?? (await byWords(work, said));
    const share = (grouped.groups[0]?.length ?? 0) / said.length;
    bench.agreed({ share, groups: grouped.groups.map((group) => ({ steps: group.flatMap((place) => said[place]?.id ?? []), says: grouped.says(group) })), disputed: grouped.disputed, by: grouped.by });
    const best = bestOf(grouped.groups, said) ?? only;
    if (share === 1 || grouped.by === 'votes' || bench.stopped) {
      bench.take(best);
      return bench.stopped ? { end: 'stopped' } : { end: share === 1 ? 'agreed' : 'done' };
    }
    if (bench.broke) {
      bench.take(best);
      return { end: 'budget', note: budgetNote };
    }
    const merger = ablest(said.map(({ candidate }) => candidate)) ?? only.candidate;
    const merged = await bench.ask({ kind: 'merge' }, merger, mergeMessages(messages, said.map(({ text }) => text), grouped.disputed, ids.next()));
    bench.take(merged.ok ? merged : best);
    return merged.ok ? { end: 'done' } : bench.after(merged, { end: 'done', note: 'The answers could not be made into one, so the one that most agree with stands.' });
  },
};

function byVotes(question: string, said: readonly Said[]): Grouped | undefined {
  const votes = votesOf(question, said.map(({ text }) => text));
  if (!votes) return undefined;
  const groups = new Map<string, number[]>();
  // What says nothing that could be counted agrees with nobody.
  for (const [place, { value = `none ${place}` }] of votes.entries()) groups.set(value, [...(groups.get(value) ?? []), place]);
  const says = ([place = 0]: readonly number[]): string => votes[place]?.value ?? 'No clear answer';
  const sorted = inOrder([...groups.values()], said);
  return { groups: sorted, says, by: 'votes', disputed: sorted.length === 1 ? [] : [sorted.map((group) => `${group.length} of ${said.length}: ${says(group)}`).join('; ')] };
}

/** By words where they decide, else by a judge in both orders; by words all the same when the judge cannot be had. */
async function byWords(work: Work, said: readonly Said[]): Promise<Grouped> {
  const says = ([place = 0]: readonly number[]): string => firstLine(said[place]?.text ?? '');
  const clusters = clustersOf(work.question, said.map(({ text }) => text));
  const judged = clusters.sure ? undefined : await byJudge(work, said);
  return { groups: inOrder(judged?.groups ?? clusters.groups, said), says, by: judged ? 'judge' : 'words', disputed: judged?.disputed ?? [] };
}

/** In one order and then in the other: only what both say is the same is. */
async function byJudge({ asked, bench, ids, size }: Work, said: readonly Said[]): Promise<Pick<Grouped, 'groups' | 'disputed'> | undefined> {
  const judge = size.judge ?? ablest(size.arms);
  if (!judge) return undefined;
  const forth = said.map((_, place) => place);
  const verdicts = await Promise.all(
    [forth, forth.toReversed()].map(async (order) => {
      const id = ids.next();
      const answers = order.flatMap((place) => said[place] ?? []).map(({ text, candidate }) => ({ answer: text, names: namesOf(candidate) }));
      const reply = await bench.ask({ kind: 'judge' }, judge, disputeMessages(asked, answers, id), mostVerdictTokens);
      const read = reply.ok ? readDisputes(reply.text, id, said.length) : undefined;
      if (reply.ok) bench.found(reply.id, { note: read ? `${read.groups.length === 1 ? 'All say the same' : `${read.groups.length} different answers`}.` : 'No verdict could be read.' });
      return read && { disputed: read.disputed, groupOf: new Map(read.groups.flatMap((group, index) => group.map((shown) => [order[shown] ?? -1, index] as const))) };
    }),
  );
  const [first, second] = verdicts;
  if (!first || !second) return undefined;
  const groups = new Map<string, number[]>();
  for (const place of forth) {
    const key = `${first.groupOf.get(place)} ${second.groupOf.get(place)}`;
    groups.set(key, [...(groups.get(key) ?? []), place]);
  }
  // In the second order the answers have other numbers.
  return { groups: [...groups.values()], disputed: groups.size === 1 ? [] : first.disputed };
}

/** The largest first; of equals the one whose answers are likelier to be right. */
function inOrder(groups: readonly (readonly number[])[], said: readonly Said[]): readonly (readonly number[])[] {
  const chance = (group: readonly number[]): number => group.reduce((sum, place) => sum + (said[place] ? chanceOf(said[place].candidate) : 0), 0);
  return groups.toSorted((one, other) => other.length - one.length || chance(other) - chance(one));
}

function bestOf([largest = []]: readonly (readonly number[])[], said: readonly Said[]): Said | undefined {
  return largest.flatMap((place) => said[place] ?? []).reduce<Said | undefined>((most, one) => (most && chanceOf(most.candidate) >= chanceOf(one.candidate) ? most : one), undefined);
}

function ablest(candidates: readonly Candidate[]): Candidate | undefined {
  return candidates.reduce<Candidate | undefined>((most, one) => (most && chanceOf(most) >= chanceOf(one) ? most : one), undefined);
}

/** The first line of prose: headings, quotes, fences and rules stand before what is said. */
function firstLine(text: string): string {
  const lines = text.trim().split('\n');
  const line = (lines.find((one) => /^\s*[^\s#>`|~-]/.test(one)) ?? lines[0] ?? '').trim();
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
}
