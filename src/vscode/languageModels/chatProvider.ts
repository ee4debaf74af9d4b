import * as vscode from 'vscode';
import type { App } from '../../core/app';
import { type Failure, unexpected } from '../../core/model/failure';
import type { Log } from '../../core/ports/log';
import { commands } from '../../shared/contributions';
import type { TextContext } from '../failureTexts';
import { runCommand } from '../register';
import { KeptReasoning } from './keptReasoning';
import { type OfferedModel, offeredModels } from './offers';
import { readMessages } from './readMessages';
import { readOptions } from './readOptions';
import { reportAnswer } from './reportAnswer';
import { editorError, type FailureNotices } from './tellFailure';

/**
 * How long the editor waits for what is offered where no model is known yet, in milliseconds; it is told when there is more.
 * Reading what can be asked may itself wait for the editor's models (`farthing.editorModels.enabled`), and those for this.
 */
const offersWithinMs = 1_000;

/** What a model counts for an image, as the router does. */
const tokensPerImage = 1_000;

/** Farthing as a giver of models to the editor's own chat and to other extensions. */
export class ChatProvider implements Omit<vscode.LanguageModelChatProvider, 'onDidChangeLanguageModelChatInformation'> {
  readonly #kept = new KeptReasoning();
  /** As it was last read. */
  #offers: OfferedModel[] = [];

  /** @param late told when what is offered took too long to be read, and is known now */
  constructor(
    private readonly app: App,
    private readonly notices: FailureNotices,
    private readonly log: Log,
    private readonly context: () => TextContext,
    private readonly late: () => void,
  ) {}

  /** What is offered of the models that are known without asking anybody: the editor looks when nobody wants anything yet. */
  async knownOffers(): Promise<OfferedModel[]> {
    return this.#offersOf(await this.app.knownModels());
  }

  async #read(): Promise<OfferedModel[]> {
    const known = await this.knownOffers();
    this.#offers = known.length > 0 ? known : this.#offersOf(await this.app.models());
    return this.#offers;
  }

  #offersOf(arms: Awaited<ReturnType<App['models']>>): OfferedModel[] {
    const { app } = this;
    return [...offeredModels({ arms, settings: app.settings(), demo: app.realm() === 'demo', nameOf: app.providerName })];
  }

  /** Asked by the editor whenever it wants to show models. Where nobody can be asked, and the person wants to set that up, they are led there. */
  async provideLanguageModelChatInformation({ silent }: vscode.PrepareLanguageModelChatModelOptions): Promise<OfferedModel[]> {
    const reading = this.#read();
    const offers = await within(offersWithinMs, reading);
    if (!offers) {
      void reading.then(this.late, (error: unknown) => this.log.error('what can be asked could not be read', error));
      return this.#offers;
    }
    if (offers.length === 0 && !silent) void runCommand(commands.addProvider);
    return offers;
  }

  async provideLanguageModelChatResponse(model: vscode.LanguageModelChatInformation, messages: readonly vscode.LanguageModelChatRequestMessage[], options: vscode.ProvideLanguageModelChatResponseOptions, progress: vscode.Progress<vscode.LanguageModelResponsePart>, token: vscode.CancellationToken): Promise<void> {
    const failure = await this.#answer(model, messages, options, progress, token).catch((error: unknown) => {
      this.log.error("a request of the editor's chat failed", error);
      return unexpected(error);
    });
    if (!failure) return;
    void this.notices.show(failure).catch((error: unknown) => this.log.error('a button failed', error));
    // Not in the types of the API yet.
    throw editorError(failure, this.context(), Reflect.get(options, 'requestInitiator'));
  }

  async #answer({ id }: vscode.LanguageModelChatInformation, messages: readonly vscode.LanguageModelChatRequestMessage[], options: vscode.ProvideLanguageModelChatResponseOptions, progress: vscode.Progress<vscode.LanguageModelResponsePart>, token: vscode.CancellationToken): Promise<Failure | undefined> {
    const read = readOptions(options);
    if (!read.ok) return { kind: 'badRequest', provider: 'Farthing', detail: read.problem };
    // The editor hands back what it was told; what that means may be another by now.
    const offers = await this.#read();
    const model = offers.find((one) => one.id === id);
    if (offers.length === 0) return { kind: 'noProvider' };
    if (!model) return { kind: 'modelGone', provider: 'Farthing', model: id };
    const asked = readMessages(vscode, messages, this.#kept.of);
    if (!asked.some(({ role }) => role !== 'system')) return { kind: 'badRequest', provider: 'Farthing', detail: 'messages: there is nothing in them to answer' };
    const { tools = [] } = read.value;
    return withSignal(token, (signal) =>
      reportAnswer({ parts: vscode, progress, tools: new Set(tools.map(({ name }) => name)), kept: this.#kept, messages: asked }, this.app.ask({ messages: asked, purpose: 'editor-chat', ...read.value, ...model.asks }, signal)),
    );
  }

  async provideTokenCount(_model: vscode.LanguageModelChatInformation, text: string | vscode.LanguageModelChatRequestMessage): Promise<number> {
    if (typeof text === 'string') return this.app.estimateTokens(text);
    return readMessages(vscode, [text]).reduce((sum, message) => {
      const images = 'images' in message ? (message.images?.length ?? 0) : 0;
      const calls = message.role === 'assistant' ? (message.toolCalls ?? []).map((call) => call.name + call.arguments).join('') : '';
      return sum + 4 + this.app.estimateTokens(message.text + calls) + images * tokensPerImage;
    }, 0);
  }
}

/** Undefined: it takes longer. */
async function within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await Promise.race([work, new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), ms)))]);
  } finally {
    clearTimeout(timer);
  }
}

/** Does something under a signal that is aborted with the editor's token. */
export async function withSignal<T>(token: vscode.CancellationToken, task: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const listening = token.onCancellationRequested(() => stop.abort());
  if (token.isCancellationRequested) stop.abort();
  try {
    return await task(stop.signal);
  } finally {
    listening.dispose();
  }
}
