import type { KeyCheck, ListedModel, Wire, WireEmbedded, WireEmbedRequest, WireEvent, WireRequest } from '../../src/core/ports/wire';

/** What a model answers: events, or a function for what depends on the request or the signal. */
export type Script = readonly WireEvent[] | ((request: WireRequest, signal: AbortSignal) => AsyncIterable<WireEvent>);

/** A wire that does what it is told, model by model, records what it was asked, and throws for what was not scripted. */
export class FakeWire implements Wire {
  readonly requests: WireRequest[] = [];
  readonly embedRequests: WireEmbedRequest[] = [];
  readonly #embedded: WireEmbedded[] = [];
  readonly #scripts = new Map<string, Script[]>();
  keyCheck: KeyCheck = { ok: true };
  models: readonly ListedModel[] | undefined;

  /** The next answer of a model; several calls line up. */
  will(model: string, script: Script): this {
    this.#scripts.set(model, [...(this.#scripts.get(model) ?? []), script]);
    return this;
  }

  /** The same before all that were lined up already. */
  first(model: string, script: Script): this {
    this.#scripts.set(model, [script, ...(this.#scripts.get(model) ?? [])]);
    return this;
  }

  async *complete(request: WireRequest, signal: AbortSignal): AsyncGenerator<WireEvent> {
    this.requests.push(request);
    const script = this.#scripts.get(request.model)?.shift();
    if (!script) throw new Error(`nothing was scripted for ${request.model}`);
    if (typeof script === 'function') yield* script(request, signal);
    else yield* script;
  }

  /** The next reply to a request for vectors. */
  willEmbed(reply: WireEmbedded): this {
    this.#embedded.push(reply);
    return this;
  }

  async embed(request: WireEmbedRequest): Promise<WireEmbedded> {
    this.embedRequests.push(request);
    const reply = this.#embedded.shift();
    if (!reply) throw new Error(`no vectors were scripted for ${request.model}`);
    return reply;
  }

  async checkKey(): Promise<KeyCheck> {
    return this.keyCheck;
  }

  async listModels(): Promise<readonly ListedModel[] | undefined> {
    return this.models;
  }
}

/** A usual good answer with usage figures. */
export function answer(text: string, usage: { readonly input: number; readonly output: number } | undefined = { input: 100, output: 50 }): readonly WireEvent[] {
  return [
    { type: 'text', text },
    {
      type: 'end',
      stop: 'stop',
      toolCalls: [],
      usage: usage && { inputTokens: usage.input, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: usage.output, reasoningTokens: 0, estimated: false },
    },
  ];
}
