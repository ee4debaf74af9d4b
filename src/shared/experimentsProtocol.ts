import * as z from 'zod/mini';

/** What the host and the page of experiments say to each other. The page is told everything anew when something changed. */

const text = z.string();
const share = z.number();

const view = z.object({
  id: text,
  /** `A against B`. */
  title: text,
  names: z.tuple([text, text]),
  state: text,
  /** What it shows so far, the most important first. */
  sentences: z.array(text),
  isDemo: z.boolean(),
  may: z.array(z.enum(['pause', 'resume', 'stop', 'remove'])),
  /** Share of decided pairs won by the first, after each pair, with the interval it lies in. */
  path: z.array(z.object({ pairs: z.number(), rate: z.optional(share), low: share, high: share })),
  /** In words, for who does not see the chart. */
  description: text,
  /** Of the interval, e.g. `95 %`. */
  certainty: text,
  pairs: z.array(z.object({ number: z.number(), question: text, verdict: text })),
  /** The pair that waits for the person, without a word of who answered. */
  toJudge: z.optional(z.object({ place: z.number(), question: text, first: text, second: text, waiting: z.number() })),
});

export type ExperimentView = z.infer<typeof view>;

export const toExperimentsPage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('experiments'), experiments: z.array(view) }),
  z.object({ type: z.literal('reply'), id: z.number(), error: z.optional(text) }),
]);
export type ToExperimentsPage = z.infer<typeof toExperimentsPage>;

const id = z.string().check(z.maxLength(100));

const request = z.discriminatedUnion('type', [
  z.object({ type: z.literal('show') }),
  z.object({ type: z.literal('new') }),
  z.object({ type: z.enum(['pause', 'resume', 'stop', 'remove']), experiment: id }),
  z.object({ type: z.literal('judge'), experiment: id, place: z.int().check(z.gte(0)), better: z.enum(['first', 'second', 'tie']) }),
]);
export type ExperimentsRequest = z.infer<typeof request>;

export const fromExperimentsPage = z.object({ id: z.number(), request });
export type FromExperimentsPage = z.infer<typeof fromExperimentsPage>;
