import { tell } from '../../src/vscode/failureTexts';
import { type ChaosBooks, chaosPrices, type ChaosQuestion } from './chaosRun';
import type { ChaosAttempt } from './chaosServer';

/** One promise of the product, and what breaks it: a sentence for each. Kept when there is none. */
export interface ChaosCheck {
  readonly promise: string;
  readonly broken: readonly string[];
}

export interface ChaosAccount {
  readonly questions: readonly ChaosQuestion[];
  /** As the server has it, once nothing is under way. */
  readonly attempts: readonly ChaosAttempt[];
  /** As the disk has it at the same moment. */
  readonly books: ChaosBooks;
  /** Errors and warnings that were logged, thrown where nobody caught them, or told by Node. */
  readonly complaints: readonly string[];
}

/** A candidate is asked once and at most twice more. */
const mostTries = 3;

const providers = Object.keys(chaosPrices);

/** Holds what the person saw, what the books say and what the server did against one another. */
export function chaosChecks({ questions, attempts, books, complaints }: ChaosAccount): readonly ChaosCheck[] {
  const asked = questions.map((question) => {
    const stored = books.answers.get(question.messageId);
    return { ...question, what: `question ${question.number}`, tries: attempts.filter((attempt) => attempt.question === question.number), answer: stored?.answer, stored: stored?.text ?? '' };
  });
  const each = (judge: (one: (typeof asked)[number]) => string | undefined | false): readonly string[] =>
    asked.flatMap((one) => {
      const problem = judge(one);
      return problem === undefined || problem === false ? [] : [`${one.what}: ${problem}`];
    });
  const threads = Object.entries(Object.groupBy(asked, ({ threadId }) => threadId));
  const total = books.calls.reduce((sum, { amount }) => sum + (amount ?? 0), 0);

  return [
    { promise: 'every question has exactly one end, and it is on the disk', broken: each(({ ends, answer }) => (ends !== 1 ? `${ends} ends` : (answer === undefined || answer.state === 'streaming') && `stored as ${answer?.state ?? 'nothing'}`)) },
    {
      promise: 'what did not end well says so in a sentence',
      broken: each(({ answer }) => answer?.state !== 'complete' && (answer?.failure === undefined || tell(answer.failure, { nameOf: (id) => id, now: 0 }).sentence === '') && `${answer?.state ?? 'nothing'} without a sentence`),
    },
    {
      promise: 'a question is given up without a word only when every provider has failed it, or the budget refused it',
      broken: each(({ tries, answer, stored }) => answer?.state !== 'complete' && stored === '' && answer?.failure?.kind !== 'budgetReached' && providers.some((id) => !tries.some(({ provider }) => provider === id)) && `${answer?.failure?.kind ?? 'no failure'} after ${tries.map(({ provider }) => provider).join(', ')}`),
    },
    {
      promise: 'an answer that the server sent to its end is whole, byte for byte, and nobody was asked after it',
      broken: each(({ tries, answer, stored }) => {
        const whole = tries.find(({ end }) => end === 'whole');
        if (!whole) return answer?.state === 'complete' && 'complete, though no answer was sent to its end';
        if (tries.at(-1) !== whole) return 'asked again after a whole answer';
        return (answer?.state !== 'complete' || stored !== whole.text) && `${answer?.state ?? 'nothing'} with ${stored.length} of ${whole.text.length} characters (${whole.fault ?? 'no fault'}, ${answer?.failure?.kind ?? 'no failure'})`;
      }),
    },
    {
      promise: 'of an answer that broke off is kept what came',
      broken: each(({ tries, stored }) => {
        const last = tries.at(-1);
        if (!last || last.end === 'whole') return undefined;
        // Bytes that are on their way when a connection is reset, or when the client hangs up, are lost with it.
        const uncertain = last.fault === 'resetMidway' || last.end === 'left';
        return (uncertain ? !last.text.startsWith(stored) || (last.text !== '' && stored === '') : stored !== last.text) && `${stored.length} of ${last.text.length} characters (${last.fault ?? 'no fault'})`;
      }),
    },
    { promise: 'what was shown is what is stored', broken: each(({ text, stored }) => text !== stored && 'shown and stored differ') },
    { promise: `nobody is asked more than ${mostTries} times for one question`, broken: each(({ tries }) => Object.values(Object.groupBy(tries, ({ provider }) => provider)).some((of) => (of?.length ?? 0) > mostTries) && `${tries.map(({ provider }) => provider).join(', ')}`) },
    {
      promise: 'the ledger has a row for each attempt that the server counted',
      broken: [
        ...(books.calls.length === attempts.length ? [] : [`${books.calls.length} rows for ${attempts.length} attempts`]),
        ...threads.flatMap(([threadId, of = []]) => {
          const rows = countsOf(books.calls.filter((call) => call.thread_id === threadId));
          const counted = countsOf(of.flatMap(({ tries }) => tries));
          return rows === counted ? [] : [`${of.map(({ what }) => what).join(', ')}: ${rows}, the server has ${counted}`];
        }),
      ],
    },
    { promise: 'nothing stays held', broken: books.held.map(({ worst }) => `${worst ?? 'an unknown amount'} is held`) },
    {
      promise: 'what the providers bill for the usage they told is charged, to the nano-dollar',
      broken: threads.flatMap(([threadId, of = []]) => {
        const rows = books.calls.filter((call) => call.thread_id === threadId);
        const tries = of.flatMap((one) => one.tries);
        const charged = rows.flatMap(({ amount, charge_estimated }) => (charge_estimated === 1 ? [] : [amount ?? Number.NaN]));
        const billed = tries.flatMap(({ bill }) => (bill === 'untold' ? [] : [bill]));
        const sorted = (amounts: readonly number[]): string => amounts.toSorted((one, other) => one - other).join(', ');
        return sorted(charged) === sorted(billed) ? [] : [`${of.map(({ what }) => what).join(', ')}: charged ${sorted(charged)}, billed ${sorted(billed)} (${tries.map(({ fault }) => fault ?? 'no fault').join(', ')})`];
      }),
    },
    { promise: 'what was used and not told is estimated, never nothing', broken: books.calls.filter(({ amount, charge_estimated }) => charge_estimated === 1 && !(amount !== null && amount > 0)).map(({ thread_id, amount }) => `${thread_id}: estimated as ${amount ?? 'unknown'}`) },
    { promise: 'the sums of the books are the sums of their rows', broken: books.spent === total ? [] : [`${books.spent} instead of ${total}`] },
    { promise: 'nothing was thrown that nobody caught, and nothing complained', broken: complaints },
  ];
}

/** How many there are of each provider. */
function countsOf(of: readonly { readonly provider: string }[]): string {
  return Object.entries(Object.groupBy(of, ({ provider }) => provider))
    .map(([provider, all]) => `${provider} ${all?.length ?? 0}`)
    .toSorted()
    .join(', ');
}
