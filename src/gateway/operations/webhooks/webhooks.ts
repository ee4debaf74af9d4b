import type { Clock } from '../../../core/ports/clock';
import type { Ids } from '../../../core/ports/ids';
import type { Log } from '../../../core/ports/log';
import type { OutboundTrouble, Webhook } from '../../../core/ports/outbound';
import { hostOf, type Post } from '../post';
import type { WebhookEvent } from './event';
import type { Delivery, Outbox } from './outbox';
import { signatureOf } from './signature';

export interface WebhookDependencies {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly post: Post;
  readonly outbox: Outbox;
  /** Those of the setting, now. */
  readonly hooks: () => readonly Webhook[];
  /** The secret under a name; undefined: there is none. */
  readonly secret: (name: string) => Promise<string | undefined>;
  readonly onTrouble: (trouble: OutboundTrouble) => void;
}

/** Milliseconds before the second try, the third, …: five tries within about a quarter of an hour. */
const pauses = [10_000, 60_000, 300_000, 600_000] as const;

/** More than so many undelivered are not kept: the oldest go first. */
const mostWaiting = 100;

/** How often is looked for what an ended window left, in milliseconds. */
const takeOverMs = 60_000;

/**
 * Tells the person's receivers what happened. What is not delivered is kept over a reload and told again; an event has the
 * same id in every try, so that a receiver can tell a repetition: one that was received and not acknowledged comes twice.
 */
export class Webhooks {
  /** By id of the delivery. */
  readonly #waiting = new Map<string, Delivery>();
  readonly #pauses = new Map<string, () => void>();
  #cancelTakeOver: () => void = () => undefined;
  #closed = false;

  constructor(private readonly dependencies: WebhookDependencies) {
    this.#takeOver();
  }

  /** Never throws; a receiver is told later. */
  tell({ type, data }: WebhookEvent): void {
    const { clock, ids, hooks } = this.dependencies;
    for (const { url, events } of hooks()) {
      if (!events.includes(type)) continue;
      const id = ids.next();
      this.#add({ id, url, event: type, body: JSON.stringify({ id, type, createdAt: new Date(clock.now()).toISOString(), data }), tries: 0 });
    }
  }

  /** What is undelivered stays in the outbox. */
  close(): void {
    this.#closed = true;
    this.#cancelTakeOver();
    for (const cancel of this.#pauses.values()) cancel();
    this.#pauses.clear();
  }

  #add(delivery: Delivery): void {
    this.#waiting.set(delivery.id, delivery);
    for (const id of this.#waiting.keys()) {
      if (this.#waiting.size <= mostWaiting) break;
      this.dependencies.log.warn('a webhook was given up: too many wait');
      this.#drop(id);
    }
    this.#keep();
    void this.#send(delivery.id);
  }

  async #send(id: string): Promise<void> {
    const delivery = this.#waiting.get(id);
    if (!delivery || this.#closed) return;
    const failure = await this.#tryOnce(delivery);
    if (!this.#waiting.has(id)) return;
    if (failure === undefined) this.#drop(id);
    else this.#failed(delivery, failure);
    this.#keep();
  }

  #failed(delivery: Delivery, why: string): void {
    const { log, clock, onTrouble } = this.dependencies;
    const { id, url } = delivery;
    const tries = delivery.tries + 1;
    const pause = pauses[tries - 1];
    if (pause === undefined) {
      log.error(`a webhook for ${hostOf(url)} was given up after ${tries} tries: ${why}`);
      onTrouble({ kind: 'webhookGivenUp', host: hostOf(url), why });
      this.#drop(id);
      return;
    }
    log.warn(`a webhook for ${hostOf(url)} was not taken (${why}); it is tried again`);
    this.#waiting.set(id, { ...delivery, tries });
    if (!this.#closed) this.#pauses.set(id, clock.after(pause, () => void this.#send(id)));
  }

  /** Undefined: it was taken, or is not wanted any more; else why not. Never rejects. */
  async #tryOnce({ id, url, event, body }: Delivery): Promise<string | undefined> {
    const { clock, hooks, secret, post, onTrouble } = this.dependencies;
    // What was taken out of the setting meanwhile is sent nowhere.
    const hook = hooks().find((one) => one.url === url);
    if (!hook) return undefined;
    try {
      const key = await secret(hook.secretName);
      if (key === undefined) {
        onTrouble({ kind: 'secretMissing', secretName: hook.secretName });
        return `there is no secret named ${hook.secretName}`;
      }
      const headers = { 'content-type': 'application/json', 'user-agent': 'Farthing', 'x-farthing-event': event, 'x-farthing-delivery': id, 'x-farthing-signature': signatureOf(key, Math.floor(clock.now() / 1000), body) };
      const { status } = await post(url, headers, body);
      return status >= 200 && status < 300 ? undefined : `status ${status}`;
    } catch (error) {
      return `no reply: ${error instanceof Error ? error.name : 'unknown'}`;
    }
  }

  #takeOver(): void {
    const { outbox, clock } = this.dependencies;
    const { deliveries, done } = outbox.takeOver();
    for (const delivery of deliveries) if (!this.#waiting.has(delivery.id)) this.#add(delivery);
    done();
    this.#cancelTakeOver = clock.after(takeOverMs, () => this.#takeOver());
  }

  #drop(id: string): void {
    this.#pauses.get(id)?.();
    this.#pauses.delete(id);
    this.#waiting.delete(id);
  }

  #keep(): void {
    this.dependencies.outbox.keep([...this.#waiting.values()]);
  }
}
