import { type AskDependencies, createAsk } from './ask/ask';
import { Connection } from './ask/connection';
import { type AskableArms, decide, limitsOf, termsOf } from './ask/decide';
import { Settlements } from './ask/settlements';
import { ForwardTime } from './budget/forwardTime';
import { alertToGive, forecast, tightest } from './budget/standing';
import { periodLimits } from './budget/periods';
import { Catalogue } from './catalog/catalogue';
import { refreshLive, storedLists } from './catalog/live';
import type { Snapshot } from './catalog/snapshot';
import { readUserPrices } from './catalog/userPrices';
import { Conversations } from './conversation/conversations';
import { WaitingQuestions } from './conversation/waitingQuestions';
import { historyOf } from './conversation/history';
import type { Ask } from './model/ask';
import type { BudgetOverview, BudgetStatus, WeekStart } from './model/budget';
import type { CallRecord } from './model/call';
import type { Failure } from './model/failure';
import type { Finding } from './model/finding';
import type { ImportRead } from './model/importStep';
import { type Arm, type ArmId, idOfArm } from './model/modelCard';
import { nano } from './model/money';
import { type Endpoint, keyNameOf, type ProviderDefinition, type Realm, type WireName } from './model/provider';
import type { ProvidersOverview } from './model/providerOverview';
import type { Preview } from './model/route';
import type { StoredKey } from './model/storedKey';
import type { StoredMessage } from './model/thread';
import type { Books, OpenBooks, RestoreReport } from './ports/books';
import type { Clock } from './ports/clock';
import type { DemoServer } from './ports/demoServer';
import type { Ids } from './ports/ids';
import type { Keys } from './ports/keys';
import type { KeySource } from './ports/keySources';
import type { Log } from './ports/log';
import type { Random } from './ports/random';
import { type PeriodLimit, storageFailure } from './ports/ledgerStore';
import type { SignInPorts } from './ports/signIn';
import type { PluginFiles } from './ports/pluginFiles';
import type { TextStore } from './ports/textStore';
import type { KeyCheck, PullProgress, Wire } from './ports/wire';
import { Checks } from './providers/checks';
import { findingsOf } from './providers/configurationCheck';
import { customProviders } from './providers/customProvider';
import { findKeys, type FoundKey, readFoundKey } from './providers/environmentKeys';
import { HostPool } from './providers/hostPool';
import { keyGroupOf, KeyPool, type SetAside } from './providers/keyPool';
import { limitsFor } from './providers/limits';
import { Health } from './providers/health';
import { callsLookedAt, healthReport, type ProviderHealth } from './providers/healthReport';
import { findServers, type FoundServer, usualServerNames } from './providers/localServers';
import { readImport } from './providers/importProviders';
import { maskedKey } from './providers/maskedKey';
import { providersOverview } from './providers/providersOverview';
import { addKey, checkStoredKeys, storedKeys } from './providers/storedKeys';
import { ownServers } from './providers/ownServers';
import { Plugins } from './providers/plugins';
import { askableProviders, endpointOf, findProvider, ownProviders, providerStates, type RegistryInput } from './providers/registry';
import { SignIns } from './providers/signIn';
import { explain } from './routing/explain';
import type { AppSettings } from './model/settings';

/** What the product needs from outside. Everything slow is a promise asked for on first use, never at start. */
export interface AppPorts {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
  readonly log: Log;
  readonly keys: Keys;
  readonly texts: TextStore;
  readonly pluginFiles: PluginFiles;
  readonly books: OpenBooks;
  readonly snapshot: () => Promise<Snapshot>;
  readonly demo: DemoServer;
  readonly wire: (name: Endpoint['provider']['wire']) => Wire;
  readonly countTokens: (text: string) => number;
  readonly signIn: SignInPorts;
  /** Id of this process in the books. */
  readonly window: string;
}

/** A provider as a person sees it. Holds no key. */
export interface ProviderView {
  readonly provider: ProviderDefinition;
  readonly hasKey: boolean;
  /** Can be asked now. */
  readonly askable: boolean;
}

/** Something a person should know that no request failed of. */
export type Notice =
  | { readonly kind: 'restored'; readonly report: RestoreReport }
  /** One of several keys of a provider was refused, or is out of credit; the others are used. `key` is what of it may be shown. */
  | { readonly kind: 'keySetAside'; readonly key: string; readonly failure: SetAside }
  /** An answer was paid for whose cost could not be written down yet; it stays held against the budget meanwhile. */
  | { readonly kind: 'unbooked'; readonly failure: Failure }
  /** The machine's clock was set back. */
  | { readonly kind: 'clockBack'; readonly byMs: number }
  | { readonly kind: 'budgetAlert'; readonly percent: number; readonly status: BudgetStatus };

/** One setting that is not in force, by its field. */
export interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

/** The books with what this window still has to write into them. */
interface OpenedBooks extends Books {
  readonly settlements: Settlements;
}

/** A reading of a list without which nothing of a provider can be asked. `failed` is false until it is known. */
interface ListingAttempt {
  readonly startedAt: number;
  readonly listed: Promise<void>;
  failed: boolean;
}

/** How soon a provider whose models only it knows is asked for them again by a question, after it did not tell, in milliseconds. */
const unlistedRetryMs = 30 * 1000;

/** How long a server on this machine is waited for when it is looked for, in milliseconds. */
const localReplyMs = 3000;

/** How often an answer may cause a look at the age of the model lists, in milliseconds. The lists themselves are kept a day. */
const quietRefreshMs = 60 * 60 * 1000;

/**
 * The only door into the core: what a surface may do with the product. Created without I/O; the database, the
 * catalogue and the demo server are opened by the first call that needs them.
 */
export class App {
  readonly ask: Ask;
  readonly conversations: Conversations;
  /** Whether the network is there, as far as requests have shown. */
  readonly connection: Connection;
  /** Questions to be asked again once it is. */
  readonly waiting: WaitingQuestions;
  /** Providers that are data of others: a folder of the person's, and other extensions. */
  readonly plugins: Plugins;
  readonly signIns: SignIns;
  readonly #health: Health;
  readonly #keyPool: KeyPool;
  readonly #hosts = new HostPool();
  readonly #budgetListeners = new Set<() => void>();
  readonly #setupListeners = new Set<() => void>();
  readonly #noticeListeners = new Set<(notice: Notice) => void>();
  #settings: AppSettings;
  #books: Promise<OpenedBooks> | undefined;
  #catalogue: Promise<Catalogue> | undefined;
  #custom: ReturnType<typeof ownServers>;
  #refreshedAt = 0;
  readonly #checks = new Checks();
  /** Lists that questions asked for, by provider. */
  readonly #listings = new Map<string, ListingAttempt>();
  #alertedFor: readonly BudgetStatus[] = [];
  readonly #moneyTime: ForwardTime;
  /** Providers whose models the settings name; taken back when they no longer do. */
  #namedBySettings: readonly ProviderDefinition[] = [];
  #cancelReset: () => void = () => undefined;
  readonly #stopKeys: () => void;
  readonly #closing = new AbortController();

  constructor(
    private readonly ports: AppPorts,
    settings: AppSettings,
  ) {
    this.#settings = settings;
    this.#custom = ownServers(settings);
    this.plugins = new Plugins({ files: ports.pluginFiles, texts: ports.texts, clock: ports.clock, log: ports.log, others: () => ownProviders({ custom: this.#ownServers(), demo: true }) });
    this.plugins.onChange((gone) => this.#pluginsChanged(gone));
    this.#keyPool = new KeyPool(ports.keys, ports.clock, (name, failure) => void this.#tellKeySetAside(name, failure));
    this.#health = new Health(ports.clock, ports.log);
    this.#moneyTime = new ForwardTime(() => ports.clock.now(), (byMs) => this.#emit(this.#noticeListeners, { kind: 'clockBack', byMs }));
    this.connection = new Connection(ports.clock, (id) => this.#provider(id)?.local ?? false);
    this.waiting = new WaitingQuestions(ports.texts, ports.log);
    this.connection.onChange(() => this.#networkChanged());
    this.ask = createAsk(this.#askDependencies());
    this.signIns = new SignIns({ ...ports.signIn, clock: ports.clock, window: ports.window, provider: (id) => this.#provider(id), checkKey: (id, key, signal) => this.checkKey(id, key, signal), setKey: (provider, key) => this.setKey(provider, key) });
    this.conversations = new Conversations({ ask: this.ask, explain, threads: async () => (await this.#openBooks()).threads, clock: ports.clock, ids: ports.ids, log: ports.log, realm: () => this.realm(), window: ports.window });
    // Whoever goes on with a conversation has given up what waited in it.
    this.conversations.onEvent((event) => void (event.type === 'message-added' && this.waiting.forget(event.threadId)));
    this.#stopKeys = ports.keys.onChange((name) => {
      this.#keyPool.forget(name);
      for (const { provider } of providerStates(this.#registry([]))) {
        if (keyNameOf(provider) !== keyGroupOf(name)) continue;
        this.#health.forget(provider.id);
        this.#checks.forget(provider);
      }
      this.#emit(this.#setupListeners);
    });
  }

  // Settings

  settings(): AppSettings {
    return this.#settings;
  }

  /** Takes new settings into force. Returns what of them is not valid, by field. */
  applySettings(settings: AppSettings): readonly FieldProblem[] {
    this.#settings = settings;
    this.#custom = ownServers(settings);
    const { problems } = this.#userPrices();
    // One that cannot be read is told by the call that needs it.
    this.#catalogue?.then((catalogue) => this.#applyToCatalogue(catalogue)).catch(() => undefined);
    this.#emit(this.#setupListeners);
    this.#emit(this.#budgetListeners);
    return [...this.#custom.problems, ...problems];
  }

  realm(): Realm {
    return this.#settings['demo.enabled'] ? 'demo' : 'real';
  }

  // Providers and models

  /** Name of a provider for people; an arrow, so that it can be passed on. */
  readonly providerName = (id: string): string => this.#provider(id)?.name ?? id;

  async providers(): Promise<readonly ProviderView[]> {
    const withKey = await this.#withKey();
    return providerStates(this.#registry(withKey)).map(({ provider, askable }) => ({ provider, askable, hasKey: withKey.includes(keyNameOf(provider)) }));
  }

  /** Asks the provider whether `key`, or without one the stored ones, works. Never rejects for expected trouble. */
  async checkKey(providerId: string, key: string | undefined, signal: AbortSignal): Promise<KeyCheck> {
    if (key === undefined) await this.#withKey();
    const endpoint = await this.#endpoint(providerId);
    if (!endpoint) return { ok: false, failure: { kind: 'noProvider' } };
    const { provider } = endpoint;
    const checkOne = (used: string | undefined): Promise<KeyCheck> => this.ports.wire(provider.wire).checkKey(endpoint, used, signal);
    const keyless = provider.auth === 'none';
    const check = keyless || key !== undefined ? await checkOne(keyless ? undefined : key) : await checkStoredKeys(this.#keyPool, this.ports.keys, provider, checkOne);
    this.connection.noted(providerId, check.ok ? undefined : check.failure);
    this.connection.settle();
    if (key !== undefined) return check;
    if (check.ok) this.#health.forget(providerId);
    if (this.#checks.note(provider, check, this.ports.clock.now())) this.#emit(this.#setupListeners);
    return check;
  }

  /** How everybody stands who was asked lately or rests. What the books cannot tell now is left out. */
  async providerHealth(): Promise<readonly ProviderHealth[]> {
    const now = this.ports.clock.now();
    try {
      const calls = await (await this.#openBooks()).health.recentCalls(this.realm(), callsLookedAt);
      return healthReport({ calls, records: this.#health.records(now), now });
    } catch (error) {
      this.ports.log.error('how the last calls went could not be read', error);
      return healthReport({ calls: [], records: this.#health.records(now), now });
    }
  }

  /** What `findLocalServers` looks for. */
  readonly localServerNames = usualServerNames;

  /** What the settings of another extension come to here, already parsed from JSON or YAML. Takes no key and changes nothing. */
  readImport(value: unknown): ImportRead {
    return readImport(value, providerStates(this.#registry([])).map(({ provider }) => provider.id));
  }

  /** Looks at the usual places on this machine for servers that run models. Nothing but a question for their models is sent. */
  async findLocalServers(signal: AbortSignal): Promise<readonly FoundServer[]> {
    const wire = this.ports.wire('openaiChat');
    const known = providerStates(this.#registry([])).map(({ provider }) => provider);
    return findServers(async (definition) => {
      const late = new AbortController();
      const cancel = this.ports.clock.after(localReplyMs, () => late.abort());
      const both = AbortSignal.any([signal, late.signal]);
      const check = await wire.checkKey(endpointOf(definition), undefined, both);
      const models = check.ok ? await wire.listModels(endpointOf(definition), undefined, both) : undefined;
      cancel();
      if (models) return { models: models.map(({ id }) => id) };
      return !check.ok && check.failure.kind === 'keyRejected' ? 'wantsKey' : undefined;
    }, known);
  }

  /** Gets a model onto the machine that a provider is on, and reads its list of models again. Undefined: it is there. */
  async pullModel(providerId: string, model: string, onProgress: (progress: PullProgress) => void, signal: AbortSignal): Promise<Failure | undefined> {
    const endpoint = await this.#endpoint(providerId);
    if (!endpoint) return { kind: 'noProvider' };
    const wire = this.ports.wire(endpoint.provider.wire);
    if (!wire.pull) return { kind: 'badRequest', provider: providerId, detail: 'Models cannot be loaded onto it from here.' };
    const failure = await wire.pull(endpoint, model, onProgress, signal);
    if (failure) return failure;
    await this.#refresh(await this.#openCatalogue(), [endpoint.provider], this.#closing.signal, true);
    this.#emit(this.#setupListeners);
    return undefined;
  }

  /** What is wrong with the last entry of a list for the setting of custom providers; undefined when it would count. */
  customProviderProblem(entries: readonly unknown[]): string | undefined {
    const { problems } = customProviders(entries, 'entries');
    return problems.find(({ field }) => field.startsWith(`entries[${entries.length - 1}]`))?.message;
  }

  /** Every provider and its models as it stands with them now. Reads no network. */
  async providersOverview(): Promise<ProvidersOverview> {
    const withKey = await this.#withKey();
    const input = this.#registry(withKey);
    const { 'models.pinned': pinned, 'models.allowed': allowed, 'models.excluded': excluded } = this.#settings;
    return providersOverview({
      at: this.ports.clock.now(),
      realm: this.realm(),
      registered: providerStates(input),
      withKey,
      originOf: ({ origin, id }) => (origin ? (origin.kind === 'file' ? 'plugin' : 'extension') : input.custom.some((own) => own.id === id) ? 'setting' : 'builtIn'),
      arms: (await this.#openCatalogue()).arms(askableProviders(input)),
      health: await this.providerHealth(),
      checkOf: (provider) => this.#checks.of(provider),
      pinned,
      allowed,
      excluded,
    });
  }

  /** Reads the list of one provider if what is kept of it is older than a day. True when that was told anything. */
  async listModels(providerId: string): Promise<boolean> {
    const providers = (await this.#askable()).filter(({ id, modelsPath, realm }) => id === providerId && modelsPath !== undefined && realm === 'real');
    return providers.length > 0 && (await this.#refresh(await this.#openCatalogue(), providers, this.#closing.signal, false)).length === 0;
  }

  /** Keeps a key for the address that the person was shown, whatever the settings say by now. It takes the place of the one of that name, by default the first. */
  async setKey(provider: Pick<ProviderDefinition, 'id' | 'keyName'>, key: string, name = keyNameOf(provider)): Promise<void> {
    this.#listings.delete(provider.id);
    await this.ports.keys.set(name, key);
  }

  /** Removes one key, by default the first. Those that are left keep their names. */
  async removeKey(provider: Pick<ProviderDefinition, 'id' | 'keyName'>, name = keyNameOf(provider)): Promise<void> {
    await this.ports.keys.delete(name);
  }

  /** The keys a provider has, as they may be shown. */
  async keysOf(provider: ProviderDefinition): Promise<readonly StoredKey[]> {
    await this.#withKey();
    return storedKeys(this.#keyPool, this.ports.keys, provider);
  }

  /** Keeps one more key, which is used in turn with the others. False: it is there already. */
  async addKey(provider: ProviderDefinition, key: string): Promise<boolean> {
    await this.#withKey();
    return addKey(this.#keyPool, this.ports.keys, provider, key);
  }

  /**
   * Checks `key` with the provider and, only if it is accepted, puts it in the place of a stored one, by default the
   * first. In every other case the old key stays.
   */
  async rotateKey(provider: ProviderDefinition, key: string, signal: AbortSignal, name = keyNameOf(provider)): Promise<KeyCheck> {
    const check = await this.checkKey(provider.id, key, signal);
    if (signal.aborted) return { ok: false, failure: { kind: 'cancelled' } };
    if (check.ok) await this.ports.keys.set(name, key);
    return check;
  }

  async #tellKeySetAside(name: string, failure: SetAside): Promise<void> {
    const key = await this.ports.keys.get(name).catch(() => undefined);
    if (key !== undefined) this.#emit(this.#noticeListeners, { kind: 'keySetAside', key: maskedKey(key, this.#provider(failure.provider)?.keyPrefix), failure });
  }

  /** Keys found in these places for providers that have none. Holds no key. */
  async foundKeys(sources: readonly KeySource[]): Promise<readonly FoundKey[]> {
    const states = await this.providers();
    return findKeys(states.filter(({ hasKey }) => !hasKey).map(({ provider }) => provider), sources);
  }

  readFoundKey(found: FoundKey, sources: readonly KeySource[]): string | undefined {
    return readFoundKey(found, sources);
  }

  /** What is behind this wire has other models now: the lists are read again at their next use. */
  modelsChanged(wire: WireName): void {
    for (const { provider } of providerStates(this.#registry([]))) if (provider.wire === wire) this.#listings.delete(provider.id);
  }

  /** Every arm that can be asked now, for a person to choose from. */
  async models(): Promise<readonly { readonly id: ArmId; readonly arm: Arm }[]> {
    return (await this.#arms()).arms.map((arm) => ({ id: idOfArm(arm), arm }));
  }

  /** Reads the model lists of all askable providers anew. Cancelled or unanswered ones keep what was known. */
  async refreshModels(signal: AbortSignal, force = true): Promise<{ readonly models: number; readonly failed: readonly string[] }> {
    const catalogue = await this.#openCatalogue();
    const providers = (await this.#askable()).filter(({ modelsPath, realm }) => modelsPath !== undefined && realm === 'real');
    const failed = await this.#refresh(catalogue, providers, signal, force);
    return { models: catalogue.arms(await this.#askable()).length, failed };
  }

  /** Returns the providers that did not answer. */
  async #refresh(catalogue: Catalogue, providers: readonly ProviderDefinition[], signal: AbortSignal, force: boolean): Promise<readonly string[]> {
    const failed: string[] = [];
    await Promise.all(
      providers.map(async (provider) => {
        const startedAt = this.ports.clock.now();
        const [list] = await refreshLive({ wire: this.ports.wire(provider.wire), textStore: this.ports.texts, clock: this.ports.clock, log: this.ports.log, keyOf: () => this.#keyPool.any(provider) }, [endpointOf(provider)], signal, force);
        if (list) catalogue.setListing(provider, list);
        if (!list || (force && list.at < startedAt)) failed.push(provider.id);
      }),
    );
    return failed;
  }

  /** Looks at how everything is set up and asks every provider whether it answers. What is found holds no key. */
  async checkConfiguration(signal: AbortSignal): Promise<readonly Finding[]> {
    const { arms } = await this.#arms();
    const [states, keyNames, books] = await Promise.all([this.providers(), this.ports.keys.list(), this.#openBooks().then(() => undefined, storageFailure)]);
    const checks = await Promise.all(states.filter(({ askable }) => askable).map(async ({ provider }) => ({ provider: provider.id, check: await this.checkKey(provider.id, undefined, signal) })));
    return findingsOf({ settings: this.#settings, checks, arms, books, keyNames, providers: states.map(({ provider }) => provider), now: this.ports.clock.now() });
  }

  // Asking

  /** What asking this now would choose and cost, without asking. `before` is the conversation as it is shown: typing reads no database. */
  async preview({ text, threadId, before }: { readonly text: string; readonly threadId: string | undefined; readonly before: readonly StoredMessage[] }): Promise<Preview> {
    const at = this.ports.clock.now();
    const position = (before.at(-1)?.position ?? -1) + 1;
    const messages = historyOf([...before, { id: '', threadId: '', position, role: 'user', text, createdAt: at }], position);
    const decision = await decide(this.#askDependencies(), { messages, purpose: 'chat', ...(threadId === undefined ? {} : { threadId }) });
    if ('kind' in decision) return { ok: false, failure: decision, at };
    const [candidate] = decision.route.ranked;
    return candidate ? { ok: true, candidate, profile: decision.route.profile, at } : { ok: false, failure: { kind: 'noCandidate', reason: 'no model is left to ask.' }, at };
  }

  // Offline

  /** Who could not be reached only for want of a network need not rest any longer. */
  #networkChanged(): void {
    if (this.connection.lostSince !== undefined) return;
    for (const { subject, record } of this.#health.records()) if (record.failure.kind === 'offline') this.#health.forget(subject.provider);
  }

  /** Asks those that can be asked elsewhere, one after the other, whether they answer; true when one does. Reaching one tells the listeners of the connection. */
  async tryConnection(signal: AbortSignal): Promise<boolean> {
    for (const { id, local } of await this.#askable()) {
      if (local || signal.aborted) continue;
      await this.checkKey(id, undefined, signal);
      if (this.connection.lostSince === undefined) return true;
    }
    return this.connection.lostSince === undefined;
  }

  /** Asks the questions that wait again, each in its conversation. Those that fail again are told there. Returns how many were asked. */
  async sendWaiting(): Promise<number> {
    let sent = 0;
    for (const { threadId, messageId } of await this.waiting.takeAll()) if ((await this.conversations.again(threadId, messageId, 'same')).ok) sent += 1;
    return sent;
  }

  /** Whether a model on this machine could answer while the network is gone. */
  async hasLocalModels(): Promise<boolean> {
    const { arms } = await this.#arms();
    return arms.some(({ offer }) => this.#provider(offer.provider)?.local === true);
  }

  // Money

  /** All budgets now; undefined when the books cannot be read (it is in the log, and asking says it in words). */
  async budgets(threadId: string | undefined): Promise<BudgetOverview | undefined> {
    try {
      const realm = this.realm();
      await this.#openBooks();
      const now = this.#moneyTime.now();
      const periods = this.#periods(now);
      const statuses: BudgetStatus[] = [...(await this.#status(realm, periods))];
      const limit = limitsOf(this.#settings).conversation;
      if (threadId !== undefined && limit !== undefined) {
        const spend = await (await this.#openBooks()).ledger.conversationSpend(threadId, realm);
        statuses.push({ ...spend, scope: 'conversation', realm, limit: nano(limit + spend.allowed), resetsAt: undefined });
      }
      this.#tellAtReset(periods, now);
      const [first] = statuses;
      const shown = tightest(statuses) ?? first;
      const month = periods.find(({ scope }) => scope === 'month');
      const spent = statuses.find(({ scope }) => scope === 'month')?.spent;
      return shown && { realm, statuses, tightest: shown, monthForecast: month && spent && forecast(spent, month, now) };
    } catch (error) {
      this.ports.log.error('the budgets could not be read', error);
      return undefined;
    }
  }

  /** A period that ends changes every budget without any call. */
  #tellAtReset(periods: readonly PeriodLimit[], now: number): void {
    this.#cancelReset();
    if (this.#closing.signal.aborted) return;
    this.#cancelReset = this.ports.clock.after(Math.min(...periods.map(({ to }) => to)) - now, () => this.#emit(this.#budgetListeners));
  }

  async lastCall(): Promise<CallRecord | undefined> {
    return (await this.#openBooks()).ledger.lastCall(this.realm());
  }

  /** Raises the limit that refused a request by what it may cost, for this one period. The person has agreed to it. */
  async allow(failure: Extract<Failure, { kind: 'budgetReached' }>, threadId: string | undefined): Promise<void> {
    const at = this.#moneyTime.now();
    const from = failure.scope === 'conversation' ? 0 : (this.#periods(at).find(({ scope }) => scope === failure.scope)?.from ?? at);
    const missing = nano(Math.max(0, failure.spent + failure.needed - failure.limit));
    const { ledger } = await this.#openBooks();
    await ledger.allow({ id: this.ports.ids.next(), realm: this.realm(), scope: failure.scope, from, threadId: failure.scope === 'conversation' ? threadId : undefined, amount: missing, at });
    this.#emit(this.#budgetListeners);
  }

  // Listening

  onBudgetChanged(listener: () => void): () => void {
    this.#budgetListeners.add(listener);
    return () => this.#budgetListeners.delete(listener);
  }

  /** Settings, keys or the catalogue changed: what can be asked may be different now. */
  onSetupChanged(listener: () => void): () => void {
    this.#setupListeners.add(listener);
    return () => this.#setupListeners.delete(listener);
  }

  onNotice(listener: (notice: Notice) => void): () => void {
    this.#noticeListeners.add(listener);
    return () => this.#noticeListeners.delete(listener);
  }

  /** Cancels what is under way, writes it down, closes the database and the demo. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#stopKeys();
    this.plugins.close();
    this.#cancelReset();
    await this.conversations.close();
    const books = await this.#books?.catch(() => undefined);
    await books?.settlements.flush();
    books?.settlements.dispose();
    await Promise.allSettled([this.ports.demo.stop(), books?.close()]);
  }

  #askDependencies(): AskDependencies {
    const { ports } = this;
    return {
      ...ports,
      observer: {
        succeeded: (arm, startedAt) => {
          this.#health.succeeded(arm, startedAt);
          this.connection.noted(arm.offer.provider, undefined);
          const provider = this.#provider(arm.offer.provider);
          if (provider) this.#checks.answered(provider);
          this.#refreshQuietly();
        },
        failed: (arm, failure) => {
          this.#health.failed(arm, failure);
          this.connection.noted(arm.offer.provider, failure);
        },
      },
      ledger: {
        reserve: async (query) => (await this.#openBooks()).ledger.reserve(query),
        status: (realm, periods) => this.#status(realm, periods),
        conversationSpend: async (threadId, realm) => (await this.#openBooks()).ledger.conversationSpend(threadId, realm),
      },
      settlements: { settle: async (record) => (await this.#openBooks()).settlements.settle(record) },
      turns: {
        enter: async (...turn) => (await this.#openBooks()).limits.enter(...turn),
        leave: async (...turn) => (await this.#openBooks()).limits.leave(...turn),
      },
      keyPool: this.#keyPool,
      hosts: this.#hosts,
      providerLimits: (provider) => limitsFor(this.#settings['providers.limits'], provider),
      endpoint: (id) => this.#endpoint(id),
      connection: this.connection,
      isLocal: (provider) => this.#provider(provider)?.local ?? false,
      arms: () => this.#arms(),
      isAvailable: (arm) => this.#health.isAvailable(arm),
      restingFor: (arm) => this.#health.restingFor(arm),
      providerName: this.providerName,
      recall: () => this.#openBooks().then(() => undefined, () => undefined),
      admission: this.#health,
      settings: () => this.#settings,
      realmOf: (provider) => this.#provider(provider)?.realm ?? 'real',
      terms: (realm) => {
        const now = this.#moneyTime.now();
        return termsOf(now, this.#periods(now), this.#settings, realm);
      },
      limits: () => ({ firstTokenMs: this.#settings['timeouts.firstTokenSeconds'] * 1000, idleMs: this.#settings['timeouts.idleSeconds'] * 1000 }),
    };
  }

  #periods(now: number): ReturnType<typeof periodLimits> {
    const weekStart: WeekStart = ({ sunday: 0, monday: 1, saturday: 6 } as const)[this.#settings['budget.weekStartsOn']];
    return periodLimits(now, limitsOf(this.#settings), weekStart);
  }

  #provider(id: string): ProviderDefinition | undefined {
    return findProvider({ ...this.#registry([]), demo: true }, id);
  }

  #ownServers(): readonly ProviderDefinition[] {
    return this.#custom.providers.map(({ definition }) => definition);
  }

  #registry(withKey: readonly string[]): RegistryInput {
    return { custom: this.#ownServers(), plugins: this.plugins.inForce().map(({ definition }) => definition), demo: this.realm() === 'demo', withKey, switches: this.#settings };
  }

  /** Where to ask a provider. The demo's server is started by the first question about it. */
  async #endpoint(id: string): Promise<Endpoint | undefined> {
    const provider = this.#provider(id);
    if (!provider) return undefined;
    return provider.realm === 'demo' ? { provider, baseUrl: await this.ports.demo.baseUrl() } : endpointOf(provider);
  }

  /**
   * What can be asked now. A provider of which no model is known yet (a server of one's own, just added) is asked for
   * its list first, once; everybody else's list is read after an answer, in the background.
   */
  async #arms(): Promise<AskableArms> {
    const catalogue = await this.#openCatalogue();
    const providers = await this.#askable();
    await Promise.all(providers.map((provider) => this.#listForUse(catalogue, provider)));
    return { realm: providers[0]?.realm ?? this.realm(), arms: catalogue.arms(providers), providers: providers.map(({ name }) => name) };
  }

  /**
   * Reads the list of a provider of which no model is known, or whose models only it knows, once in the life of this
   * window; of the latter again a while after a failure. Waits only while there is nothing to ask.
   */
  async #listForUse(catalogue: Catalogue, provider: ProviderDefinition): Promise<void> {
    const known = catalogue.arms([provider]).length > 0;
    const listBeforeUse = provider.listBeforeUse ?? false;
    if (provider.modelsPath === undefined || (known && !listBeforeUse)) return;
    const now = this.ports.clock.now();
    const before = this.#listings.get(provider.id);
    const isDue = before === undefined || (listBeforeUse && before.failed && now - before.startedAt >= unlistedRetryMs);
    const attempt = isDue ? this.#attemptListing(catalogue, provider, now) : before;
    this.#listings.set(provider.id, attempt);
    if (!known) await attempt.listed;
  }

  #attemptListing(catalogue: Catalogue, provider: ProviderDefinition, startedAt: number): ListingAttempt {
    const listed = async (): Promise<void> => {
      try {
        attempt.failed = (await this.#refresh(catalogue, [provider], this.#closing.signal, provider.listBeforeUse ?? false)).length > 0;
      } catch (error) {
        attempt.failed = true;
        this.ports.log.warn(`the models of ${provider.id} could not be read: ${error instanceof Error ? error.message : String(error)}`);
      }
    };
    // Begun a moment later, when `attempt` exists.
    const attempt: ListingAttempt = { startedAt, failed: false, listed: Promise.resolve().then(listed) };
    return attempt;
  }

  async #askable(): Promise<readonly ProviderDefinition[]> {
    return askableProviders(this.#registry(await this.#withKey(true)));
  }

  /** A store of keys that does not open is a failure to who asks a question; providers are listed, and a key set, all the same. */
  #noKeys(error: unknown, mustOpen: boolean): readonly string[] {
    if (mustOpen) throw error;
    this.ports.log.error('the keys could not be listed', error);
    return [];
  }

  /** Names of providers' first keys, one for each provider that has any. Whoever needs to know which providers there are asks this first, so the plug-ins are read here. */
  async #withKey(mustOpen = false): Promise<readonly string[]> {
    await this.plugins.opened();
    const names = await this.ports.keys.list().catch((error: unknown) => this.#noKeys(error, mustOpen));
    this.#keyPool.know(names);
    return [...new Set(names.map(keyGroupOf))];
  }

  /** Opened once; a failed opening is tried again by the next call, because a disk can be freed and a lock released. */
  #openBooks(): Promise<OpenedBooks> {
    this.#books ??= this.#firstOpening().catch((error: unknown) => {
      this.#books = undefined;
      throw error;
    });
    return this.#books;
  }

  async #firstOpening(): Promise<OpenedBooks> {
    const { clock, log } = this.ports;
    const books = await this.ports.books((report) => this.#emit(this.#noticeListeners, { kind: 'restored', report }));
    books.ledger.onChange(() => {
      this.#emit(this.#budgetListeners);
      void this.#giveAlerts(books);
    });
    const last = await books.ledger.lastCall(this.realm());
    if (last) this.#moneyTime.seen(last.startedAt);
    await this.#giveAlerts(books);
    books.threads.onChange(() => this.conversations.storeChanged());
    await this.#recover(books);
    await this.#health.attach(books.health);
    return { ...books, settlements: new Settlements(books.ledger, clock, log, (failure) => this.#emit(this.#noticeListeners, { kind: 'unbooked', failure })), close: () => books.close() };
  }

  /** The budgets as the books have them, once what a dead window still held is settled: nobody else may come to do it. */
  async #status(realm: Realm, periods: readonly PeriodLimit[]): Promise<readonly BudgetStatus[]> {
    const books = await this.#openBooks();
    const statuses = await books.ledger.status(realm, periods);
    if (statuses.every(({ held }) => held === 0) || !(await this.#recover(books))) return statuses;
    return books.ledger.status(realm, periods);
  }

  /** Finishes what windows left that ended unexpectedly; true when there was a call to settle. Never rejects: it is tried again. */
  async #recover({ ledger, threads }: Books): Promise<boolean> {
    const { clock, log } = this.ports;
    try {
      const recovered = await ledger.recover(clock.now());
      if (recovered > 0) log.warn(`${recovered} calls of a window that ended unexpectedly were settled at their upper bound`);
      await threads.markInterrupted();
      return recovered > 0;
    } catch (error) {
      log.error('what another window left could not be settled yet', error);
      return false;
    }
  }

  #openCatalogue(): Promise<Catalogue> {
    this.#catalogue ??= this.#readCatalogue().catch((error: unknown) => {
      this.#catalogue = undefined;
      throw error;
    });
    return this.#catalogue;
  }

  async #readCatalogue(): Promise<Catalogue> {
    const catalogue = new Catalogue(await this.ports.snapshot());
    for (const list of await storedLists({ textStore: this.ports.texts }, (await this.#askable()).map(({ id }) => id))) {
      const provider = this.#provider(list.provider);
      if (provider) catalogue.setListing(provider, list);
    }
    this.#applyToCatalogue(catalogue);
    return catalogue;
  }

  #applyToCatalogue(catalogue: Catalogue): void {
    catalogue.setUserPrices(this.#userPrices().prices);
    catalogue.setPlugins(this.plugins.inForce());
    const named = this.#custom.providers.filter(({ models }) => models.length > 0);
    for (const provider of this.#namedBySettings) catalogue.setListing(provider, undefined);
    for (const { definition, models } of named) catalogue.setListing(definition, { at: this.ports.clock.now(), models });
    this.#namedBySettings = named.map(({ definition }) => definition);
  }

  #pluginsChanged(gone: readonly ProviderDefinition[]): void {
    for (const { id } of gone) {
      this.#listings.delete(id);
      this.#health.forget(id);
    }
    this.#catalogue
      ?.then((catalogue) => {
        for (const provider of gone) catalogue.setListing(provider, undefined);
        catalogue.setPlugins(this.plugins.inForce());
      })
      .catch(() => undefined);
    this.#emit(this.#setupListeners);
  }

  /** Prices move: after an answer, lists older than a day are read again in the background. Never at start. */
  #refreshQuietly(): void {
    const now = this.ports.clock.now();
    if (this.realm() === 'demo' || now - this.#refreshedAt < quietRefreshMs) return;
    this.#refreshedAt = now;
    void this.refreshModels(this.#closing.signal, false).catch((error: unknown) => this.ports.log.warn(`model lists could not be refreshed: ${error instanceof Error ? error.message : String(error)}`));
  }

  #userPrices(): ReturnType<typeof readUserPrices> {
    return readUserPrices(this.#settings.prices, new Date(this.ports.clock.now()).toISOString().slice(0, 10));
  }

  /** Tells when a budget newly passes 75, 90 or 100 %, in the window whose call did it: the others need not hear it as well. */
  async #giveAlerts({ ledger }: Books): Promise<void> {
    try {
      const realm = this.realm();
      const statuses = await ledger.status(realm, this.#periods(this.#moneyTime.now()));
      const before = this.#alertedFor;
      this.#alertedFor = statuses;
      if (before.length === 0 || (await ledger.lastCall(realm))?.window !== this.ports.window) return;
      for (const status of statuses) {
        const percent = alertToGive(before.find(({ scope, realm: other }) => scope === status.scope && other === realm), status);
        if (percent !== undefined) this.#emit(this.#noticeListeners, { kind: 'budgetAlert', percent, status });
      }
    } catch (error) {
      this.ports.log.error('the budget alerts could not be worked out', error);
    }
  }

  #emit<Event extends readonly unknown[]>(listeners: ReadonlySet<(...event: Event) => void>, ...event: Event): void {
    for (const listener of listeners) {
      try {
        listener(...event);
      } catch (error) {
        this.ports.log.error('a listener failed', error);
      }
    }
  }
}
