import { type Failure, unreachable } from '../core/model/failure';
import { formatUsd } from '../core/model/money';
import type { Problem, ProblemKind } from './dialect';

/**
 * A failure of an ask as a refusal. Clients repeat 408, 409, 429 and 5xx by themselves, most without end when an agent runs
 * unattended: only what may be over in a moment gets one of those. What a person must mend (a key, a budget, a setting) gets
 * a 4xx that no client repeats, and never 401, which clients take for their own token.
 */
export function problemOf(failure: Failure): Problem {
  const problem = (kind: ProblemKind, status: number, message: string, retryAfterMs?: number): Problem => ({ kind, status, message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
  const words = 'detail' in failure && failure.detail ? ` It said: ${failure.detail}` : '';
  switch (failure.kind) {
    case 'noProvider':
      return problem('unavailable', 424, 'Farthing has no provider that can be asked. Add a key in the editor (command "Farthing: Set API Key"), or try the demo.');
    case 'noCandidate':
      return problem('badRequest', 400, sentence(`No model can take this request: ${failure.reason}`));
    case 'keyMissing':
      return problem('unavailable', 424, `Farthing has no API key for ${failure.provider}. Add it in the editor (command "Farthing: Set API Key").`);
    case 'keyRejected':
      return problem('unavailable', 424, `${failure.provider} did not accept Farthing's API key. Enter it again in the editor (command "Farthing: Set API Key").${words}`);
    case 'noCredit':
      return problem('budget', 402, `The account at ${failure.provider} has no credit left. Top it up, or let Farthing use another provider.${words}`);
    case 'consentMissing':
      return problem('forbidden', 403, `The editor has not been allowed to let Farthing use ${failure.model}. Ask it once in Farthing's chat and allow it.`);
    case 'modelGone':
      return problem('notFound', 404, `${failure.provider} no longer offers ${failure.model}. Name another model, or "auto".`);
    case 'rateLimited':
      return problem('rateLimited', 429, `${failure.provider} asks for a pause.${words}`, failure.retryAfterMs);
    case 'limitReached':
      return problem('rateLimited', 429, `Your own limit for ${failure.provider} (setting farthing.providers.limits) leaves no room now.`, failure.retryAfterMs);
    case 'providerDown':
      if (failure.mayBeBilled) return problem('unavailable', 503, lost(failure.provider));
      return problem('unavailable', 503, `${failure.provider} has a problem of its own${failure.status === undefined ? '' : ` (status ${failure.status})`}.${words}`, failure.retryAfterMs);
    case 'offline':
      if (failure.proxy) return problem('unavailable', 503, `The proxy of the network wants a sign-in before ${failure.provider} can be reached. Sign in to it, or put name and password into the editor's setting http.proxy.`);
      if (failure.mayBeBilled) return problem('unavailable', 503, lost(failure.provider));
      return problem('unavailable', 503, `${failure.provider} cannot be reached.${words}`);
    case 'timedOut':
      return problem('timedOut', 504, `${failure.provider} did not answer in time (${Math.round(failure.waitedMs / 1000)} s).`);
    case 'contextTooLong': {
      // Agents look for these words to know that they must shorten the conversation.
      const measure = failure.neededTokens && failure.availableTokens ? `: ${failure.neededTokens} tokens > ${failure.availableTokens} maximum` : '';
      return problem('contextTooLong', 400, `prompt is too long${measure}. This exceeds the context window of the models that can be asked.`);
    }
    case 'badRequest':
      return problem('badRequest', 400, `${failure.provider} did not accept the request.${words}`);
    case 'refused':
      return problem('badRequest', 400, `${failure.provider} declined to answer this.${words}`);
    case 'badReply':
      return problem('unavailable', 502, `${failure.provider} sent something that is not an answer.${words}`);
    case 'truncated':
      return problem('unavailable', 502, `The answer was cut off: the connection to ${failure.provider} ended early.`);
    case 'budgetReached':
      return problem('budget', 402, budgetMessage(failure));
    case 'priceUnknown':
      return problem('budget', 402, `The price of ${failure.model} at ${failure.provider} is not known, so its cost cannot be held against a budget. Set its price (setting farthing.prices), or name another model.`);
    case 'storage':
      return failure.problem === 'locked'
        ? problem('overloaded', 503, 'The ledger is busy, so nothing was sent.', 1000)
        : problem('internal', 500, `The ledger could not be written, so nothing was sent. Farthing's log in the editor says why (${failure.problem}).`);
    case 'lengthReached':
      return problem('badRequest', 400, 'The answer reached the longest length allowed.');
    case 'onlyReasoned':
      return problem('unavailable', 502, `${failure.provider} only thought about it and gave no answer.`);
    case 'keysUnavailable':
      return problem('unavailable', 424, "The editor's store for keys does not open. Unlock it, then reload the editor's window.");
    case 'busy':
      return problem('rateLimited', 409, 'An answer is still being written in this conversation.');
    case 'cancelled':
      return problem('unavailable', 503, 'The answer was stopped.');
    case 'unexpected':
      return problem('internal', 500, "Something unexpected went wrong. Farthing's log in the editor says more.");
    default:
      return unreachable(failure);
  }
}

function lost(provider: string): string {
  return `The connection to ${provider} broke after the request had left and before an answer came. What it may bill is counted as an estimate.`;
}

function budgetMessage({ scope, spent, limit, needed }: Extract<Failure, { kind: 'budgetReached' }>): string {
  const names: Readonly<Record<string, string>> = { day: "Today's budget", week: "This week's budget", month: "This month's budget", conversation: 'The budget of this conversation', client: 'What this client may spend' };
  return `${names[scope] ?? 'The budget'} (${formatUsd(limit)}) has no room for this: ${formatUsd(spent)} is spent or held, and the answer may cost up to ${formatUsd(needed)}. Raise it in the editor (command "Farthing: ${scope === 'client' ? 'Gateway Clients…' : 'Set Budget'}") and go on, or ask a cheaper model.`;
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** Whether the same request may succeed in a moment; told to clients that ask (`x-should-retry`). */
function mayRetry({ kind, status }: Problem): boolean {
  return kind === 'rateLimited' || kind === 'overloaded' || kind === 'timedOut' || (kind === 'unavailable' && status >= 500);
}

/** Headers that say when. */
export function retryHeaders(problem: Problem): Readonly<Record<string, string>> {
  const { retryAfterMs } = problem;
  return {
    'x-should-retry': String(mayRetry(problem)),
    ...(retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterMs / 1000)), 'retry-after-ms': String(Math.ceil(retryAfterMs)) }),
  };
}
