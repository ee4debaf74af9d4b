import type * as vscode from 'vscode';
import type { Editor } from '../../src/wires/editorModel/editor';

class TextPart {
  constructor(public value: string) {}
}
class ToolCallPart {
  constructor(
    public callId: string,
    public name: string,
    public input: object,
  ) {}
}
class ToolResultPart {
  constructor(
    public callId: string,
    public content: unknown[],
  ) {}
}
class DataPart {
  constructor(
    public data: Uint8Array,
    public mimeType: string,
  ) {}
  static image = (data: Uint8Array, mime: string) => new DataPart(data, mime);
  static json = (value: unknown, mime = 'application/json') => new DataPart(new TextEncoder().encode(JSON.stringify(value)), mime);
  static text = (value: string, mime = 'text/plain') => new DataPart(new TextEncoder().encode(value), mime);
}

type Part = vscode.LanguageModelTextPart | vscode.LanguageModelToolCallPart | vscode.LanguageModelToolResultPart | vscode.LanguageModelDataPart;
// oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- the enum is there only inside an editor
const messageOf = (role: 1 | 2) => (content: string | Part[]): vscode.LanguageModelChatMessage => ({ role, content: typeof content === 'string' ? [new TextPart(content)] : content, name: undefined });

/** A token source as the editor's: tells its listeners once. */
class TokenSource {
  readonly #listeners = new Set<() => unknown>();
  isCancelled = false;
  readonly token: vscode.CancellationToken;
  constructor() {
    const isCancelled = () => this.isCancelled;
    this.token = {
      get isCancellationRequested() {
        return isCancelled();
      },
      onCancellationRequested: (listener) => {
        const call = () => listener(undefined);
        this.#listeners.add(call);
        return { dispose: () => this.#listeners.delete(call) };
      },
    };
  }
  cancel(): void {
    if (this.isCancelled) return;
    this.isCancelled = true;
    for (const listener of this.#listeners) listener();
  }
  dispose(): void {
    this.#listeners.clear();
  }
}

/** What the editor was asked. */
export interface AskedModel {
  readonly model: string;
  readonly messages: readonly vscode.LanguageModelChatMessage[];
  readonly options: vscode.LanguageModelChatRequestOptions | undefined;
  readonly token: vscode.CancellationToken | undefined;
}

export type ModelAnswer = (asked: AskedModel) => AsyncIterable<unknown> | Promise<AsyncIterable<unknown>>;

/** The editor as the wire sees it, with models that answer what they are told. */
export class FakeEditor implements Editor {
  readonly asked: AskedModel[] = [];
  readonly models: vscode.LanguageModelChat[] = [];
  readonly LanguageModelTextPart = TextPart;
  readonly LanguageModelToolCallPart = ToolCallPart;
  readonly LanguageModelToolResultPart = ToolResultPart;
  readonly LanguageModelDataPart = DataPart;
  // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- the enum is there only inside an editor
  readonly LanguageModelChatToolMode: Editor['LanguageModelChatToolMode'] = { Required: 2 };
  readonly LanguageModelChatMessage = { User: messageOf(1), Assistant: messageOf(2) };
  readonly CancellationTokenSource = TokenSource;
  readonly lm = { selectChatModels: async () => this.models };

  /** Adds a model; `rest` may hold what the API does not know yet. */
  give(id: string, answer: ModelAnswer, { vendor = 'copilot', countTokens = async (text) => Math.ceil(String(text).length / 4), ...rest }: Partial<vscode.LanguageModelChat> = {}): this {
    const asked = this.asked;
    this.models.push({
      id,
      vendor,
      family: id,
      name: id.toUpperCase(),
      version: '1',
      maxInputTokens: 64_000,
      countTokens,
      async sendRequest(messages, options, token) {
        const request = { model: id, messages, options, token };
        asked.push(request);
        const stream = await answer(request);
        return { stream, text: (async function* none() {})() };
      },
      ...rest,
    });
    return this;
  }
}

/** As the editor's errors are: a code that is the name of one of its three, else `Unknown`. */
export class FakeModelError extends Error {
  constructor(
    message: string,
    readonly code: string = 'Unknown',
    override readonly cause?: unknown,
  ) {
    super(message);
  }
}
