import type { Failure } from '../model/failure';
import type { HealthFailure, HealthRecord, HealthSubject } from '../model/health';
import type { Arm } from '../model/modelCard';
import type { Clock } from '../ports/clock';
import type { HealthChange, HealthStore } from '../ports/healthStore';
import type { Log } from '../ports/log';
import { isPast, phaseOf, withFailure, withoutProbe, withProbe, withSuccess } from './breaker';
import { demoProvider } from './definitions';

/** A provider and its models, by the provider's own ids. Found without building a key: the router asks about hundreds of arms. */
interface ProviderRecords {
  readonly whole: HealthRecord | undefined;
  readonly models: ReadonlyMap<string, HealthRecord>;
}

/** Whether a request may go to an arm: like any other, as the one that finds out for all, or better to somebody else. */
export type Entry = 'ask' | 'probe' | 'rest';

/**
 * Who is worth asking, from what happened lately. The rules are in `breaker`; this keeps the records: read from memory
 * by the request path, written behind it to a store that all windows share and that outlives them. Without the store,
 * e.g. when the database cannot be opened, it works from memory alone.
 */
export class Health {
  readonly #providers = new Map<string, ProviderRecords>();
  #store: HealthStore | undefined;
  /** Counts the readings, so that an old one that comes late is dropped. */
  #reading = 0;
  #silenced = false;

  constructor(
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Takes over what the store knows and follows it from now on. Never rejects. What was learnt before goes into the store. */
  async attach(store: HealthStore): Promise<void> {
    const known = this.#all();
    this.#store = store;
    store.onChange(() => void this.#read());
    await this.#read();
    for (const { subject, record } of known) await this.#change(subject, (before) => before ?? record);
  }

  /** False for an arm that is left alone now. */
  isAvailable(arm: Arm, now?: number): boolean {
    // Nearly always nobody rests.
    if (this.#providers.size === 0) return true;
    const records = this.#providers.get(arm.offer.provider);
    if (!records) return true;
    const at = now ?? this.clock.now();
    return isOpenToAll(records.whole, at) && isOpenToAll(records.models.get(arm.offer.model), at);
  }

  /** What an arm rests for; undefined when it does not. */
  restingFor(arm: Arm, now = this.clock.now()): HealthFailure | undefined {
    const records = this.#providers.get(arm.offer.provider);
    return [records?.whole, records?.models.get(arm.offer.model)].find((record) => !isOpenToAll(record, now))?.failure;
  }

  /** Asks for a request to go to an arm now. Whoever gets `probe` calls `leave` with the same id when it is over. */
  async enter(arm: Arm, id: string): Promise<Entry> {
    let entry: Entry = 'ask';
    for (const subject of subjectsOf(arm)) {
      switch (phaseOf(this.#recordOf(subject), this.clock.now())) {
        case 'closed':
          break;
        case 'halfOpen':
          // Asked of the store: another window may have begun to find out in this very moment.
          if ((await this.#change(subject, (record) => withProbe(record, id, this.clock.now())))?.probe?.id === id) {
            entry = 'probe';
            break;
          }
          if (phaseOf(this.#recordOf(subject), this.clock.now()) === 'closed') break;
          this.leave(arm, id);
          return 'rest';
        default:
          this.leave(arm, id);
          return 'rest';
      }
    }
    return entry;
  }

  /** The request is over. If it was to find out and did not (it was stopped, or refused for its own sake), the next one may. */
  leave(arm: Arm, id: string): void {
    for (const subject of subjectsOf(arm)) if (this.#recordOf(subject)?.probe?.id === id) this.#changeLater(subject, (record) => withoutProbe(record, id));
  }

  /** A request that left at `startedAt` (epoch milliseconds) was answered. */
  succeeded(arm: Arm, startedAt: number): void {
    for (const subject of subjectsOf(arm)) if (this.#recordOf(subject)) this.#changeLater(subject, (record) => withSuccess(record, startedAt));
  }

  failed(arm: Arm, failure: Failure): void {
    // A simulated fault was asked for; it says nothing of the next request.
    if (arm.offer.provider === demoProvider.id) return;
    for (const subject of subjectsOf(arm)) {
      const change: HealthChange = (record) => withFailure(record, failure, subject.model === undefined ? 'provider' : 'model', this.clock.now());
      const before = this.#recordOf(subject);
      if (change(before) !== before) this.#changeLater(subject, change);
    }
  }

  /** A key was set, removed or found to work: what the provider as a whole ran into says nothing any more. */
  forget(provider: string): void {
    if (this.#providers.get(provider)?.whole) this.#changeLater({ provider, model: undefined }, () => undefined);
  }

  /** Every record that still says something. */
  records(now = this.clock.now()): readonly { readonly subject: HealthSubject; readonly record: HealthRecord }[] {
    return this.#all().filter(({ record }) => !isPast(record, now));
  }

  #recordOf({ provider, model }: HealthSubject): HealthRecord | undefined {
    const records = this.#providers.get(provider);
    return model === undefined ? records?.whole : records?.models.get(model);
  }

  #all(): readonly { readonly subject: HealthSubject; readonly record: HealthRecord }[] {
    return Array.from(this.#providers, ([provider, { whole, models }]) => [
      ...(whole ? [{ subject: { provider, model: undefined }, record: whole }] : []),
      ...Array.from(models, ([model, record]) => ({ subject: { provider, model }, record })),
    ]).flat();
  }

  #remember({ provider, model }: HealthSubject, record: HealthRecord | undefined): void {
    const { whole, models } = this.#providers.get(provider) ?? { whole: undefined, models: new Map<string, HealthRecord>() };
    const next: ProviderRecords = model === undefined ? { whole: record, models } : { whole, models: withEntry(models, model, record) };
    if (next.whole === undefined && next.models.size === 0) this.#providers.delete(provider);
    else this.#providers.set(provider, next);
  }

  #changeLater(subject: HealthSubject, change: HealthChange): void {
    void this.#change(subject, change);
  }

  /** In memory at once, then in the store, whose answer counts: another window may have changed it meanwhile. Never rejects. */
  async #change(subject: HealthSubject, change: HealthChange): Promise<HealthRecord | undefined> {
    const here = change(this.#recordOf(subject));
    this.#remember(subject, here);
    if (!this.#store) return here;
    // Readings that are under way may not have this change yet.
    this.#reading += 1;
    try {
      const stored = await this.#store.change(subject, change);
      this.#remember(subject, stored);
      return stored;
    } catch (error) {
      this.#complain(error);
      return here;
    }
  }

  async #read(): Promise<void> {
    const reading = ++this.#reading;
    try {
      const rows = (await this.#store?.all()) ?? [];
      if (reading !== this.#reading) return;
      const now = this.clock.now();
      this.#providers.clear();
      for (const { subject, record } of rows) if (!isPast(record, now)) this.#remember(subject, record);
    } catch (error) {
      this.#complain(error);
    }
  }

  /** Said once: a disk may stay full for a night, and every question would say it again. */
  #complain(error: unknown): void {
    if (!this.#silenced) this.log.error('which providers rest is kept in memory only', error);
    this.#silenced = true;
  }
}

/** The provider first: what is wrong with it is wrong with all its models. Efforts of one model share a record. */
function subjectsOf({ offer }: Arm): readonly HealthSubject[] {
  return [
    { provider: offer.provider, model: undefined },
    { provider: offer.provider, model: offer.model },
  ];
}

function isOpenToAll(record: HealthRecord | undefined, now: number): boolean {
  const phase = phaseOf(record, now);
  return phase === 'closed' || phase === 'halfOpen';
}

function withEntry(models: ReadonlyMap<string, HealthRecord>, model: string, record: HealthRecord | undefined): ReadonlyMap<string, HealthRecord> {
  const next = new Map(models);
  if (record) next.set(model, record);
  else next.delete(model);
  return next;
}
