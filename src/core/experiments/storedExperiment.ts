import * as z from 'zod';
import type { ExperimentPlan, ExperimentState, Pair } from '../model/experiment';
import type { Failure } from '../model/failure';
import { type ArmId, asArmId } from '../model/modelCard';
import { nano, type NanoDollars } from '../model/money';

/** What the database holds of an experiment as JSON. Written by us, but perhaps by a newer Farthing: read with care. */

const amount = z.int().transform((value): NanoDollars => nano(value));
const arm = z.string().transform((id): ArmId => asArmId(id));
const failure = z.custom<Failure>((value) => typeof value === 'object' && value !== null && 'kind' in value && typeof value.kind === 'string');

const side = z.object({ name: z.string(), arm: arm.exactOptional(), instruction: z.string().exactOptional() });

const plan: z.ZodType<ExperimentPlan> = z.object({
  sides: z.tuple([side, side]),
  judge: z.enum(['model', 'person']),
  questions: z.array(z.object({ threadId: z.string(), messageId: z.string() })),
  withNew: z.boolean(),
  mostPairs: z.int().min(1),
  allowance: amount,
  alpha: z.number().gt(0).lt(1),
  margin: z.number().gt(0).lt(1),
});

const state: z.ZodType<ExperimentState> = z.discriminatedUnion('is', [
  z.object({ is: z.literal('running') }),
  z.object({ is: z.literal('paused'), failure: failure.exactOptional() }),
  z.object({ is: z.literal('ended'), why: z.enum(['decided', 'questions', 'allowance', 'stopped']) }),
]);

const answer = z.object({ text: z.string(), arm, cost: amount.exactOptional(), totalMs: z.number() }).transform(({ cost, ...rest }) => ({ ...rest, cost }));

const noVerdict = z.discriminatedUnion('kind', [z.object({ kind: z.literal('gone') }), z.object({ kind: z.literal('unreadable') }), z.object({ kind: z.literal('failed'), failure })]);

const pair: z.ZodType<Pair> = z.object({
  place: z.int().min(0),
  question: z.string(),
  answers: z.tuple([answer, answer]).exactOptional(),
  shown: z.tuple([z.string(), z.string()]).exactOptional(),
  swapped: z.boolean(),
  verdict: z.union([z.enum(['A', 'B', 'tie']), noVerdict]).exactOptional(),
  judged: z.object({ by: arm, agreed: z.boolean() }).exactOptional(),
});

/** Undefined for what cannot be read. */
export const readPlan = (json: string): ExperimentPlan | undefined => read(plan, json);
export const readState = (json: string): ExperimentState | undefined => read(state, json);
export const readPair = (json: string): Pair | undefined => read(pair, json);

function read<Value>(schema: z.ZodType<Value>, json: string): Value | undefined {
  try {
    return schema.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}
