import type { ServerResponse } from 'node:http';
import type { AnswerEvent, AskRequest, Citation } from '../core/model/ask';
import type { ReasoningPart, ToolCall } from '../core/model/message';
import type { Route } from '../core/model/route';
import type { Clock } from '../core/ports/clock';
import type { Ids } from '../core/ports/ids';
import { ClientStream } from './clientStream';
import type { AnswerHead, Dialect, DialectRequest, Problem, StreamWriter } from './dialect';
import type { GatewayDoor } from './door';
import type { GatewayLimits } from './limits';
import type { Meant, ModelNames } from './models';
import { problemOf } from './problems';
import type { Caller } from './row';

export interface ExchangeDependencies {
  readonly ask: GatewayDoor['ask'];
  readonly names: ModelNames;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly limits: GatewayLimits;
}

export interface Exchange {
  readonly dialect: Dialect;
  /** Parsed JSON of the client. */
  readonly body: unknown;
  readonly caller: Caller;
  readonly response: ServerResponse;
  /** Aborted when the client is gone or the gateway stops. */
  readonly signal: AbortSignal;
  /** Answers with a refusal; only before anything was sent. */
  readonly refuse: (problem: Problem) => void;
  /** Answers with JSON; only before anything was sent. */
  readonly send: (body: object, headers: Readonly<Record<string, string>>) => void;
  /** Sends status and headers of a stream. */
  readonly beginStream: (contentType: string, headers: Readonly<Record<string, string>>) => void;
}

/**
 * One question of a client: read, resolved, asked, written. Resolves when the answer has ended and its cost is settled,
 * also where the client did not stay for it: the answer is consumed to its end in any case.
 */
export async function exchange(dependencies: ExchangeDependencies, asked: Exchange): Promise<void> {
  const { dialect, body, caller, signal, refuse } = asked;
  const read = dialect.read(body);
  if (!read.ok) return refuse(read.problem);
  const request = read.value;
  const client = caller === 'machine' ? undefined : caller;
  const meant = await dependencies.names.resolve(request.model, request.effort, client);
  if (!meant.ok) return refuse(meant.problem);
  const answer = dependencies.ask(askRequest(request, meant.value, caller), signal);
  const head = new Head(dependencies, request);
  await (request.stream ? streamed(dependencies, asked, head, answer) : whole(asked, head, answer));
}

function askRequest({ ask, stream }: DialectRequest, meant: Meant, caller: Caller): AskRequest {
  const asked = { ...ask, ...meant, ...(stream ? {} : { whole: true }) };
  if (caller === 'machine') return { ...asked, purpose: 'gateway' };
  const { id, agent, limit, folder } = caller;
  return {
    ...asked,
    purpose: agent === undefined ? 'gateway' : `agent:${agent}`,
    client: { id, ...(limit === undefined ? {} : { limit }), ...(folder === undefined ? {} : { folder }) },
  };
}

/** What is known of an answer as its events come. */
class Head {
  readonly #id: string;
  readonly #createdAt: number;
  #answering: string;
  #route: Route | undefined;

  constructor(
    { ids, clock }: Pick<ExchangeDependencies, 'ids' | 'clock'>,
    private readonly request: DialectRequest,
  ) {
    this.#id = ids.next().replaceAll('-', '');
    this.#createdAt = clock.now();
    this.#answering = request.model;
  }

  hear(event: AnswerEvent): void {
    if (event.type === 'answer-routed') {
      this.#route = event.route;
      const first = event.route.ranked[0];
      if (first) this.#answering = placeOf(first.arm.offer);
    } else if (event.type === 'answer-start') this.#answering = placeOf(event.candidate.arm.offer);
    else if (event.type === 'answer-switched') this.#answering = placeOf(event.to.arm.offer);
  }

  value(): AnswerHead {
    const route = this.#route;
    return {
      id: this.#id,
      request: this.request,
      answering: this.#answering,
      createdAt: this.#createdAt,
      // The profile of a model that was named is made when somebody reads it, and most protocols do not.
      get inputTokens() {
        return route?.profile.inputTokens ?? 0;
      },
    };
  }

  /** A name may hold what a header must not. */
  headers(): Readonly<Record<string, string>> {
    return { 'x-farthing-model': this.#answering.replaceAll(/[^\x20-\x7e]/g, '?') };
  }
}

function placeOf({ provider, model }: { readonly provider: string; readonly model: string }): string {
  return `${provider}/${model}`;
}

async function whole({ dialect, refuse, send }: Exchange, head: Head, answer: AsyncIterable<AnswerEvent>): Promise<void> {
  const texts: string[] = [];
  const reasoning: string[] = [];
  const reasoningParts: ReasoningPart[] = [];
  const toolCalls: ToolCall[] = [];
  const citations: Citation[] = [];
  let last: AnswerEvent | undefined;
  for await (const event of answer) {
    head.hear(event);
    last = event;
    if (event.type === 'text-delta') texts.push(event.text);
    else if (event.type === 'reasoning-delta') reasoning.push(event.text);
    else if (event.type === 'reasoning-part') reasoningParts.push(event.part);
    else if (event.type === 'tool-call') toolCalls.push(event.call);
    else if (event.type === 'citations') citations.push(...event.citations);
  }
  if (last?.type === 'answer-failed') refuse(problemOf(last.failure));
  else if (last?.type === 'answer-end') send(dialect.whole(head.value(), { text: texts.join(''), reasoning: reasoning.join(''), reasoningParts, toolCalls, citations, stop: last.stop, receipt: last.receipt }), head.headers());
}

/**
 * The status waits for the first word, so that a failure before it has a status of its own, but not for ever: who waits for
 * headers gives up after a while.
 */
async function streamed({ clock, limits }: ExchangeDependencies, { dialect, response, refuse, beginStream }: Exchange, head: Head, answer: AsyncIterable<AnswerEvent>): Promise<void> {
  const out = new ClientStream(response, clock, limits.stalledMs);
  let writer: StreamWriter | undefined;
  /** The protocol's first bytes come with it. */
  const begin = (): { readonly opened: StreamWriter; readonly text: string } => {
    const opened = dialect.stream(head.value());
    writer = opened;
    beginStream(opened.contentType ?? 'text/event-stream; charset=utf-8', head.headers());
    return { opened, text: opened.begin() };
  };
  const beat = (): void => {
    if (out.gone) return;
    if (writer === undefined) {
      void out.write(begin().text);
      response.flushHeaders();
    } else if (clock.elapsed() - out.writtenAt >= limits.heartbeatMs) void out.write(writer.heartbeat?.() ?? ': thinking\n\n');
    stopBeating = clock.after(Math.max(1, limits.heartbeatMs - (clock.elapsed() - out.writtenAt)), beat);
  };
  let stopBeating = clock.after(limits.holdMs, beat);
  let refusal: Problem | undefined;
  try {
    for await (const event of answer) {
      head.hear(event);
      if (event.type === 'answer-failed') refusal = problemOf(event.failure);
      else if (writer !== undefined) await out.write(writer.event(event));
      else if (isSaid(event)) {
        const { opened, text } = begin();
        await out.write(text + opened.event(event));
      }
    }
  } finally {
    stopBeating();
  }
  if (writer === undefined) return refuse(refusal ?? problemOf({ kind: 'cancelled' }));
  if (refusal) await out.write(writer.fail(refusal));
  out.end();
}

/** From the first of these on no other model is tried. */
function isSaid({ type }: AnswerEvent): boolean {
  return type === 'text-delta' || type === 'reasoning-delta' || type === 'reasoning-part' || type === 'tool-call' || type === 'citations' || type === 'answer-end';
}
