import { createHash } from 'node:crypto';
import type { CallRecord } from '../../../core/model/call';
import { operationOf } from '../operation';

/** A value of an attribute in OTLP's JSON; whole numbers are texts there. */
type OtlpValue = { readonly stringValue: string } | { readonly intValue: string } | { readonly doubleValue: number } | { readonly boolValue: boolean };

interface OtlpAttribute {
  readonly key: string;
  readonly value: OtlpValue;
}

/** A span as OTLP's JSON has it (opentelemetry-proto 1.x, trace.proto). */
interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly OtlpAttribute[];
  readonly status: { readonly code: number; readonly message?: string };
}

/** SPAN_KIND_CLIENT */
const clientKind = 3;
/** STATUS_CODE_UNSET and STATUS_CODE_ERROR */
const unset = 0;
const failed = 2;

/**
 * One call as a span, named and described by the conventions for generative AI where they have a name. The calls of one
 * question are one trace; ids follow from those of the books, so that a span that is sent twice is the same. Holds nothing
 * of what was asked or answered but what is given as `content`.
 */
export function spanOf(call: CallRecord, content: Readonly<Record<string, string | boolean>> = {}): OtlpSpan {
  const { usage, charge, timing } = call;
  const operation = operationOf(call);
  return {
    traceId: idOf(call.question ?? call.id, 32),
    spanId: idOf(call.id, 16),
    name: `${operation} ${call.model}`,
    kind: clientKind,
    startTimeUnixNano: nanos(call.startedAt),
    endTimeUnixNano: nanos(Math.max(call.startedAt, call.endedAt)),
    attributes: attributes({
      'gen_ai.operation.name': operation,
      'gen_ai.provider.name': call.provider,
      'gen_ai.request.model': call.model,
      'gen_ai.conversation.id': call.threadId,
      'gen_ai.usage.input_tokens': usage.inputTokens,
      'gen_ai.usage.output_tokens': usage.outputTokens,
      'gen_ai.usage.cache_read.input_tokens': usage.cachedInputTokens,
      'gen_ai.usage.cache_creation.input_tokens': usage.cacheWriteTokens,
      'gen_ai.usage.reasoning.output_tokens': usage.reasoningTokens,
      'error.type': call.failure,
      'farthing.call.id': call.id,
      'farthing.arm': call.arm,
      'farthing.effort': call.effort,
      'farthing.purpose': call.purpose,
      'farthing.realm': call.realm,
      'farthing.client.id': call.client,
      'farthing.outcome': call.outcome,
      'farthing.chosen': call.decided?.how,
      'farthing.usage.estimated': usage.estimated,
      'farthing.cost.nano_usd': charge.amount,
      'farthing.cost.source': charge.source,
      'farthing.time_to_first_token_ms': timing.firstTokenMs === undefined ? undefined : Math.round(timing.firstTokenMs),
      ...content,
    }),
    status: call.outcome === 'failed' || call.outcome === 'crashed' ? { code: failed, ...(call.failure === undefined ? {} : { message: call.failure }) } : { code: unset },
  };
}

/** What a request to `/v1/traces` holds. */
export function tracesRequest(spans: readonly OtlpSpan[], version: string, window: string): object {
  const resource = attributes({ 'service.name': 'farthing', 'service.version': version, 'service.instance.id': idOf(window, 32) });
  return { resourceSpans: [{ resource: { attributes: resource }, scopeSpans: [{ scope: { name: 'farthing', version }, spans }] }] };
}

/** What is not known has no attribute. */
function attributes(values: Readonly<Record<string, string | number | boolean | undefined>>): readonly OtlpAttribute[] {
  return Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [{ key, value: valueOf(value) }]));
}

function valueOf(value: string | number | boolean): OtlpValue {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

/** Milliseconds of the epoch as nanoseconds, which no number holds exactly. */
function nanos(ms: number): string {
  return String(BigInt(Math.round(ms)) * 1_000_000n);
}

function idOf(text: string, hexDigits: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, hexDigits);
}
