import type { Failure } from '../model/failure';
import { type ProviderDefinition, keyNameOf } from '../model/provider';
import type { Clock } from '../ports/clock';
import type { Keys } from '../ports/keys';

/** A key for one call. `name` is what it is stored under. */
export interface ChosenKey {
  readonly name: string;
  readonly key: string;
}

/** What the failure of one of several keys says of its provider. */
export interface PoolOutcome {
  /** Another key can be asked now. */
  readonly otherKey: boolean;
  /** What stands in the way of the key that can be asked again first; with another key, this one's failure. */
  readonly soonest: Failure;
}

/** Failures that put a key aside. */
export type SetAside = Extract<Failure, { kind: 'keyRejected' | 'noCredit' }>;

/** A failure that is the key's own, and for which the others are asked. */
type KeyFailure = SetAside | Extract<Failure, { kind: 'rateLimited' }>;

interface Trouble {
  readonly until: number;
  readonly failure: KeyFailure;
}

/** Used when a provider limits the rate without saying for how long, in milliseconds. */
const rateLimitMs = 20_000;
const shortestPauseMs = 1_000;
const longestPauseMs = 10 * 60_000;
/** A key that was refused, or is out of credit, is tried again after this, in milliseconds: a person may have mended it at the provider. */
const setAsideMs = 10 * 60_000;

/** How many conversations are remembered with their key. */
const mostThreads = 500;

/**
 * Which of a provider's keys a call takes, from what happened to them in this window. A conversation stays with its key,
 * because the provider may have its prompt in a cache of that key's account; others take the one that rested longest. A
 * key that was limited rests until its time is over, for the one model; one that was refused is set aside.
 */
export class KeyPool {
  readonly #names = new Map<string, readonly string[]>();
  readonly #troubles = new Map<string, Trouble>();
  readonly #lastUsed = new Map<string, number>();
  readonly #ofThread = new Map<string, string>();
  #uses = 0;

  constructor(
    private readonly keys: Pick<Keys, 'get'>,
    private readonly clock: Clock,
    /** Told when a key is set aside while its provider has others. */
    private readonly onSetAside: (name: string, failure: SetAside) => void,
  ) {}

  /** Takes note of the names under which keys are stored. */
  know(names: readonly string[]): void {
    this.#names.clear();
    for (const name of names) {
      const base = keyGroupOf(name);
      this.#names.set(base, [...(this.#names.get(base) ?? []), name].sort((one, other) => keyNumberOf(one) - keyNumberOf(other)));
    }
  }

  /** Names of a provider's keys, the first first. Before anything is known of them, the name of its only one. */
  namesOf(provider: Pick<ProviderDefinition, 'id' | 'keyName'>): readonly string[] {
    const base = keyNameOf(provider);
    return this.#names.get(base) ?? [base];
  }

  /** The key to ask `model` with; undefined when none is stored. Rejects when the storage of keys cannot be read. */
  async choose(provider: Pick<ProviderDefinition, 'id' | 'keyName'>, model: string, threadId: string | undefined): Promise<ChosenKey | undefined> {
    const names = this.namesOf(provider);
    const thread = `${threadId ?? ''} ${keyNameOf(provider)}`;
    for (const name of this.#inOrder(names, model, threadId === undefined ? undefined : this.#ofThread.get(thread))) {
      const key = await this.keys.get(name);
      if (key === undefined) continue;
      if (names.length > 1) this.#use(name, threadId === undefined ? undefined : thread);
      return { name, key };
    }
    return undefined;
  }

  /** A key for what is not about one model: reading lists, checking. */
  async any(provider: Pick<ProviderDefinition, 'id' | 'keyName'>): Promise<string | undefined> {
    for (const name of this.#inOrder(this.namesOf(provider), undefined, undefined)) {
      const key = await this.keys.get(name);
      if (key !== undefined) return key;
    }
    return undefined;
  }

  succeeded(name: string, model: string): void {
    this.#troubles.delete(name);
    this.#troubles.delete(troubleOf(name, model));
  }

  /** What a call with this key failed of. Undefined when that says nothing of the key, or the provider has no other. */
  failed(name: string, model: string, failure: Failure): PoolOutcome | undefined {
    const names = this.#names.get(keyGroupOf(name)) ?? [];
    if (names.length < 2 || !isOfKey(failure)) return undefined;
    const now = this.clock.now();
    if (failure.kind === 'rateLimited') {
      this.#troubles.set(troubleOf(name, model), { until: now + Math.min(Math.max(failure.retryAfterMs ?? rateLimitMs, shortestPauseMs), longestPauseMs), failure });
    } else {
      if (!this.#troubleOf(name, undefined, now)) this.onSetAside(name, failure);
      this.#troubles.set(name, { until: now + setAsideMs, failure });
    }
    const troubles = names.map((one) => this.#troubleOf(one, model, now));
    const soonest = troubles.reduce((least, one) => (least === undefined || one === undefined ? undefined : one.until < least.until ? one : least));
    if (!soonest) return { otherKey: true, soonest: failure };
    return { otherKey: false, soonest: soonest.failure.kind === 'rateLimited' ? { ...soonest.failure, retryAfterMs: soonest.until - now } : soonest.failure };
  }

  /** Why a key is not asked now; undefined when it is. */
  troubleOf(name: string): KeyFailure['kind'] | undefined {
    return this.#troubleOf(name, undefined, this.clock.now())?.failure.kind;
  }

  /** The key was set or removed: what the old one ran into says nothing any more. */
  forget(name: string): void {
    for (const key of this.#troubles.keys()) if (key === name || key.startsWith(`${name} `)) this.#troubles.delete(key);
  }

  /** Those that can be asked first, the conversation's own before all, then those that rested longest; at last those in trouble, by when it ends. */
  #inOrder(names: readonly string[], model: string | undefined, own: string | undefined): readonly string[] {
    // Nearly always there is one.
    if (names.length < 2) return names;
    const now = this.clock.now();
    const rank = (name: string) => ({ until: this.#troubleOf(name, model, now)?.until ?? 0, own: name === own ? 0 : 1, used: this.#lastUsed.get(name) ?? 0 });
    return names
      .map((name) => ({ name, ...rank(name) }))
      .sort((one, other) => one.until - other.until || one.own - other.own || one.used - other.used)
      .map(({ name }) => name);
  }

  #use(name: string, thread: string | undefined): void {
    this.#lastUsed.set(name, ++this.#uses);
    if (thread === undefined) return;
    // Set anew, so that the oldest is the first.
    this.#ofThread.delete(thread);
    this.#ofThread.set(thread, name);
    const [oldest] = this.#ofThread.keys();
    if (this.#ofThread.size > mostThreads && oldest !== undefined) this.#ofThread.delete(oldest);
  }

  /** The trouble that lasts longest. */
  #troubleOf(name: string, model: string | undefined, now: number): Trouble | undefined {
    const ofKey = this.#troubles.get(name);
    const ofModel = model === undefined ? undefined : this.#troubles.get(troubleOf(name, model));
    const trouble = ofKey && ofModel && ofKey.until < ofModel.until ? ofModel : (ofKey ?? ofModel);
    return trouble && now < trouble.until ? trouble : undefined;
  }
}

function isOfKey(failure: Failure): failure is KeyFailure {
  return failure.kind === 'rateLimited' || failure.kind === 'keyRejected' || failure.kind === 'noCredit';
}

/** Limits are for one model. No name of a key has a space. */
function troubleOf(name: string, model: string): string {
  return `${name} ${model}`;
}

/** The name of a provider's n-th key, from 1; the first is `keyNameOf`. */
export function numberedKeyName(provider: Pick<ProviderDefinition, 'id' | 'keyName'>, number: number): string {
  return number === 1 ? keyNameOf(provider) : `${keyNameOf(provider)}#${number}`;
}

/** The name of the first key of the provider that a key's name is of. */
export function keyGroupOf(name: string): string {
  return name.replace(/#\d+$/, '');
}

function keyNumberOf(name: string): number {
  return Number(/#(\d+)$/.exec(name)?.[1] ?? 1);
}
