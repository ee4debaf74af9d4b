import { diffArrays } from 'diff';

/** Lines in a row that two texts share, or that only one of them has. */
export interface Stretch {
  readonly kind: 'same' | 'removed' | 'added';
  readonly lines: readonly string[];
}

/** Texts that differ in more lines than this are not compared line by line: the time grows with the square. */
const mostDifferent = 3_000;

/** What has to happen to some lines so that they become others. */
export function comparedLines(before: readonly string[], after: readonly string[]): readonly Stretch[] {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < most - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  const [removed, added] = [before.slice(start, before.length - end), after.slice(start, after.length - end)];
  const stretches: readonly Stretch[] = [
    { kind: 'same', lines: before.slice(0, start) },
    ...(diffArrays(removed, added, { maxEditLength: mostDifferent })?.map((one): Stretch => ({ kind: one.added ? 'added' : one.removed ? 'removed' : 'same', lines: one.value })) ?? [
      { kind: 'removed', lines: removed } as const,
      { kind: 'added', lines: added } as const,
    ]),
    { kind: 'same', lines: before.slice(before.length - end) },
  ];
  return stretches.filter(({ lines }) => lines.length > 0);
}
