import type { Citation } from '../../core/model/ask';
import { readCitations } from '../http/readCitations';
import type { SealedReasoning } from '../../core/ports/wire';
import { type JsonObject, listOf, numberOf, objectOf, textOf } from '../http/jsonValue';

/** What one event of the stream, or one whole answer, says. */
export interface Chunk {
  /** It is of an answer. */
  readonly begins: boolean;
  /** Another message, or another paragraph of a summary, begins: what follows is set apart from what stands before it. */
  readonly opens: 'text' | 'reasoning' | undefined;
  readonly text: string;
  readonly reasoning: string;
  /** The model's own words for declining. */
  readonly refusal: string;
  readonly calls: readonly CallPart[];
  /** Reasoning that must go back with the calls it led to. */
  readonly sealed: readonly SealedReasoning[];
  readonly citations: readonly Citation[];
  /** The answer is over, with everything that was in it. What was streamed before is there again, or is not. */
  readonly ending: Ending | undefined;
  /** As sent, when the event is an error and not an answer. */
  readonly error: unknown;
}

interface Ending extends Pick<Chunk, 'text' | 'reasoning' | 'refusal' | 'calls' | 'sealed' | 'citations' | 'error'> {
  /** Why it is over, in the provider's word. */
  readonly word: string | undefined;
  readonly usage: unknown;
  /** How the call was served, as sent. */
  readonly tier: unknown;
}

/** A part of a function call. The first has id and name; the others text to be joined, or the whole. */
export interface CallPart {
  /** Which item of the output it is. Told by place, because gateways have sent other ids in every event. */
  readonly item: number | string | undefined;
  readonly id: string | undefined;
  readonly name: string | undefined;
  /** The arguments in one piece. */
  readonly whole: string | undefined;
  readonly partial: string;
}

/**
 * Reads a parsed event. Total: what is missing or of another type is absent. Events nobody knows say nothing, because
 * new ones are added without notice. The provider's own tools are never offered, so that their items say nothing either.
 */
export function fromChunk(value: unknown): Chunk {
  const event = objectOf(value);
  if (event === undefined) return nothing;
  // A server that ignores `stream` answers with the response itself.
  if (event['object'] === 'response') return { ...begun, ending: fromResponse(event, undefined) };
  const type = textOf(event['type']) ?? '';
  const delta = textOf(event['delta']) ?? '';
  switch (type) {
    case 'response.output_item.added':
    case 'response.output_item.done':
      return { ...begun, ...fromItem(event, type.endsWith('added')) };
    case 'response.output_text.delta':
      return { ...begun, text: delta };
    case 'response.output_text.annotation.added':
      return { ...begun, citations: readCitations([event['annotation']]) };
    case 'response.refusal.delta':
      return { ...begun, refusal: delta };
    case 'response.reasoning_summary_part.added':
      return { ...begun, opens: 'reasoning' };
    case 'response.reasoning_summary_text.delta':
    case 'response.reasoning_text.delta':
      return { ...begun, reasoning: delta };
    case 'response.function_call_arguments.delta':
      return { ...begun, calls: [{ item: itemOf(event), id: undefined, name: undefined, whole: undefined, partial: delta }] };
    case 'response.function_call_arguments.done':
      return { ...begun, calls: [{ item: itemOf(event), id: undefined, name: textOf(event['name']), whole: textOf(event['arguments']), partial: '' }] };
    case 'response.completed':
    case 'response.incomplete':
    case 'response.failed':
    case 'response.cancelled':
      return { ...begun, ending: fromResponse(objectOf(event['response']) ?? {}, type.slice('response.'.length)) };
    case 'error':
      return { ...nothing, error: event };
    default:
      if (type.startsWith('response.')) return begun;
      // A gateway's error without the type.
      return event['error'] === undefined || event['error'] === null ? nothing : { ...nothing, error: event };
  }
}

const nothing: Chunk = { begins: false, opens: undefined, text: '', reasoning: '', refusal: '', calls: [], sealed: [], citations: [], ending: undefined, error: undefined };
const begun: Chunk = { ...nothing, begins: true };

function itemOf(event: JsonObject): CallPart['item'] {
  return numberOf(event['output_index']) ?? textOf(event['item_id']);
}

function fromItem(event: JsonObject, isFirst: boolean): Pick<Chunk, 'opens' | 'calls' | 'sealed'> {
  const item = objectOf(event['item']);
  if (item?.['type'] === 'message') return { opens: isFirst ? 'text' : undefined, calls: [], sealed: [] };
  // Of an item that was only begun, what is sealed is not whole.
  return { opens: undefined, sealed: isFirst ? [] : sealedIn(item), calls: item?.['type'] === 'function_call' ? [fromCall(item, itemOf(event) ?? textOf(item['id']))] : [] };
}

function sealedIn(item: JsonObject | undefined): readonly SealedReasoning[] {
  const sealed = item?.['type'] === 'reasoning' ? textOf(item['encrypted_content']) : undefined;
  return sealed === undefined ? [] : [{ text: listOf(item?.['summary']).map((part) => textOf(objectOf(part)?.['text']) ?? '').join('\n\n'), sealed }];
}

/** The arguments of a call that has only been begun are empty. */
function fromCall(item: JsonObject, place: CallPart['item']): CallPart {
  return { item: place, id: textOf(item['call_id']), name: textOf(item['name']), whole: textOf(item['arguments']), partial: '' };
}

function fromResponse(response: JsonObject, event: string | undefined): Ending {
  const items = listOf(response['output']).map((value) => objectOf(value));
  const contents = (type: string, field: string, part: string) =>
    items.flatMap((item) => {
      const parts = item?.['type'] === type ? listOf(item[field]).map((value) => objectOf(value)) : [];
      const text = parts.map((one) => (one?.['type'] === part ? (textOf(one['text'] ?? one['refusal']) ?? '') : '')).join(field === 'summary' ? '\n\n' : '');
      return text === '' ? [] : [text];
    });
  const error = response['error'];
  return {
    word: textOf(objectOf(response['incomplete_details'])?.['reason']) ?? textOf(response['status']) ?? event,
    text: contents('message', 'content', 'output_text').join('\n\n'),
    reasoning: [...contents('reasoning', 'summary', 'summary_text'), ...contents('reasoning', 'content', 'reasoning_text')].join('\n\n'),
    refusal: contents('message', 'content', 'refusal').join('\n\n'),
    calls: items.flatMap((item, index) => (item?.['type'] === 'function_call' ? [fromCall(item, index)] : [])),
    sealed: items.flatMap(sealedIn),
    citations: readCitations(...items.flatMap((item) => listOf(item?.['content']).map((part) => objectOf(part)?.['annotations']))),
    usage: response['usage'],
    tier: response['service_tier'],
    error: error === null ? undefined : error,
  };
}
