import * as z from 'zod/mini';
import type { CallRecord } from '../../core/model/call';
import { amountOf } from './money';
import type { RowRequest } from '../row';
import type { OperationsGround } from './ground';
import { parsed, queryFields, Refusal } from './refusal';

/** Epoch milliseconds of an ISO date or date and time; a date alone is its first moment in UTC. */
const moment = z.pipe(
  z.string().check(z.refine((text) => /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2}))?$/.test(text) && !Number.isNaN(Date.parse(text)), { error: 'not an ISO 8601 date, e.g. 2026-11-21T16:00:00Z' })),
  z.transform((text) => Date.parse(text)),
);

const callsQuery = z.strictObject({
  from: z.optional(moment),
  to: z.optional(moment),
  limit: z._default(z.pipe(z.string().check(z.regex(/^\d{1,4}$/, { error: 'not a whole number from 1 to 1000' })), z.pipe(z.transform(Number), z.int().check(z.minimum(1), z.maximum(1000)))), 100),
  cursor: z.optional(z.string().check(z.maxLength(300))),
});

/** The call that was told last. */
const cursorSchema = z.strictObject({ at: z.int().check(z.minimum(0)), id: z.string().check(z.minLength(1)) });
type Cursor = z.infer<typeof cursorSchema>;

/**
 * `GET /v1/farthing/calls?from&to&limit&cursor`: settled calls in the order in which they began, a page at a time. A page
 * begins after the call where the last one ended, so that calls that are added meanwhile neither repeat one nor hide one.
 */
export async function callsReply({ door }: OperationsGround, { query, caller, signal }: RowRequest): Promise<object> {
  const { from = 0, to = Number.MAX_SAFE_INTEGER, limit, cursor } = parsed(callsQuery, queryFields(query), 'query');
  const after = cursor === undefined || cursor === '' ? undefined : cursorOf(cursor);
  const isPast = pastCursor(after);
  const mayTell = ({ client }: CallRecord): boolean => caller === 'machine' || client === caller.id;
  const told: CallRecord[] = [];
  for await (const page of door.calls({ from: Math.max(from, after?.at ?? 0), to })) {
    signal.throwIfAborted();
    told.push(...page.filter((call) => isPast(call) && mayTell(call)));
    if (told.length > limit) break;
  }
  const calls = told.slice(0, limit);
  const last = calls.at(-1);
  return { calls: calls.map(toldCall), next: last && told.length > limit ? cursorText({ at: last.startedAt, id: last.id }) : null };
}

/** Which of the calls that are read one after the other are past the cursor. Of those that began in its millisecond, the ones that were settled later come later. */
function pastCursor(after: Cursor | undefined): (call: CallRecord) => boolean {
  let past = after === undefined;
  return ({ startedAt, id }) => {
    if (past || after === undefined) return true;
    if (startedAt > after.at) return (past = true);
    past = id === after.id;
    return false;
  };
}

function cursorText(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

/** @throws {Refusal} when it is none of ours */
function cursorOf(text: string): Cursor {
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch {
    throw new Refusal({ kind: 'badRequest', status: 400, message: 'cursor: not one that a page of calls ended with', field: 'cursor' });
  }
}

/** What is not known is null, never zero. */
function toldCall(call: CallRecord): object {
  const { usage, charge, timing } = call;
  return {
    id: call.id,
    question: call.question ?? null,
    startedAt: new Date(call.startedAt).toISOString(),
    endedAt: new Date(call.endedAt).toISOString(),
    provider: call.provider,
    model: call.model,
    arm: call.arm,
    effort: call.effort,
    purpose: call.purpose,
    client: call.client ?? null,
    folder: call.folder ?? null,
    outcome: call.outcome,
    failure: call.failure ?? null,
    cost: { ...amountOf(charge.amount), source: charge.source },
    inputTokens: usage.inputTokens,
    cachedInputTokens: usage.cachedInputTokens,
    cacheWriteTokens: usage.cacheWriteTokens,
    outputTokens: usage.outputTokens,
    reasoningTokens: usage.reasoningTokens,
    estimatedUsage: usage.estimated,
    firstTokenMs: timing.firstTokenMs ?? null,
    totalMs: timing.totalMs,
  };
}
