import * as path from 'node:path';
import type { OpenExperiments } from './core/experiments/openExperiments';
import type { OpenOrchestrator } from './core/orchestrate/openOrchestrator';
import type { Judge } from './core/routing/judge';
import type { Learner } from './core/learning/learnt';
import type { WireName } from './core/model/provider';
import type { ForeignReaders } from './core/providers/foreignReaders';
import type { OpenBooks } from './core/ports/books';
import type { DemoServer } from './core/ports/demoServer';
import type { Log } from './core/ports/log';
import type { ExchangeCode } from './core/ports/signIn';
import type { Wire } from './core/ports/wire';
import type { Gateway } from './core/ports/gateway';
import type { routingReport } from './core/report/routingReport';
import type { GatewayDependencies } from './gateway/gateway';
import type { OpenOutbound } from './gateway/operations/outbound';
import type { EditsDependencies } from './vscode/edits/answerEdits';
import type { Edits } from './vscode/edits/edits';
import type { OpenContext } from './vscode/context/openContext';
import type { EditorDependencies } from './vscode/editor/editorHandlers';
import type { GatewayRoom, GatewayRoomDependencies } from './vscode/gateway/gatewayRoom';
import type { RareDependencies, RareParts } from './vscode/rareCommands';
import type { LanguageModelDependencies, LanguageModelRoom } from './vscode/languageModels/openLanguageModels';
import type { EditorHandlers } from './vscode/register';
import type { EditorModelOptions } from './wires/editorModel/editorModelWire';

/**
 * Parts that are loaded when first needed. They are bundles of their own beside this one, because a bundler splits
 * only ES modules and the extension host loads CommonJS; loading them at start would cost half a second.
 */
export function lazyWire(outside: WireOutside): (name: WireName) => Wire {
  const loaded = new Map<WireName, Wire>();
  return (name) => {
    const wire = loaded.get(name) ?? wires[name](outside);
    loaded.set(name, wire);
    return wire;
  };
}

/** What wires take from the editor. */
interface WireOutside extends Pick<EditorModelOptions, 'mayAsk'> {
  readonly log: Log;
}

/** One row for each wire. */
const wires: Readonly<Record<WireName, (outside: WireOutside) => Wire>> = {
  openaiChat: ({ log }) => requireOpenaiChat(part('openaiChat')).openaiChatWire({ log }),
  openaiResponses: ({ log }) => requireOpenaiResponses(part('openaiResponses')).openaiResponsesWire({ log }),
  ollama: ({ log }) => requireOllama(part('ollama')).ollamaWire({ log }),
  anthropicMessages: ({ log }) => requireAnthropicMessages(part('anthropicMessages')).anthropicMessagesWire({ log }),
  editorModel: (outside) => requireEditorModel(part('editorModel')).editorModel(outside),
};

export function lazyDemoServer(): DemoServer {
  let started: Promise<{ readonly baseUrl: string; stop(): Promise<void> }> | undefined;
  return {
    baseUrl: async () => {
      started ??= requireDemoServer(part('demoServer')).startDemoServer();
      try {
        return (await started).baseUrl;
      } catch (error) {
        // The next question may find a free port.
        started = undefined;
        throw error;
      }
    },
    stop: async () => (await started)?.stop(),
  };
}

/** The exchange at the end of a sign-in. */
export const lazyExchange: ExchangeCode = (request, signal) => requireSignIn(part('signIn')).codeExchange()(request, signal);

/** The database of this machine's windows, opened on first use. */
export function lazyBooks(folder: string, log: Log): OpenBooks {
  return (onRestored) => requireBooks(part('books')).openBooks(folder, log, onRestored);
}

/** What compares models on the person's own questions. */
export const lazyExperiments: OpenExperiments = (dependencies) => requireExperiments(part('experiments')).openExperiments(dependencies);

/** What puts several models to one question. */
export const lazyOrchestrator: OpenOrchestrator = (dependencies) => requireOrchestrator(part('orchestrator')).openOrchestrator(dependencies);

/** The reader of YAML, needed for an import only. */
export const lazyYaml = (text: string): unknown => requireYaml(part('yaml')).parseYaml(text);

/** What reads plug-ins and settings of other extensions. */
export const lazyForeignReaders = (): ForeignReaders => requireForeignReaders(part('foreignReaders')).foreignReaders;

/** What works out what use has taught. */
export const lazyLearner = (): Learner => requireLearner(part('learner'));

/** What works out the Routing Report. */
export const lazyReport: typeof routingReport = (...report) => requireReport(part('report')).routingReport(...report);

/** What judges prompts. */
export const lazyJudge = (): Judge => requireJudge(part('judge')).judge;

/** What reads and offers what goes with questions. */
export const lazyContext: OpenContext = (parts) => requireContext(part('context')).openContext(parts);

/** What the commands in the menus of editors do. */
export const lazyEditorHandlers = (dependencies: EditorDependencies): EditorHandlers => requireEditorCommands(part('editorCommands')).editorHandlers(dependencies);

/** What the rarely used commands, the buttons and signing in do. */
export const lazyRareParts = (dependencies: RareDependencies): RareParts => requireRareCommands(part('rareCommands')).openRareParts(dependencies);

/** What Farthing is to the editor's own chat, its agents and to other extensions. */
export const lazyLanguageModels = (dependencies: LanguageModelDependencies): LanguageModelRoom => requireLanguageModels(part('languageModels')).openLanguageModels(dependencies);

/** The gateway of this window, and what it needs to stand. */
export const lazyGateway = (dependencies: GatewayDependencies): Gateway => requireGateway(part('gateway')).openGateway(dependencies);

/** What is sent out on the person's wish: webhooks and spans. */
export const lazyOutbound: OpenOutbound = (dependencies) => requireOutbound(part('outbound')).openOutbound(dependencies);

/** What starts the gateway and the agents in terminals. */
export const lazyGatewayRoom = (dependencies: GatewayRoomDependencies): GatewayRoom => requireGatewayRoom(part('gatewayRoom')).openGatewayRoom(dependencies);

/** What puts the code of answers into files. */
export const lazyEdits = (dependencies: EditsDependencies): Edits => requireEdits(part('edits')).openEdits(dependencies);

// One name for each part, so that the compiler checks what is used of it: `require` itself promises anything.
const requireOpenaiChat: (file: string) => typeof import('./wires/openaiChat/openaiChat') = require;
const requireOpenaiResponses: (file: string) => typeof import('./wires/openaiResponses/openaiResponses') = require;
const requireOllama: (file: string) => typeof import('./wires/ollama/ollama') = require;
const requireAnthropicMessages: (file: string) => typeof import('./wires/anthropicMessages/anthropicMessages') = require;
const requireEditorModel: (file: string) => typeof import('./wires/editorModel/editorModel') = require;
const requireSignIn: (file: string) => typeof import('./wires/signIn/exchangeCode') = require;
const requireDemoServer: (file: string) => typeof import('./node/demoServer') = require;
const requireContext: (file: string) => typeof import('./vscode/context/openContext') = require;
const requireEditorCommands: (file: string) => typeof import('./vscode/editor/editorHandlers') = require;
const requireRareCommands: (file: string) => typeof import('./vscode/rareCommands') = require;
const requireGateway: (file: string) => typeof import('./gateway/gateway') = require;
const requireOutbound: (file: string) => typeof import('./gateway/operations/outbound') = require;
const requireGatewayRoom: (file: string) => typeof import('./vscode/gateway/gatewayRoom') = require;
const requireJudge: (file: string) => typeof import('./core/routing/judge') = require;
const requireForeignReaders: (file: string) => typeof import('./core/providers/foreignReaders') = require;
const requireReport: (file: string) => typeof import('./core/report/routingReport') = require;
const requireLearner: (file: string) => typeof import('./core/learning/learnt') = require;
const requireYaml: (file: string) => typeof import('./node/yaml') = require;
const requireExperiments: (file: string) => typeof import('./core/experiments/openExperiments') = require;
const requireOrchestrator: (file: string) => typeof import('./core/orchestrate/openOrchestrator') = require;
const requireLanguageModels: (file: string) => typeof import('./vscode/languageModels/openLanguageModels') = require;
const requireEdits: (file: string) => typeof import('./vscode/edits/edits') = require;
const requireBooks: (file: string) => typeof import('./node/books') = require;

function part(name: string): string {
  return path.join(__dirname, `${name}.js`);
}
