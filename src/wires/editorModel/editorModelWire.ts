import type * as vscode from 'vscode';
import type { Failure } from '../../core/model/failure';
import type { ToolCall } from '../../core/model/message';
import type { Endpoint } from '../../core/model/provider';
import type { Log } from '../../core/ports/log';
import type { KeyCheck, ListedModel, Wire, WireEvent, WireRequest } from '../../core/ports/wire';
import { cleanDetail } from '../http/cleanDetail';
import { Silence } from '../http/silence';
import { type SplitText, ThinkingSplitter } from '../http/thinkingSplitter';
import { WholeCharacters } from '../http/wholeCharacters';
import { type Editor, editorModels, idOfModel } from './editor';
import { fromChunk } from './fromChunk';
import { mapStopReason } from './mapStopReason';
import { readFailure } from './readFailure';
import { readModels } from './readModels';
import { usageCount } from './readUsage';
import { toRequest } from './toRequest';

export interface EditorModelOptions {
  /** What the person has said: `undefined` when they were not asked yet, and the first request opens the editor's dialog. */
  readonly mayAsk: (model: vscode.LanguageModelChat) => boolean | undefined;
  readonly makeId: () => string;
  readonly log?: Log;
}

/** For one look at what models there are, in milliseconds: the editor starts extensions for it. */
const lookMs = 15_000;

/**
 * The vendors whose models the person did not let us ask, by question. The next candidates for the same question must not
 * open the same dialog again; the question asked anew may. What is sent is the same array for all its candidates.
 */
type Refusals = WeakMap<WireRequest['messages'], Set<string>>;

/** The models of the editor, asked through its API. No address, no key: the editor asks the person for consent. */
export function editorModelWire(editor: Editor, options: EditorModelOptions): Wire {
  const refusals: Refusals = new WeakMap();
  return {
    complete: (request, signal) => complete(editor, options, refusals, request, signal),
    checkKey: (endpoint, _key, signal) => checkModels(editor, endpoint, signal),
    listModels: (endpoint, _key, signal) => listModels(editor, endpoint, signal, options.log),
  };
}

async function* complete(editor: Editor, options: EditorModelOptions, refusals: Refusals, request: WireRequest, signal: AbortSignal): AsyncGenerator<WireEvent, void> {
  const { endpoint, limits, model: id } = request;
  const context = { provider: endpoint.provider.id, model: id };
  const silence = new Silence(limits, signal);
  const source = new editor.CancellationTokenSource();
  silence.signal.addEventListener('abort', () => source.cancel(), { once: true });
  if (silence.signal.aborted) source.cancel();
  const shown = new Shown();
  const toolCalls: ToolCall[] = [];
  let answer = '';
  let parts: AsyncIterator<unknown> | undefined;
  let vendor: string | undefined;
  try {
    const model = await silence.wait(unlessStopped(silence.signal, find(editor, id)));
    if (!model) {
      yield { type: 'failed', failure: { kind: 'modelGone', ...context }, usage: undefined };
      return;
    }
    vendor = model.vendor;
    if (refusals.get(request.messages)?.has(vendor) === true) {
      yield { type: 'failed', failure: { kind: 'consentMissing', ...context }, usage: undefined };
      return;
    }
    const sent = toRequest(editor, request);
    const usage = usageCount(model, request.messages.map(({ text }) => text).join('\n'));
    const sending = unlessStopped(silence.signal, model.sendRequest(sent.messages, sent.options, source.token));
    // A person who is asked for consent may take their time; afterwards only the model is waited for.
    const reply = options.mayAsk(model) === true ? await silence.wait(sending) : await sending;
    parts = reply.stream[Symbol.asyncIterator]();
    for (;;) {
      const next = await silence.wait(unlessStopped(silence.signal, parts.next()));
      if (next.done === true) break;
      silence.heard(false);
      const part = fromChunk(editor, next.value);
      if (part.type === 'toolCall') toolCalls.push(withOwnId(part.call, toolCalls, options.makeId));
      if (part.type !== 'text') continue;
      answer += part.text;
      yield* shown.push(part.text);
    }
    yield* shown.end();
    if (answer === '' && toolCalls.length === 0) yield { type: 'failed', failure: { kind: 'badReply', provider: context.provider, detail: 'The answer is empty.' }, usage: undefined };
    else yield { type: 'end', stop: mapStopReason(toolCalls), toolCalls, usage: await usage(answer + toolCalls.map((call) => call.name + call.arguments).join('')) };
  } catch (error) {
    yield* shown.end();
    const failure = stoppedBy(silence, context.provider) ?? readFailure(context, error);
    if (failure.kind === 'consentMissing' && vendor !== undefined) refusals.set(request.messages, (refusals.get(request.messages) ?? new Set()).add(vendor));
    yield { type: 'failed', failure, usage: undefined };
  } finally {
    // Also when the caller stops listening: the model stops working.
    source.cancel();
    source.dispose();
    silence.close();
    void parts?.return?.().catch(() => undefined);
  }
}

function stoppedBy({ halted, limitMs }: Silence, provider: string): Failure | undefined {
  if (halted === undefined) return undefined;
  return halted === 'cancelled' ? { kind: 'cancelled' } : { kind: 'timedOut', provider, waitedMs: limitMs, phase: halted };
}

async function find(editor: Editor, id: string): Promise<vscode.LanguageModelChat | undefined> {
  return (await editorModels(editor)).find((model) => idOfModel(model) === id);
}

/** There is no key: what is checked is whether the editor has models at all. Asks none of them, so no dialog opens. */
async function checkModels(editor: Editor, endpoint: Endpoint, signal: AbortSignal): Promise<KeyCheck> {
  const looked = await look(editor, endpoint, signal);
  if ('failure' in looked) return { ok: false, failure: looked.failure };
  const { length } = looked.models;
  if (length === 0) return { ok: true, note: 'The editor offers no models. Sign in to an extension that has some, such as GitHub Copilot.' };
  return { ok: true, note: `${length} ${length === 1 ? 'model' : 'models'} in the editor` };
}

async function listModels(editor: Editor, endpoint: Endpoint, signal: AbortSignal, log: Log | undefined): Promise<readonly ListedModel[] | undefined> {
  const looked = await look(editor, endpoint, signal);
  if ('models' in looked) return looked.models;
  log?.warn(`No model list from ${endpoint.provider.id}: ${looked.failure.kind}`);
  return undefined;
}

type Looked = { readonly models: readonly ListedModel[] } | { readonly failure: Failure };

/** Never throws. */
async function look(editor: Editor, { provider }: Endpoint, signal: AbortSignal): Promise<Looked> {
  const silence = new Silence({ firstTokenMs: lookMs, idleMs: lookMs }, signal);
  try {
    return { models: readModels(await silence.wait(unlessStopped(silence.signal, editorModels(editor)))) };
  } catch (error) {
    const detail = cleanDetail(error instanceof Error ? error.message : String(error), undefined);
    return { failure: stoppedBy(silence, provider.id) ?? { kind: 'providerDown', provider: provider.id, ...(detail === undefined ? {} : { detail }) } };
  } finally {
    silence.close();
  }
}

/** Text on its way: thoughts that a model left in it are taken out, and no character is torn apart. */
class Shown {
  readonly #thinking = new ThinkingSplitter();
  readonly #characters = new WholeCharacters();

  push(text: string): readonly WireEvent[] {
    return this.#deltas(this.#thinking.push(text));
  }

  end(): readonly WireEvent[] {
    return [...this.#deltas(this.#thinking.end()), ...this.#characters.end()];
  }

  #deltas({ text, reasoning }: SplitText): readonly WireEvent[] {
    return [...this.#characters.delta('reasoning', reasoning), ...this.#characters.delta('text', text)];
  }
}

/** A missing or repeated id is replaced: the answer to a call is found by it. */
function withOwnId(call: ToolCall, before: readonly ToolCall[], makeId: () => string): ToolCall {
  return call.id !== '' && !before.some(({ id }) => id === call.id) ? call : { ...call, id: makeId() };
}

/** Rejects at once when the request is stopped: an extension may not heed its token. */
function unlessStopped<T>(signal: AbortSignal, work: PromiseLike<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const stop = () => reject(new Error('stopped'));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).then(() => signal.removeEventListener('abort', stop), reject);
  });
}
