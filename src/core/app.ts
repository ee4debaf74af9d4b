import { type AskDependencies, createAsk } from './ask/ask';
import { Connection } from './ask/connection';
import { AgentTurns } from './ask/agentTurns';
import { decide } from './ask/decide';
import { createEmbed } from './ask/embed';
import { holds } from './ask/held';
import { Conversations } from './conversation/conversations';
import { Titles } from './conversation/titles';
import { WaitingQuestions } from './conversation/waitingQuestions';
import type { Ask, AskRequest } from './model/ask';
import type { BudgetOverview } from './model/budget';
import type { CallContent, CallRecord, LastCall } from './model/call';
import type { EndedAgent } from './model/client';
import type { Embed } from './model/embedding';
import type { EndedExperiment } from './model/experiment';
import type { Failure } from './model/failure';
import type { Finding } from './model/finding';
import type { ImportRead } from './model/importStep';
import type { JudgedPrompt } from './model/judged';
import { Learning } from './learning/learning';
import type { LearningReport } from './model/learningReport';
import type { EditFate, NewOutcome, RatingReason } from './model/outcome';
import { type Arm, type ArmId, idOfArm } from './model/modelCard';
import { keyNameOf, type ProviderDefinition, type Realm, type WireName } from './model/provider';
import type { ProvidersOverview } from './model/providerOverview';
import type { Previews, StepPreviews } from './model/preview';
import type { RoutingReport } from './model/report';
import type { Route } from './model/route';
import type { StoredKey } from './model/storedKey';
import type { StoredMessage } from './model/thread';
import type { WorkForecast, WorkWish } from './model/work';
import type { Books } from './ports/books';
import type { ClientStore } from './ports/clientStore';
import type { KeySource } from './ports/keySources';
import type { CallQuery } from './ports/callHistory';
import type { HistoryBackups } from './ports/historyBackups';
import { storageFailure } from './ports/ledgerStore';
import type { KeyCheck, PullProgress } from './ports/wire';
import { Checks } from './providers/checks';
import { findingsOf } from './providers/configurationCheck';
import { customProviders } from './providers/customProvider';
import { findKeys, type FoundKey, readFoundKey } from './providers/environmentKeys';
import { HostPool } from './providers/hostPool';
import type { SetAside } from './providers/keyPool';
import { limitsFor } from './providers/limits';
import { Health } from './providers/health';
import { callsLookedAt, healthReport, type ProviderHealth } from './providers/healthReport';
import { findServers, type FoundServer, usualServerNames } from './providers/localServers';
import { maskedKey } from './providers/maskedKey';
import { providersOverview } from './providers/providersOverview';
import { addKey, checkStoredKeys, storedKeys } from './providers/storedKeys';
import type { Plugins } from './providers/plugins';
import { askableProviders, endpointOf, providerStates } from './providers/registry';
import { SignIns } from './providers/signIn';
import { explain } from './routing/explain';
import { sampledTokens } from './routing/inputTokens';
import type { AppSettings } from './model/settings';
import type { Experiments } from './experiments/experiments';
import { Accounts } from './door/accounts';
import type { AppPorts } from './door/appPorts';
import type { Draft } from './door/draft';
import { ExperimentRoom } from './door/experimentRoom';
import { Listeners } from './door/listeners';
import { ModelLists } from './door/modelLists';
import type { Notice } from './door/notice';
import { PreviewDesk } from './door/previews';
import { Judging } from './door/judging';
import { Roster } from './door/roster';
import { WorkRoom } from './door/workRoom';

/** A provider as a person sees it. Holds no key. */
export interface ProviderView {
  readonly provider: ProviderDefinition;
  readonly hasKey: boolean;
  /** Can be asked now. */
  readonly askable: boolean;
}

export type { Notice };

/** One setting that is not in force, by its field. */
export interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

const dayMs = 24 * 60 * 60 * 1000;

/** How long a server on this machine is waited for when it is looked for, in milliseconds. */
const localReplyMs = 3000;

/**
 * The only door into the core: what a surface may do with the product. Created without I/O; the database, the
 * catalogue and the demo server are opened by the first call that needs them.
 */
export class App {
  readonly ask: Ask;
  readonly embed: Embed;
  readonly conversations: Conversations;
  /** Whether the network is there, as far as requests have shown. */
  readonly connection: Connection;
  /** Questions to be asked again once it is. */
  readonly waiting: WaitingQuestions;
  /** Providers that are data of others: a folder of the person's, and other extensions. */
  readonly plugins: Plugins;
  readonly signIns: SignIns;
  /** Listeners of each kind of event. */
  readonly #budgets: Listeners<readonly []>;
  readonly #setup: Listeners<readonly []>;
  readonly #notices: Listeners<readonly [Notice]>;
  readonly #experimentsEnded: Listeners<readonly [EndedExperiment]>;
  readonly #agentsEnded: Listeners<readonly [EndedAgent]>;
  readonly #calls: Listeners<readonly [CallRecord, CallContent | undefined]>;
  readonly #judging: Judging;
  readonly #roster: Roster;
  readonly #models: ModelLists;
  readonly #accounts: Accounts;
  readonly #health: Health;
  readonly #learning: Learning;
  readonly #experimentRoom: ExperimentRoom;
  readonly #titles: Titles;
  readonly #previews: PreviewDesk;
  readonly #workRoom: WorkRoom;
  readonly #hosts = new HostPool();
  readonly #agentTurns: AgentTurns;
  readonly #checks = new Checks();
  readonly #stopKeys: () => void;
  readonly #closing = new AbortController();
  #settings: AppSettings;

  constructor(
    private readonly ports: AppPorts,
    settings: AppSettings,
  ) {
    const { clock, ids, keys, log, texts, window } = ports;
    const settingsNow = (): AppSettings => this.#settings;
    this.#settings = settings;
    this.#budgets = new Listeners(log);
    this.#setup = new Listeners(log);
    this.#notices = new Listeners(log);
    this.#experimentsEnded = new Listeners(log);
    this.#agentsEnded = new Listeners(log);
    this.#calls = new Listeners(log);
    this.#judging = new Judging(ports, settingsNow);
    this.#roster = new Roster(ports, settingsNow, (name, failure) => void this.#tellKeySetAside(name, failure));
    this.#models = new ModelLists(ports, this.#roster, settingsNow, this.#closing.signal);
    this.#accounts = new Accounts(ports, settingsNow, () => this.realm(), { onBudgetChanged: this.#budgets.tell, onNotice: this.#notices.tell, onOpened: (books) => this.#booksOpened(books) });
    this.#health = new Health(clock, log);
    this.#agentTurns = new AgentTurns(clock);
    this.plugins = this.#roster.plugins;
    this.plugins.onChange((gone) => this.#pluginsChanged(gone));
    this.connection = new Connection(clock, this.#roster.isLocal);
    this.waiting = new WaitingQuestions(texts, log);
    this.connection.onChange(() => this.#networkChanged());
    this.ask = createAsk(this.#askDependencies());
    this.embed = createEmbed({ ...this.#askDependencies(), askable: () => this.#roster.askable(), saleOf: async (...sale) => (await this.#models.open()).saleOf(...sale) });
    this.#previews = new PreviewDesk(this.#askDependencies());
    this.#budgets.add(() => this.#previews.forget());
    this.signIns = new SignIns({ ...ports.signIn, clock, window, provider: (id) => this.#roster.find(id), checkKey: (id, key, signal) => this.checkKey(id, key, signal), setKey: (provider, key) => this.setKey(provider, key) });
    this.#learning = new Learning({ learner: ports.learner, store: async () => (await this.#accounts.open()).outcomes, clock, ids, log, enabled: () => this.#settings['learning.enabled'] });
    this.#workRoom = new WorkRoom({ clock, ids, log, open: ports.orchestrator, ask: this.ask, decide: () => this.#askDependencies(), holds: this.#holds(), arms: () => this.#models.arms(), noteOutcome: (outcome) => this.noteOutcome(outcome) });
    this.conversations = new Conversations({ ask: this.ask, explain, threads: async () => (await this.#accounts.open()).threads, clock, ids, log, realm: () => this.realm(), window, work: this.#workRoom.work, onUsed: (how, answer, next) => void this.#learning.noteUse(how, answer, next) });
    // Whoever goes on with a conversation has given up what waited in it.
    this.conversations.onEvent((event) => void (event.type === 'message-added' && this.waiting.forget(event.threadId)));
    this.#experimentRoom = this.#createExperimentRoom();
    this.conversations.onEvent(this.#experimentRoom.heard);
    this.#titles = new Titles({ ask: this.ask, conversations: this.conversations, threads: async () => (await this.#accounts.open()).threads, enabled: () => this.#settings['titles.enabled'], isOffline: () => this.connection.lostSince !== undefined, isLocal: this.#roster.isLocal, clock, log });
    this.conversations.onEvent(this.#titles.heard);
    this.#stopKeys = keys.onChange((name) => this.#keyChanged(name));
  }

  // Settings

  settings(): AppSettings {
    return this.#settings;
  }

  /** Takes new settings into force. Returns what of them is not valid, by field. */
  applySettings(settings: AppSettings): readonly FieldProblem[] {
    this.#settings = settings;
    const { problems, gone } = this.#roster.settingsChanged();
    for (const { id } of gone) this.#health.forget(id);
    this.#models.left(gone);
    this.#setup.tell();
    this.#budgets.tell();
    return [...problems, ...this.#models.userPrices().problems, ...this.#judging.settingsChanged()];
  }

  realm(): Realm {
    return this.#roster.realm;
  }

  // Providers and models

  /** Name of a provider for people; an arrow, so that it can be passed on. */
  readonly providerName = (id: string): string => this.#roster.find(id)?.name ?? id;

  async providers(): Promise<readonly ProviderView[]> {
    const withKey = await this.#roster.withKey();
    return providerStates(this.#roster.registry(withKey)).map(({ provider, askable }) => ({ provider, askable, hasKey: withKey.includes(keyNameOf(provider)) }));
  }

  /** Asks the provider whether `key`, or without one the stored ones, works. Never rejects for expected trouble. */
  async checkKey(providerId: string, key: string | undefined, signal: AbortSignal): Promise<KeyCheck> {
    if (key === undefined) await this.#roster.withKey();
    const endpoint = await this.#roster.endpoint(providerId);
    if (!endpoint) return { ok: false, failure: { kind: 'noProvider' } };
    const { provider } = endpoint;
    const checkOne = (used: string | undefined): Promise<KeyCheck> => this.ports.wire(provider.wire).checkKey(endpoint, used, signal);
    const keyless = provider.auth === 'none';
    const check = keyless || key !== undefined ? await checkOne(keyless ? undefined : key) : await checkStoredKeys(this.#roster.keyPool, this.ports.keys, provider, checkOne);
    this.connection.noted(providerId, check.ok ? undefined : check.failure);
    this.connection.settle();
    if (key !== undefined) return check;
    if (check.ok) this.#health.forget(providerId);
    if (this.#checks.note(provider, check, this.ports.clock.now())) this.#setup.tell();
    return check;
  }

  /** How everybody stands who was asked lately or rests. What the books cannot tell now is left out. */
  async providerHealth(): Promise<readonly ProviderHealth[]> {
    const now = this.ports.clock.now();
    try {
      const calls = await (await this.#accounts.open()).health.recentCalls(this.realm(), callsLookedAt);
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
    return this.ports.foreignReaders().readImport(value, this.#roster.all().map(({ id }) => id));
  }

  /** Looks at the usual places on this machine for servers that run models. Nothing but a question for their models is sent. */
  async findLocalServers(signal: AbortSignal): Promise<readonly FoundServer[]> {
    const wire = this.ports.wire('openaiChat');
    const known = this.#roster.all();
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
    const endpoint = await this.#roster.endpoint(providerId);
    if (!endpoint) return { kind: 'noProvider' };
    const wire = this.ports.wire(endpoint.provider.wire);
    if (!wire.pull) return { kind: 'badRequest', provider: providerId, detail: 'Models cannot be loaded onto it from here.' };
    const failure = await wire.pull(endpoint, model, onProgress, signal);
    if (failure) return failure;
    await this.#models.refreshOne(endpoint.provider);
    this.#setup.tell();
    return undefined;
  }

  /** What is wrong with the last entry of a list for the setting of custom providers; undefined when it would count. */
  customProviderProblem(entries: readonly unknown[]): string | undefined {
    const { problems } = customProviders(entries, 'entries');
    return problems.find(({ field }) => field.startsWith(`entries[${entries.length - 1}]`))?.message;
  }

  /** Every provider and its models as it stands with them now. Reads no network. */
  async providersOverview(): Promise<ProvidersOverview> {
    const withKey = await this.#roster.withKey();
    const input = this.#roster.registry(withKey);
    const { 'models.pinned': pinned, 'models.allowed': allowed, 'models.excluded': excluded } = this.#settings;
    return providersOverview({
      at: this.ports.clock.now(),
      realm: this.realm(),
      registered: providerStates(input),
      withKey,
      originOf: ({ origin, id }) => (origin ? (origin.kind === 'file' ? 'plugin' : 'extension') : input.custom.some((own) => own.id === id) ? 'setting' : 'builtIn'),
      arms: (await this.#models.open()).arms(askableProviders(input)),
      health: await this.providerHealth(),
      checkOf: (provider) => this.#checks.of(provider),
      pinned,
      allowed,
      excluded,
    });
  }

  /** Reads the list of one provider if what is kept of it is older than a day. True when that was told anything. */
  async listModels(providerId: string): Promise<boolean> {
    const { asked, failed } = await this.#models.refreshAskable(this.#closing.signal, false, providerId);
    return asked > 0 && failed.length === 0;
  }

  /** Keeps a key for the address that the person was shown, whatever the settings say by now. It takes the place of the one of that name, by default the first. */
  async setKey(provider: Pick<ProviderDefinition, 'id' | 'keyName'>, key: string, name = keyNameOf(provider)): Promise<void> {
    this.#models.forget(provider.id);
    await this.ports.keys.set(name, key);
  }

  /** Removes one key, by default the first. Those that are left keep their names. */
  async removeKey(provider: Pick<ProviderDefinition, 'id' | 'keyName'>, name = keyNameOf(provider)): Promise<void> {
    await this.ports.keys.delete(name);
  }

  /** The keys a provider has, as they may be shown. */
  async keysOf(provider: ProviderDefinition): Promise<readonly StoredKey[]> {
    await this.#roster.withKey();
    return storedKeys(this.#roster.keyPool, this.ports.keys, provider);
  }

  /** Keeps one more key, which is used in turn with the others. False: it is there already. */
  async addKey(provider: ProviderDefinition, key: string): Promise<boolean> {
    await this.#roster.withKey();
    return addKey(this.#roster.keyPool, this.ports.keys, provider, key);
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
    if (key !== undefined) this.#notices.tell({ kind: 'keySetAside', key: maskedKey(key, this.#roster.find(failure.provider)?.keyPrefix), failure });
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
    this.#models.wireChanged(wire);
  }

  /** Everything that can be asked now, and whose money it costs. */
  askable(): Promise<{ readonly realm: Realm; readonly arms: readonly Arm[] }> {
    return this.#models.arms();
  }

  /** Those of them that are known without asking anybody. Reads no network. */
  async knownModels(): ReturnType<App['models']> {
    return (await this.#models.open()).arms(await this.#roster.askable()).map((arm) => ({ id: idOfArm(arm), arm }));
  }

  /** Every arm that can be asked now, for a person to choose from. */
  async models(): Promise<readonly { readonly id: ArmId; readonly arm: Arm }[]> {
    return (await this.#models.arms()).arms.map((arm) => ({ id: idOfArm(arm), arm }));
  }

  /** Reads the model lists of all askable providers anew. Cancelled or unanswered ones keep what was known. */
  async refreshModels(signal: AbortSignal, force = true): Promise<{ readonly models: number; readonly failed: readonly string[] }> {
    const { failed } = await this.#models.refreshAskable(signal, force);
    return { models: (await this.#models.open()).arms(await this.#roster.askable()).length, failed };
  }

  /** Looks at how everything is set up and asks every provider whether it answers. What is found holds no key. */
  async checkConfiguration(signal: AbortSignal): Promise<readonly Finding[]> {
    const { arms } = await this.#models.arms();
    const [states, keyNames, books, profileProblem] = await Promise.all([this.providers(), this.ports.keys.list(), this.#accounts.open().then(() => undefined, storageFailure), this.#judging.problem()]);
    const checks = await Promise.all(states.filter(({ askable }) => askable).map(async ({ provider }) => ({ provider: provider.id, check: await this.checkKey(provider.id, undefined, signal) })));
    return findingsOf({ settings: this.#settings, checks, arms, books, keyNames, providers: states.map(({ provider }) => provider), labels: this.#judging.classifiers, profileProblem, now: this.ports.clock.now() });
  }

  // Asking

  /** How a prompt is judged, why, and what would be asked at each quality, without asking; undefined once `signal` is aborted. */
  async judgePrompt(text: string, language: string | undefined, signal: AbortSignal): Promise<JudgedPrompt | undefined> {
    const [judged, previews] = await Promise.all([this.#judging.judged(text, language), this.#previews.draft({ text, language, threadId: undefined, before: [] }, signal)]);
    return previews && { ...judged, previews };
  }

  /** Tokens of a text, estimated from samples where it is long. */
  readonly estimateTokens = (text: string): number => sampledTokens(this.ports.countTokens, text);

  /** What asking this now would choose and cost at each quality, without asking; undefined once `signal` is aborted. */
  preview(draft: Draft, signal: AbortSignal): Promise<Previews | undefined> {
    return this.#previews.draft(draft, signal);
  }

  /** What a better and a cheaper model than the one of an answer would be; undefined when no model gave it. `messages` as they are shown. */
  previewSteps(answerId: string, messages: readonly StoredMessage[]): Promise<StepPreviews | undefined> {
    return this.#previews.steps(answerId, messages);
  }

  /** What asking this would choose, without asking. */
  async route(request: AskRequest): Promise<Route | Failure> {
    const decision = await decide(this.#askDependencies(), request);
    return 'kind' in decision ? decision : decision.route;
  }

  // Several models

  /** What several models on this question would cost, without asking; `cancelled` once `signal` is aborted. */
  forecastWork(wish: WorkWish, draft: Draft, signal: AbortSignal): Promise<WorkForecast> {
    return this.#workRoom.forecast(wish, draft, signal);
  }

  /** Makes the text of a step the answer; the next question goes on from it. Work under way is stopped. */
  async takeStep(threadId: string, messageId: string, stepId: string): Promise<Failure | undefined> {
    const taken = await this.conversations.takeStep(threadId, messageId, stepId);
    return taken.ok ? undefined : taken.failure;
  }

  /** Keeps which answer of a comparison the person found best, and learns from it. A later vote takes the place of an earlier one. */
  async vote(threadId: string, messageId: string, step: string): Promise<Failure | undefined> {
    const voted = await this.conversations.vote(threadId, messageId, step);
    if (!voted.ok) return voted.failure;
    await this.#workRoom.noteVote(voted.message);
    return undefined;
  }

  // Offline

  /** Who could not be reached only for want of a network need not rest any longer. */
  #networkChanged(): void {
    if (this.connection.lostSince !== undefined) return;
    for (const { subject, record } of this.#health.records()) if (record.failure.kind === 'offline') this.#health.forget(subject.provider);
  }

  /** Asks those that can be asked elsewhere, one after the other, whether they answer; true when one does. Reaching one tells the listeners of the connection. */
  async tryConnection(signal: AbortSignal): Promise<boolean> {
    for (const { id, local } of await this.#roster.askable()) {
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
    const { arms } = await this.#models.arms();
    return arms.some(({ offer }) => this.#roster.find(offer.provider)?.local === true);
  }

  // Reports

  /** What the books say of the routing of the last so many days; undefined days are everything. Throws StorageError, or the signal's reason. */
  async routingReport(days: number | undefined, signal: AbortSignal, onProgress?: (calls: number) => void): Promise<RoutingReport> {
    return this.ports.report(await this.#accounts.open(), this.#lastDays(days), signal, onProgress);
  }

  /** The calls themselves, in pages. Throws StorageError. */
  pastCalls(days: number | undefined): AsyncGenerator<readonly CallRecord[], void> {
    return this.calls(this.#lastDays(days));
  }

  /** The calls that began in `[from, to)`, in pages, the oldest first. Throws StorageError. */
  async *calls({ from, to }: Omit<CallQuery, 'realm'>): AsyncGenerator<readonly CallRecord[], void> {
    yield* (await this.#accounts.open()).history.pages({ realm: this.realm(), from, to });
  }

  #lastDays(days: number | undefined): CallQuery {
    // Without an end: a clock that was set back hides no call that was begun before.
    return { realm: this.realm(), from: days === undefined ? 0 : Math.max(0, this.ports.clock.now() - days * dayMs), to: Number.MAX_SAFE_INTEGER };
  }

  // History

  /** The daily backups of the conversations. Throws StorageError. */
  async backups(): Promise<HistoryBackups> {
    return (await this.#accounts.open()).backups;
  }

  // Gateway

  /** The programs that may use it. Throws StorageError. */
  async clients(): Promise<ClientStore> {
    return (await this.#accounts.open()).clients;
  }

  // Money

  /** All budgets now; undefined when the books cannot be read (it is in the log, and asking says it in words). */
  budgets(threadId: string | undefined): Promise<BudgetOverview | undefined> {
    return this.#accounts.budgets(threadId);
  }

  async lastCall(): Promise<LastCall | undefined> {
    const call = await this.#accounts.lastCall();
    const modelName = call && (await this.#models.nameOf(call.arm));
    return call && { ...call, ...(modelName === undefined ? {} : { modelName }) };
  }

  /** Raises the limit that refused a request by what it may cost, for this one period. The person has agreed to it. */
  allow(failure: Extract<Failure, { kind: 'budgetReached' }>, threadId: string | undefined): Promise<void> {
    return this.#accounts.allow(failure, threadId);
  }

  // Learning

  /** Keeps what the person says of an answer; undefined takes it back, another one takes its place. */
  async rate(threadId: string, messageId: string, rating: 'up' | 'down' | undefined, reason?: RatingReason, note?: string): Promise<Failure | undefined> {
    const said = rating && { value: rating, ...(reason === undefined ? {} : { reason }), ...(note === undefined ? {} : { note }) };
    const rated = await this.conversations.rate(threadId, messageId, said);
    if (!rated.ok) return rated.failure;
    await this.#learning.noteRating(rated.message, said);
    return undefined;
  }

  /** What became of code that was taken from an answer into a file. Never rejects. */
  noteEdit(answerId: string, fate: EditFate): Promise<void> {
    return this.#learning.noteEdit(answerId, fate);
  }

  /** What a trial found out about an answer. Never rejects. */
  noteOutcome(outcome: NewOutcome): Promise<void> {
    return this.#learning.noteOutcome(outcome);
  }

  /** What was learnt of the models that can be asked now. @throws StorageError */
  async learningReport(): Promise<LearningReport> {
    const { realm, arms } = await this.#models.arms();
    return this.#learning.report(realm, arms);
  }

  /** Forgets what was learnt of a model, by its card, or of all, in the realm in force. The person has agreed to it. @throws StorageError */
  async forgetLearnt(card?: string): Promise<void> {
    await this.#learning.forget({ realm: this.realm(), ...(card === undefined ? {} : { card }) });
  }

  /** Whether something was forgotten in this window that can be brought back. */
  get canTakeBackForgetting(): boolean {
    return this.#learning.canTakeBack;
  }

  takeBackForgetting(): Promise<void> {
    return this.#learning.takeBack();
  }

  /** Comparisons of two models or instructions on the person's own questions. */
  experiments(): Experiments {
    return this.#experimentRoom.experiments();
  }

  #createExperimentRoom(): ExperimentRoom {
    const { ports } = this;
    const books = () => this.#accounts.open();
    return new ExperimentRoom({
      ...ports,
      open: ports.experiments,
      ask: this.ask,
      decide: () => this.#askDependencies(),
      store: async () => (await books()).experiments,
      threads: async () => (await books()).threads,
      settings: () => this.#settings,
      realm: () => this.realm(),
      conversations: this.conversations,
      isOffline: () => this.connection.lostSince !== undefined,
      budgets: () => this.budgets(undefined),
      isLocal: this.#roster.isLocal,
      noteOutcome: (outcome) => this.noteOutcome(outcome),
      onDecided: (decision) => this.#notices.tell({ kind: 'cheaperIsEnough', decision }),
      onEnded: this.#experimentsEnded.tell,
    });
  }

  // Listening

  /** Calls back with every call that this window has settled: it is in the books, or waits for them. `said` is for who has the person's word to tell it, and to be kept by nobody. */
  onCall(listener: (call: CallRecord, said: CallContent | undefined) => void): () => void {
    return this.#calls.add(listener);
  }

  onBudgetChanged(listener: () => void): () => void {
    return this.#budgets.add(listener);
  }

  /** Settings, keys or the catalogue changed: what can be asked may be different now. */
  onSetupChanged(listener: () => void): () => void {
    return this.#setup.add(listener);
  }

  /** Calls back when an experiment of this window came to its end by itself. */
  onExperimentEnded(listener: (ended: EndedExperiment) => void): () => void {
    return this.#experimentsEnded.add(listener);
  }

  /** An agent in a terminal of this window has ended. */
  agentEnded(ended: EndedAgent): void {
    this.#agentsEnded.tell(ended);
  }

  onAgentEnded(listener: (ended: EndedAgent) => void): () => void {
    return this.#agentsEnded.add(listener);
  }

  onNotice(listener: (notice: Notice) => void): () => void {
    return this.#notices.add(listener);
  }

  /** Cancels what is under way, writes it down, closes the database and the demo. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#stopKeys();
    this.plugins.close();
    this.#accounts.stopTelling();
    await this.conversations.close();
    await this.#titles.close();
    await this.#learning.close();
    await this.#experimentRoom.close();
    await Promise.allSettled([this.#accounts.close(), this.ports.demo.stop()]);
  }

  #holds(): ReturnType<typeof holds> {
    return holds({
      ledger: { hold: async (query) => (await this.#accounts.open()).ledger.hold(query) },
      settlements: { release: async (id) => (await this.#accounts.open()).settlements.release(id) },
      terms: (realm) => this.#accounts.terms(realm),
      window: this.ports.window,
    });
  }

  #askDependencies(): AskDependencies {
    const { ports } = this;
    return {
      ...ports,
      observer: {
        succeeded: (arm, startedAt) => {
          this.#health.succeeded(arm, startedAt);
          this.connection.noted(arm.offer.provider, undefined);
          const provider = this.#roster.find(arm.offer.provider);
          if (provider) this.#checks.answered(provider);
          this.#models.refreshQuietly();
        },
        failed: (arm, failure) => {
          this.#health.failed(arm, failure);
          this.connection.noted(arm.offer.provider, failure);
        },
      },
      ledger: {
        reserve: async (query) => (await this.#accounts.open()).ledger.reserve(query),
        status: (...query) => this.#accounts.status(...query),
        conversationSpend: async (...query) => (await this.#accounts.open()).ledger.conversationSpend(...query),
        clientSpend: async (...query) => (await this.#accounts.open()).ledger.clientSpend(...query),
      },
      settlements: {
        settle: async (record, said) => {
          await (await this.#accounts.open()).settlements.settle(record);
          this.#calls.tell(record, said);
        },
      },
      turns: {
        enter: async (...turn) => (await this.#accounts.open()).limits.enter(...turn),
        leave: async (...turn) => (await this.#accounts.open()).limits.leave(...turn),
      },
      keyPool: this.#roster.keyPool,
      hosts: this.#hosts,
      agentTurns: this.#agentTurns,
      providerLimits: (provider) => limitsFor(this.#settings['providers.limits'], provider),
      endpoint: (id) => this.#roster.endpoint(id),
      connection: this.connection,
      isLocal: this.#roster.isLocal,
      arms: () => this.#models.arms(),
      isAvailable: (arm) => this.#health.isAvailable(arm),
      restingFor: (arm) => this.#health.restingFor(arm),
      providerName: this.providerName,
      recall: () => this.#accounts.open().then(() => undefined, () => undefined),
      admission: this.#health,
      settings: () => this.#settings,
      judging: this.#judging.open,
      learnt: (realm, arms) => this.#learning.learnt(realm, arms),
      realmOf: (provider) => this.#roster.find(provider)?.realm ?? 'real',
      terms: (realm) => this.#accounts.terms(realm),
      limits: () => ({ firstTokenMs: this.#settings['timeouts.firstTokenSeconds'] * 1000, idleMs: this.#settings['timeouts.idleSeconds'] * 1000 }),
    };
  }

  async #booksOpened({ health, threads, outcomes }: Books): Promise<void> {
    threads.onChange(() => this.conversations.storeChanged());
    await Promise.all([this.#health.attach(health), this.#learning.attach(outcomes)]);
  }

  #keyChanged(name: string): void {
    this.#roster.keyPool.forget(name);
    for (const provider of this.#roster.ofKey(name)) {
      this.#health.forget(provider.id);
      this.#checks.forget(provider);
    }
    this.#setup.tell();
  }

  #pluginsChanged(gone: readonly ProviderDefinition[]): void {
    for (const { id } of gone) this.#health.forget(id);
    this.#models.changed(gone);
    this.#setup.tell();
  }
}
