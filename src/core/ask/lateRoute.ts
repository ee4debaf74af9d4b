import { worstCost } from '../budget/worstCase';
import type { AskRequest } from '../model/ask';
import type { Arm, ArmId } from '../model/modelCard';
import type { NanoDollars } from '../model/money';
import type { Candidate, Route } from '../model/route';
import { contextMargin, matcher } from '../routing/candidates';
import { needsOf } from '../routing/needs';

/** What stands between an arm and a request, without anything that takes judging. */
export interface OpenTerms {
  readonly request: Pick<AskRequest, 'messages' | 'tools' | 'allow'>;
  readonly allowed: readonly string[];
  readonly excluded: readonly string[];
  readonly knownPriceOnly: boolean;
  /** Upper bound of the prompt's tokens. */
  readonly worstInputTokens: number;
  readonly maxOutputTokens: number;
  /** What it may cost at most; undefined leaves that to the reservation. */
  readonly room: NanoDollars | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Whether an arm is open to a request beyond doubt: bounds stand for estimates. False says nothing. */
export function isSurelyOpen(id: ArmId, { card, offer }: Arm, terms: OpenTerms): boolean {
  const { request, allowed, excluded, knownPriceOnly, worstInputTokens, room, now } = terms;
  const maxOutputTokens = Math.min(terms.maxOutputTokens, card.maxOutputTokens);
  if (matcher(excluded)?.(id) || [allowed, request.allow ?? []].some((patterns) => matcher(patterns)?.(id) === false)) return false;
  if (card.capabilities.length > 0 && !needsOf(request).every((need) => card.capabilities.includes(need))) return false;
  if (Math.ceil(worstInputTokens * contextMargin) + maxOutputTokens > card.contextTokens) return false;
  const worst = knownPriceOnly || room !== undefined ? worstCost(offer, { inputTokens: worstInputTokens, maxOutputTokens }, now) : undefined;
  return (worst !== undefined || !knownPriceOnly) && (room === undefined || (worst ?? 0) <= room);
}

/**
 * The route to an arm that was named or is kept: what is not the arm itself is worked out when first read, which is not
 * before the request has left.
 */
export function lateRoute(id: ArmId, arm: Arm, kept: boolean, work: () => Route): Route {
  let made: Route | undefined;
  const route = (): Route => (made ??= work());
  const first = (): Candidate | undefined => route().ranked[0];
  const candidate: Candidate = {
    id,
    arm,
    get capable() {
      return first()?.capable;
    },
    get estimated() {
      return first()?.estimated;
    },
    get estimate() {
      return first()?.estimate;
    },
    get verbosity() {
      return first()?.verbosity;
    },
    get expected() {
      return first()?.expected;
    },
  };
  return {
    ...(kept ? { kept } : {}),
    ranked: [candidate],
    get profile() {
      return route().profile;
    },
    get quality() {
      return route().quality;
    },
    get bar() {
      return route().bar;
    },
    get spare() {
      return route().spare;
    },
    get rejected() {
      return route().rejected;
    },
    get alternatives() {
      return route().alternatives;
    },
    get reasons() {
      return route().reasons;
    },
    get belowBar() {
      return route().belowBar;
    },
  };
}
