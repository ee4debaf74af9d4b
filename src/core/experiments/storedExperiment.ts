import * as z from 'zod/mini';
import type { ExperimentPlan, ExperimentState, Pair } from '../model/experiment';
import type { Failure } from '../model/failure';
import { type ArmId, asArmId } from '../model/modelCard';
import { nano, type NanoDollars } from '../model/money';

/** What the database holds of an experiment as JSON. Written by us, but perhaps by a newer Farthing: read with care. */

const amount = z.pipe(z.int(), z.transform((value): NanoDollars => nano(value)));
const arm = z.pipe(z.string(), z.transform((id): ArmId => asArmId(id)));
const failure = z.custom<Failure>((value) => typeof value === 'object' && value !== null && 'kind' in value && typeof value.kind === 'string');

const side = z.object({ name: z.string(), arm: z.exactOptional(arm), instruction: z.exactOptional(z.string()) });

const plan: z.ZodMiniType<ExperimentPlan> = z.object({
  sides: z.tuple([side, side]),
  judge: z.enum(['model', 'person']),
  questions: z.array(z.object({ threadId: z.string(), messageId: z.string() })),
  withNew: z.boolean(),
  mostPairs: z.int().check(z.minimum(1)),
  allowance: amount,
  alpha: z.number().check(z.gt(0), z.lt(1)),
  margin: z.number().check(z.gt(0), z.lt(1)),
});

const state: z.ZodMiniType<ExperimentState> = z.discriminatedUnion('is', [
  z.object({ is: z.literal('running') }),
  z.object({ is: z.literal('paused'), failure: z.exactOptional(failure) }),
  z.object({ is: z.literal('ended'), why: z.enum(['decided', 'questions', 'allowance', 'stopped']) }),
]);

const answer = z.pipe(z.object({ text: z.string(), arm, cost: z.exactOptional(amount), totalMs: z.number() }), z.transform(({ cost, ...rest }) => ({ ...rest, cost })));

const noVerdict = z.discriminatedUnion('kind', [z.object({ kind: z.literal('gone') }), z.object({ kind: z.literal('unreadable') }), z.object({ kind: z.literal('failed'), failure })]);

const pair: z.ZodMiniType<Pair> = z.object({
  place: z.int().check(z.minimum(0)),
  question: z.string(),
  answers: z.exactOptional(z.tuple([answer, answer])),
  shown: z.exactOptional(z.tuple([z.string(), z.string()])),
  swapped: z.boolean(),
  verdict: z.exactOptional(z.union([z.enum(['A', 'B', 'tie']), noVerdict])),
  judged: z.exactOptional(z.object({ by: arm, agreed: z.boolean() })),
});

/** Undefined for what cannot be read. */
export const readPlan = (json: string): ExperimentPlan | undefined => read(plan, json);
export const readState = (json: string): ExperimentState | undefined => read(state, json);
export const readPair = (json: string): Pair | undefined => read(pair, json);

function read<Value>(schema: z.ZodMiniType<Value>, json: string): Value | undefined {
  try {
    return schema.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}
