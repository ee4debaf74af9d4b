import type { Endpoint, ProviderDefinition } from '../../src/core/model/provider';
import type { Wire, WireEvent, WireLimits, WireRequest } from '../../src/core/ports/wire';

/** A provider that differs from most in nothing. */
export const plainProvider: ProviderDefinition = {
  id: 'plain',
  name: 'Plain',
  wire: 'openaiChat',
  baseUrl: 'https://plain.example/v1',
  environmentKeys: [],
  auth: 'bearer',
  local: false,
  realm: 'real',
  outputLimitField: 'max_tokens',
  reasoningTokensIncluded: true,
  streamUsage: true,
  effortField: 'reasoning_effort',
  extraBody: {},
  extraHeaders: {},
  modelsPath: '/models',
  livePrices: 'none',
  keyCheckPath: '/models',
};

/** Shaped like a key, and nobody's. */
export const fakeKey = ['sk', 'test', '0123456789abcdefABCDEF9876543210'].join('-');

export function endpointAt(baseUrl: string, provider: Partial<ProviderDefinition> = {}): Endpoint {
  return { provider: { ...plainProvider, baseUrl, ...provider }, baseUrl };
}

/** Long enough for a loaded machine, short enough for a test that waits for it. */
export const patientLimits: WireLimits = { firstTokenMs: 8000, idleMs: 8000 };

export function requestTo(endpoint: Endpoint, changes: Partial<WireRequest> = {}): WireRequest {
  return { endpoint, key: fakeKey, model: 'm', effort: 'none', messages: [{ role: 'user', text: 'hi' }], tools: [], maxOutputTokens: 100, limits: patientLimits, ...changes };
}

/** Everything a wire said, and the parts that tests look at. */
export interface Heard {
  readonly events: readonly WireEvent[];
  readonly text: string;
  readonly reasoning: string;
  readonly final: WireEvent | undefined;
}

/** Listens to the end. `onEvent` may cancel on the way. */
export async function listen(wire: Wire, request: WireRequest, signal: AbortSignal = new AbortController().signal, onEvent: (event: WireEvent) => void = () => undefined): Promise<Heard> {
  const events: WireEvent[] = [];
  for await (const event of wire.complete(request, signal)) {
    events.push(event);
    onEvent(event);
  }
  return heard(events);
}

export function heard(events: readonly WireEvent[]): Heard {
  const joined = (type: 'text' | 'reasoning') => events.map((event) => (event.type === type ? event.text : '')).join('');
  return { events, text: joined('text'), reasoning: joined('reasoning'), final: events.at(-1) };
}

/** One chunk of an event stream. */
export function chunk(delta: unknown, finishReason: string | null = null, more: object = {}): string {
  return `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finishReason }], ...more })}\n\n`;
}

export function usageChunk(usage: unknown): string {
  return `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [], usage })}\n\n`;
}

export const doneChunk = 'data: [DONE]\n\n';
