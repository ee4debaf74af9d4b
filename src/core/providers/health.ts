import type { Failure } from '../model/failure';
import { unreachable } from '../model/failure';
import { type Arm, type ArmId, idOfArm } from '../model/modelCard';
import type { Clock } from '../ports/clock';
import { demoProvider } from './definitions';

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const dayMs = 24 * 60 * minuteMs;

/** Used when a provider limits the rate without saying for how long. */
const rateLimitMs = 20 * secondMs;
/** A provider may ask for any wait; beyond this the person would rather see the model tried again. */
const longestWaitMs = 10 * minuteMs;
const firstOutageMs = 10 * secondMs;
const longestOutageMs = 5 * minuteMs;
const keyTroubleMs = 10 * minuteMs;
const modelGoneMs = dayMs;

interface Cooldown {
  readonly until: number;
  readonly failure: Failure;
  /** Outages in a row, for doubling. */
  readonly outages: number;
  /** A changed key ends it. */
  readonly endsWithKey: boolean;
}

/**
 * Who is worth asking, from what happened lately, in the memory of this window. Outages and key trouble count against
 * the provider, limits and vanished models against the one model, because another model of the same provider may answer.
 */
export class Health {
  private readonly cooldowns = new Map<string, Cooldown>();

  constructor(private readonly clock: Clock) {}

  succeeded(arm: Arm): void {
    this.cooldowns.delete(providerKey(arm.offer.provider));
    this.cooldowns.delete(modelKey(arm));
  }

  failed(arm: Arm, failure: Failure): void {
    // A simulated fault was asked for; it says nothing of the next request.
    if (arm.offer.provider === demoProvider.id) return;
    const now = this.clock.now();
    switch (failure.kind) {
      case 'rateLimited':
        this.cool(modelKey(arm), { until: now + Math.min(failure.retryAfterMs ?? rateLimitMs, longestWaitMs), failure, outages: 0, endsWithKey: false });
        return;
      case 'providerDown':
      case 'offline':
      case 'timedOut': {
        const key = providerKey(arm.offer.provider);
        const outages = this.cooldowns.get(key)?.outages ?? 0;
        const own = Math.min(firstOutageMs * 2 ** outages, longestOutageMs);
        const asked = failure.kind === 'providerDown' ? Math.min(failure.retryAfterMs ?? 0, longestWaitMs) : 0;
        this.cool(key, { until: now + Math.max(own, asked), failure, outages: Math.min(outages + 1, 10), endsWithKey: false });
        return;
      }
      case 'modelGone':
        this.cool(modelKey(arm), { until: now + modelGoneMs, failure, outages: 0, endsWithKey: false });
        return;
      case 'keyMissing':
      case 'keyRejected':
      case 'noCredit':
        this.cool(providerKey(arm.offer.provider), { until: now + keyTroubleMs, failure, outages: 0, endsWithKey: true });
        return;
      // About this request or this machine, not about who was asked.
      case 'limitReached':
      case 'noProvider':
      case 'noCandidate':
      case 'contextTooLong':
      // Asked again by the next question: the person may have closed the editor's dialog by mistake.
      case 'consentMissing':
      case 'badRequest':
      case 'refused':
      case 'badReply':
      case 'truncated':
      case 'budgetReached':
      case 'priceUnknown':
      case 'storage':
      case 'lengthReached':
      case 'busy':
      case 'cancelled':
      case 'unexpected':
        return;
      default:
        unreachable(failure);
    }
  }

  /** A key was set or removed: what the old one ran into says nothing any more. */
  keyChanged(provider: string): void {
    for (const [key, cooldown] of this.cooldowns) {
      if (cooldown.endsWithKey && key === providerKey(provider)) this.cooldowns.delete(key);
    }
  }

  isAvailable(arm: Arm, now?: number): boolean {
    // Nearly always nothing is cooling, and the router asks about hundreds of arms at every request.
    return this.cooldowns.size === 0 || this.coolingUntil(arm, now ?? this.clock.now()) === undefined;
  }

  /** Why an arm is not asked now and until when (epoch ms); undefined when it is. */
  coolingUntil(arm: Arm, now = this.clock.now()): { readonly until: number; readonly failure: Failure } | undefined {
    for (const key of [providerKey(arm.offer.provider), modelKey(arm)]) {
      const cooldown = this.cooldowns.get(key);
      if (cooldown !== undefined && now < cooldown.until) return { until: cooldown.until, failure: cooldown.failure };
    }
    return undefined;
  }

  /** The arms that are not asked now, for the router's filter. */
  unavailable(arms: readonly Arm[], now = this.clock.now()): ReadonlySet<ArmId> {
    // Nearly always nothing is cooling, and the arms are many.
    if (this.cooldowns.size === 0) return new Set();
    return new Set(arms.filter((arm) => !this.isAvailable(arm, now)).map(idOfArm));
  }

  private cool(key: string, cooldown: Cooldown): void {
    const before = this.cooldowns.get(key);
    // A short wait must not shorten a long one, e.g. a rate limit on a model that is gone.
    if (before !== undefined && before.until > cooldown.until) return;
    this.cooldowns.set(key, cooldown);
  }
}

function providerKey(provider: string): string {
  return provider;
}

/** Efforts of one model share a limit. The separator is in no provider id. */
function modelKey(arm: Arm): string {
  return `${arm.offer.provider} ${arm.offer.model}`;
}
