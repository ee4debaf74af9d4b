import { App } from '../../src/core/app';
import type { Snapshot, SnapshotCard } from '../../src/core/catalog/snapshot';
import type { AnswerEvent, AskRequest } from '../../src/core/model/ask';
import type { AppSettings } from '../../src/core/model/settings';
import type { Books } from '../../src/core/ports/books';
import type { DemoServer } from '../../src/core/ports/demoServer';
import type { Wire } from '../../src/core/ports/wire';
import { coreParts } from './coreParts';
import { FakeClientStore } from './fakeClientStore';
import { FakeClock } from './fakeClock';
import { shippedWeights } from './shippedProfile';
import { FakeExperimentStore } from './fakeExperimentStore';
import { FakeHealthStore } from './fakeHealthStore';
import { FakeHistoryBackups } from './fakeHistoryBackups';
import { FakeLedgerStore } from './fakeLedgerStore';
import { FakeOutcomeStore } from './fakeOutcomeStore';
import { FakeSignIn } from './fakeSignIn';
import { FakeLimitStore } from './fakeLimitStore';
import { FakePluginFiles } from './fakePluginFiles';
import { FakeThreadStore } from './fakeThreadStore';
import { FakeWire } from './fakeWire';

export const defaultSettings: AppSettings = {
  'demo.enabled': true,
  'ollama.enabled': false,
  'editorModels.enabled': false,
  quality: 'balanced',
  'budget.day': 5,
  'budget.week': null,
  'budget.month': null,
  'budget.conversation': null,
  'budget.atLimit': 'degrade',
  'budget.weekStartsOn': 'monday',
  classifiers: [],
  'models.pinned': '',
  'models.allowed': [],
  'models.excluded': ['*:free'],
  maxOutputTokens: 8192,
  'agents.maxOutputTokens': 32_000,
  'providers.custom': [],
  'providers.azure': [],
  'providers.limits': {},
  prices: {},
  'timeouts.firstTokenSeconds': 90,
  'timeouts.idleSeconds': 45,
  'offline.localModels': false,
  'statusBar.visible': true,
  'shadow.share': 0,
  'shadow.monthlyUsd': 0.25,
  'keys.offerFound': true,
  'learning.enabled': true,
  'titles.enabled': true,
};

/** The whole core on fakes: demo models, scripted wire, books in memory. */
interface TestAppOptions {
  readonly settings?: Partial<AppSettings>;
  readonly cards?: readonly SnapshotCard[];
  readonly keys?: Readonly<Record<string, string>>;
  readonly snapshot?: () => Promise<Snapshot>;
  readonly profileWeights?: () => Promise<Uint8Array>;
  readonly demo?: DemoServer;
  readonly random?: () => number;
  /** Instead of the scripted wire. */
  readonly realWire?: Wire;
  /** Instead of those in memory. */
  readonly realBooks?: Books;
  /** Id of the process; its ids begin with it. */
  readonly window?: string;
  /** Texts in the plug-in folder, by name. */
  readonly pluginFiles?: Readonly<Record<string, string>>;
}

export function testApp({ realWire, realBooks, window = 'window-1', settings = {}, random = () => 0.5, pluginFiles = {}, cards = [], keys = {}, profileWeights = async () => shippedWeights(), snapshot = async () => ({ asOf: '2026-08-21', cards }), demo = { baseUrl: async () => 'http://127.0.0.1:9/v1', stop: async () => undefined } }: TestAppOptions = {}) {
  const clock = new FakeClock();
  const ledger = new FakeLedgerStore();
  const threads = new FakeThreadStore();
  const limits = new FakeLimitStore();
  const health = new FakeHealthStore();
  const outcomes = new FakeOutcomeStore(ledger);
  const experiments = new FakeExperimentStore(ledger);
  const clients = new FakeClientStore(ledger);
  const backups = new FakeHistoryBackups();
  const plugins = new FakePluginFiles(pluginFiles);
  const wire = new FakeWire();
  /** Each protocol that was asked for, in order. */
  const wireNames: string[] = [];
  const signIn = new FakeSignIn();
  const stored = new Map(Object.entries(keys));
  const keyListeners = new Set<(provider: string) => void>();
  const changeKey = (provider: string) => keyListeners.forEach((listener) => listener(provider));
  const logged: string[] = [];
  let lastId = 0;
  let closed = false;
  const app = new App(
    {
      clock,
      ids: { next: () => `${window === 'window-1' ? 'id' : window}-${String(++lastId).padStart(4, '0')}` },
      random,
      log: { info: (message) => logged.push(message), warn: (message) => logged.push(message), error: (message, cause) => logged.push(`${message}: ${String(cause)}`) },
      keys: {
        get: async (provider) => stored.get(provider),
        set: async (provider, key) => {
          stored.set(provider, key);
          changeKey(provider);
        },
        delete: async (provider) => {
          stored.delete(provider);
          changeKey(provider);
        },
        list: async () => [...stored.keys()],
        onChange: (listener) => {
          keyListeners.add(listener);
          return () => keyListeners.delete(listener);
        },
      },
      texts: { read: async () => undefined, write: async () => undefined },
      pluginFiles: plugins,
      books: async () => realBooks ?? ({
        ledger,
        history: ledger,
        threads,
        limits,
        health,
        outcomes,
        experiments,
        clients,
        backups,
        close: async () => {
          closed = true;
        },
      }),
      snapshot,
      profileWeights,
      demo,
      wire: (name) => {
        wireNames.push(name);
        return realWire ?? wire;
      },
      countTokens: (text) => Math.ceil(text.length / 4),
      signIn,
      ...coreParts,
      window,
    },
    { ...defaultSettings, ...settings },
  );
  return { app, plugins, clock, ledger, threads, limits, health, outcomes, experiments, clients, signIn, wire, wireNames, logged, stored, closed: () => closed };
}

export async function collect(stream: AsyncIterable<AnswerEvent>): Promise<readonly AnswerEvent[]> {
  const events: AnswerEvent[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

/** The same for a stream that waits: whenever it does, time passes until it goes on. */
export async function collectPatiently(stream: AsyncIterable<AnswerEvent>, clock: FakeClock): Promise<readonly AnswerEvent[]> {
  const events: AnswerEvent[] = [];
  const iterator = stream[Symbol.asyncIterator]();
  for (;;) {
    const next = iterator.next();
    if (events.at(-1)?.type === 'answer-waiting') {
      let gone = false;
      const go = (): void => void (gone = true);
      next.then(go, go);
      for (let turn = 0; !gone && turn < 10_000; turn++) {
        await new Promise((resolve) => setImmediate(resolve));
        if (!gone) clock.advance(100);
      }
    }
    const { done, value } = await next;
    if (done) return events;
    events.push(value);
  }
}

export function textOf(events: readonly AnswerEvent[]): string {
  return events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('');
}

export function question(text: string, rest: Partial<AskRequest> = {}): AskRequest {
  return { messages: [{ role: 'user', text }], purpose: 'chat', ...rest };
}
