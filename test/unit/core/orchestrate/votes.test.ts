import assert from 'node:assert/strict';
import { clustersOf } from '../../../../src/core/orchestrate/likeness';
import { votesOf } from '../../../../src/core/orchestrate/votes';

describe('votes', () => {
  const rows: readonly (readonly [question: string, answers: readonly string[], votes: readonly (string | undefined)[] | undefined])[] = [
    ['Is merge sort stable?', ['Yes, it is.', '**Yes**', 'No. It swaps equals.'], ['yes', 'yes', 'no']],
    ['Read this:\nDoes it compile?', ['It does not.\n\nAnswer: no', 'No', 'I cannot say.'], ['no', 'no', undefined]],
    ['True or false: 2 is prime.', ['True', 'false.'], ['yes', 'no']],
    ['Which is stable?\nA) quick sort\nB) merge sort\nC) heap sort', ['B', '**B) merge sort**', 'The answer is C, since it swaps.'], ['B', 'B', 'C']],
    ['What is 17 * 23?', ['391', '17 × 23 = 391\n\n**391**', 'The result is: 393'], ['391', '391', '393']],
    ['How many seconds has a day?', ['86,400', 'There are 86400 seconds in a day.', '**86 400.0** seconds'], ['86400', '86400', '86400']],
    ['Give the config as JSON.', ['{"a":1,"b":[2]}', '```json\n{"b": [2], "a": 1}\n```'], ['{"a":1,"b":[2]}', '{"a":1,"b":[2]}']],
    ['Capital of Norway?', ['Oslo', 'Oslo.', 'It is Bergen'], ['oslo', 'oslo', 'bergen']],
    ['Which one?\nA) a list\nB) a set', ['A list keeps its order.\n\nA', 'Option B, since looking up counts.', 'A set is what you want, so I take the second.'], ['A', 'B', undefined]],
    // What only looks like a vote.
    ['Can you write a function that says whether a list is sorted?', ['```ts\nreturn true;\n}\n```', '```ts\nreturn false;\n```'], undefined],
    ['Which one?\nA) a list\nB) a set', ['A list keeps its order.', 'A set finds faster.'], undefined],
    ['How many threads should my pool have?', [`That depends. ${'With 8 cores and calls of 20 ms you may begin with few. '.repeat(4)}`, `Measure it. ${'A machine of 16 cores can wait for many more. '.repeat(4)}`], undefined],
    // Open: words decide.
    ['Explain merge sort.', ['Merge sort splits and merges, which takes time and space, and it is stable as well.', 'Oslo'], undefined],
    ['Is a list or a set better?', ['A list, because order counts here and duplicates are wanted as well.', 'A set, because looking up is what you do the most with it here.'], undefined],
    // One that can be counted is no vote.
    ['Is it stable?', ['It depends on how equals are taken.', 'Yes'], undefined],
    ['Is it stable?', ['Nobody knows.', 'It depends.'], undefined],
  ];
  it('takes no long time for what is long and says nothing', () => {
    const lines = '\n'.repeat(200_000);
    for (const question of ['Is it so?', 'How many?', 'Which?\nA) x\nB) y', `Is it?${lines}`]) assert.equal(votesOf(question, [`answer:${lines}x`, `answer is${lines}`])?.some(({ value }) => value === 'yes') ?? false, false);
  });

  for (const [question, answers, expected] of rows) {
    it(`${question.split('\n').at(-1)} ${answers.map((one) => one.slice(0, 20)).join(' | ')}`, () => {
      assert.deepEqual(votesOf(question, answers)?.map(({ value }) => value), expected);
    });
  }
});

describe('likeness of words', () => {
  const merge = 'Merge sort splits the list in halves, sorts each half, and merges them. It keeps equal elements in order.';
  const rows: readonly (readonly [title: string, answers: readonly string[], groups: readonly (readonly number[])[], sure: boolean])[] = [
    ['the same words', [merge, merge, merge.toUpperCase()], [[0, 1, 2]], true],
    ['nothing in common', [merge, 'Bergen lies by water.', 'Purple elephants rarely whistle.'], [[0], [1], [2]], true],
    ['the same but for a number', [`${merge} It needs 10 steps.`, `${merge} It needs 12 steps.`], [[0], [1]], false],
    ['the largest group first', ['Purple elephants rarely whistle.', merge, `${merge} Indeed.`], [[1, 2], [0]], true],
    ['alike, but words do not decide', [merge, 'Merge sort halves the list, sorts each half and merges them again, slowly and with much memory.'], [[0, 1]], false],
    ['nothing but the words of the question', ['Sorting stable', 'stable sorting'], [[0, 1]], true],
  ];
  it('compares answers with more words than a call can have arguments', () => {
    const long = Array.from({ length: 100_000 }, (_, index) => `word${index}`).join(' ');
    assert.deepEqual(clustersOf('x', [long, `${long} more`]).groups, [[0, 1]]);
  });

  for (const [title, answers, groups, sure] of rows) {
    it(title, () => assert.deepEqual(clustersOf('Which sorting is stable?', answers), { groups, sure }));
  }
});
