import * as z from 'zod/mini';
import { formatUsd, fromUsd } from '../../../core/model/money';
import type { KeyCheck } from '../../../core/ports/wire';
import type { FailureContext } from '../failedReply';
import { orUnknown } from './orUnknown';
import { readErrorInReply } from './readFailure';

/** What the key pages of OpenRouter (`data`), DeepSeek (`balance_infos`) and xAI (`api_key_blocked`) say beyond "works". */
const page = z.object({
  error: z.optional(z.unknown()),
  api_key_blocked: orUnknown(z.boolean()),
  api_key_disabled: orUnknown(z.boolean()),
  team_blocked: orUnknown(z.boolean()),
  is_available: orUnknown(z.boolean()),
  balance_infos: orUnknown(z.array(z.object({ currency: z.string().check(z.maxLength(8)), total_balance: z.string().check(z.maxLength(32)) }))),
  data: orUnknown(z.object({ limit_remaining: orUnknown(z.number()), is_free_tier: orUnknown(z.boolean()) })),
});

/** Whether a key works, from the body of a successful reply to the check. A web page or nothing is not a yes. */
export function readKeyCheck(body: unknown, context: FailureContext): KeyCheck {
  if (Array.isArray(body)) return { ok: true };
  const parsed = page.safeParse(body);
  if (!parsed.success) return { ok: false, failure: { kind: 'badReply', provider: context.provider, detail: 'The address answered with something else than JSON.' } };
  const { data } = parsed;
  if (data.error !== undefined && data.error !== null) return { ok: false, failure: readErrorInReply(context, body) };
  if (data.api_key_blocked === true || data.api_key_disabled === true) return { ok: false, failure: { kind: 'keyRejected', provider: context.provider, detail: 'The key is blocked or switched off.' } };
  if (data.team_blocked === true) return { ok: false, failure: { kind: 'keyRejected', provider: context.provider, detail: 'The team of the key is blocked.' } };
  const note = noteOf(data);
  return note === undefined ? { ok: true } : { ok: true, note };
}

function noteOf(data: z.infer<typeof page>): string | undefined {
  if (data.is_available === false) return 'The key works, but the account has no credit left.';
  const balance = data.balance_infos?.[0];
  if (balance !== undefined) return `Balance: ${balance.total_balance} ${balance.currency}.`;
  const remaining = data.data?.limit_remaining;
  if (remaining !== undefined && remaining !== null && Math.abs(remaining) < 1e6) return remaining > 0 ? `${formatUsd(fromUsd(remaining))} left of the key's limit.` : "The key works, but its limit is used up.";
  return data.data?.is_free_tier === true ? 'The account has never bought credit: only free models answer.' : undefined;
}
