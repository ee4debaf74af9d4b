import type { AskableArms } from '../ask/decide';
import { Catalogue } from '../catalog/catalogue';
import { forgetList, refreshLive, storedLists } from '../catalog/live';
import { readUserPrices } from '../catalog/userPrices';
import { type ArmId, idOfArm } from '../model/modelCard';
import type { ProviderDefinition, WireName } from '../model/provider';
import type { AppSettings } from '../model/settings';
import { endpointOf } from '../providers/registry';
import type { AppPorts } from './appPorts';
import type { Roster } from './roster';

/** A reading of a list without which nothing of a provider can be asked. `failed` is false until it is known. */
interface ListingAttempt {
  readonly startedAt: number;
  readonly listed: Promise<void>;
  failed: boolean;
}

/** How long a question waits for the list of one provider while others can be asked, in milliseconds. Its models come in with a later question. */
const slowListMs = 1500;

/** How soon a provider whose models only it knows is asked for them again by a question, after it did not tell, in milliseconds. */
const unlistedRetryMs = 30 * 1000;

/** How often an answer may cause a look at the age of the model lists, in milliseconds. The lists themselves are kept a day. */
const quietRefreshMs = 60 * 60 * 1000;

/** The catalogue, opened by the first who needs it, with the providers' own lists of models in it. */
export class ModelLists {
  #catalogue: Promise<Catalogue> | undefined;
  #refreshedAt = 0;
  /** Lists that questions asked for, by provider. */
  readonly #listings = new Map<string, ListingAttempt>();
  /** Providers whose models the settings name; taken back when they no longer do. */
  #namedBySettings: readonly ProviderDefinition[] = [];
  /** Settled when no list is kept of a server that is gone. */
  #left: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly ports: Pick<AppPorts, 'clock' | 'log' | 'texts' | 'snapshot' | 'wire'>,
    private readonly roster: Roster,
    private readonly settings: () => AppSettings,
    /** Aborted when the app closes. */
    private readonly closing: AbortSignal,
  ) {}

  /** Opened once; a failed opening is tried again by the next call. */
  open(): Promise<Catalogue> {
    this.#catalogue ??= this.#read().catch((error: unknown) => {
      this.#catalogue = undefined;
      throw error;
    });
    return this.#catalogue;
  }

  /**
   * What can be asked now. A provider of which no model is known yet (a server of one's own, just added) is asked for
   * its list first, once; everybody else's list is read after an answer, in the background.
   */
  async arms(): Promise<AskableArms> {
    const catalogue = await this.open();
    const providers = await this.roster.askable();
    await this.#left;
    const others = catalogue.arms(providers).length > 0;
    await Promise.all(providers.map((provider) => this.#listForUse(catalogue, provider, others)));
    return { realm: providers[0]?.realm ?? this.roster.realm, arms: catalogue.arms(providers), providers: providers.map(({ name }) => name) };
  }

  /** Reads the lists of all askable providers, or of one, anew; without `force` only those older than a day. Cancelled or unanswered ones keep what was known. */
  async refreshAskable(signal: AbortSignal, force: boolean, only?: string): Promise<{ readonly asked: number; readonly failed: readonly string[] }> {
    const catalogue = await this.open();
    const providers = (await this.roster.askable()).filter(({ id, modelsPath, realm }) => modelsPath !== undefined && realm === 'real' && (only === undefined || id === only));
    return { asked: providers.length, failed: await this.#refresh(catalogue, providers, signal, force) };
  }

  /** Reads the list of one provider anew, whether it can be asked or not. */
  async refreshOne(provider: ProviderDefinition): Promise<void> {
    await this.#refresh(await this.open(), [provider], this.closing, true);
  }

  /** What an arm of the catalogue is called; undefined while nobody has opened it, which a look at what was spent does not. */
  async nameOf(id: ArmId): Promise<string | undefined> {
    const catalogue = await this.#catalogue?.catch(() => undefined);
    // What was spent is told also where the keys cannot be read.
    return catalogue?.arms(await this.roster.askable().catch(() => [])).find((arm) => idOfArm(arm) === id)?.card.name;
  }

  /** Prices move: after an answer, lists older than a day are read again in the background. Never at start. */
  refreshQuietly(): void {
    const now = this.ports.clock.now();
    if (this.roster.realm === 'demo' || now - this.#refreshedAt < quietRefreshMs) return;
    this.#refreshedAt = now;
    void this.refreshAskable(this.closing, false).catch((error: unknown) => this.ports.log.warn(`model lists could not be refreshed: ${messageOf(error)}`));
  }

  /** The list of this provider is read again by the next question that needs it. */
  forget(provider: string): void {
    this.#listings.delete(provider);
  }

  /** What is behind this wire has other models now: the lists are read again at their next use. */
  wireChanged(wire: WireName): void {
    for (const provider of this.roster.all()) if (provider.wire === wire) this.forget(provider.id);
  }

  /** Puts settings and plug-ins into force in the catalogue, if it is open. `gone`: providers whose lists are no longer true. */
  changed(gone: readonly ProviderDefinition[] = []): void {
    for (const { id } of gone) this.forget(id);
    this.#catalogue
      ?.then((catalogue) => {
        for (const provider of gone) catalogue.setListing(provider, undefined);
        this.#apply(catalogue);
      })
      // One that cannot be read is told by the call that needs it.
      .catch(() => undefined);
  }

  /** Servers that are no more, or at another address: their lists would be taken for those of the next of these ids. */
  left(gone: readonly ProviderDefinition[]): void {
    this.changed(gone);
    for (const { id } of gone) {
      const forgotten = forgetList(this.ports.texts, id).catch((error: unknown) => this.ports.log.error(`the model list of ${id} could not be removed`, error));
      this.#left = Promise.all([this.#left, forgotten]);
    }
  }

  /** The person's own prices, and what of them is not valid. */
  userPrices(): ReturnType<typeof readUserPrices> {
    return readUserPrices(this.settings().prices, new Date(this.ports.clock.now()).toISOString().slice(0, 10));
  }

  async #read(): Promise<Catalogue> {
    const catalogue = new Catalogue(await this.ports.snapshot());
    for (const list of await storedLists({ textStore: this.ports.texts }, (await this.roster.askable()).map(({ id }) => id))) {
      const provider = this.roster.find(list.provider);
      if (provider) catalogue.setListing(provider, list);
    }
    this.#apply(catalogue);
    return catalogue;
  }

  #apply(catalogue: Catalogue): void {
    catalogue.setUserPrices(this.userPrices().prices);
    catalogue.setPlugins(this.roster.plugins.inForce());
    const named = this.roster.ownServers.filter(({ models }) => models.length > 0);
    for (const provider of this.#namedBySettings) catalogue.setListing(provider, undefined);
    for (const { definition, models } of named) catalogue.setListing(definition, { at: this.ports.clock.now(), models });
    this.#namedBySettings = named.map(({ definition }) => definition);
  }

  /** Returns the providers that did not answer. */
  async #refresh(catalogue: Catalogue, providers: readonly ProviderDefinition[], signal: AbortSignal, force: boolean): Promise<readonly string[]> {
    const { clock, log, texts, wire } = this.ports;
    const failed: string[] = [];
    await Promise.all(
      providers.map(async (provider) => {
        const startedAt = clock.now();
        const [list] = await refreshLive({ wire: wire(provider.wire), textStore: texts, clock, log, keyOf: () => this.roster.keyPool.any(provider) }, [endpointOf(provider)], signal, force);
        if (list) catalogue.setListing(provider, list);
        if (!list || (force && list.at < startedAt)) failed.push(provider.id);
      }),
    );
    return failed;
  }

  /**
   * Reads the list of a provider of which no model is known, or whose models only it knows, once in the life of this
   * window; of the latter again a while after a failure. Waits only while there is nothing to ask of it, and not for long
   * when `others` can be asked.
   */
  async #listForUse(catalogue: Catalogue, provider: ProviderDefinition, others: boolean): Promise<void> {
    const known = catalogue.arms([provider]).length > 0;
    const listBeforeUse = provider.listBeforeUse ?? false;
    if (provider.modelsPath === undefined || (known && !listBeforeUse)) return;
    const now = this.ports.clock.now();
    const before = this.#listings.get(provider.id);
    const isDue = before === undefined || (listBeforeUse && before.failed && now - before.startedAt >= unlistedRetryMs);
    const attempt = isDue ? this.#attemptListing(catalogue, provider, now) : before;
    this.#listings.set(provider.id, attempt);
    if (known) return;
    let cancel = (): void => undefined;
    const long = new Promise<void>((resolve) => {
      if (others) cancel = this.ports.clock.after(slowListMs, resolve);
    });
    await Promise.race([attempt.listed, long]);
    cancel();
  }

  #attemptListing(catalogue: Catalogue, provider: ProviderDefinition, startedAt: number): ListingAttempt {
    const listed = async (): Promise<void> => {
      try {
        attempt.failed = (await this.#refresh(catalogue, [provider], this.closing, provider.listBeforeUse ?? false)).length > 0;
      } catch (error) {
        attempt.failed = true;
        this.ports.log.warn(`the models of ${provider.id} could not be read: ${messageOf(error)}`);
      }
    };
    // Begun a moment later, when `attempt` exists.
    const attempt: ListingAttempt = { startedAt, failed: false, listed: Promise.resolve().then(listed) };
    return attempt;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
