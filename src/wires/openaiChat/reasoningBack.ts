import type { ReasoningPart } from '../../core/model/message';
import type { ProviderDefinition } from '../../core/model/provider';
import type { SealedReasoning } from '../../core/ports/wire';
import { type JsonObject, listOf, numberOf, objectOf, parseJson, textOf } from '../http/jsonValue';
import { maxEventLength } from '../http/sseReader';

type Way = ProviderDefinition['reasoningBack'];

/** Of a reply, what must go back with the calls of tools that it led to. */
export class ThoughtsBack {
  #text = '';
  #length = 0;
  readonly #details: JsonObject[] = [];

  constructor(private readonly way: Way) {}

  add({ reasoning, details }: { readonly reasoning: string; readonly details: readonly unknown[] }): void {
    if (this.way === 'reasoning_content' && this.#text.length + reasoning.length <= maxEventLength) this.#text += reasoning;
    if (this.way === 'reasoning_details') for (const detail of details) this.#addDetail(objectOf(detail));
  }

  /** `extras`: what stood in the calls besides, by their ids. */
  sealed(extras: ReadonlyMap<string, JsonObject>): readonly SealedReasoning[] {
    switch (this.way) {
      case 'reasoning_content':
        return this.#text === '' ? [] : [{ text: this.#text, sealed: 'reasoning_content' }];
      case 'reasoning_details':
        return this.#details.length === 0 || this.#length > maxEventLength ? [] : [{ text: '', sealed: JSON.stringify(this.#details) }];
      case 'extra_content':
        return extras.size === 0 ? [] : [{ text: '', sealed: JSON.stringify(Object.fromEntries(extras)) }];
      case undefined:
        return [];
    }
  }

  /** Pieces of one entry have its index and type; what is text in them goes on, what is not stands once. */
  #addDetail(detail: JsonObject | undefined): void {
    if (detail === undefined) return;
    this.#length += JSON.stringify(detail).length;
    if (this.#length > maxEventLength) return;
    const open = this.#details.at(-1);
    const goesOn = open !== undefined && open['type'] === detail['type'] && numberOf(detail['index']) !== undefined && open['index'] === detail['index'];
    if (goesOn) this.#details[this.#details.length - 1] = joined(open, detail);
    else this.#details.push(detail);
  }
}

function joined(open: JsonObject, detail: JsonObject): JsonObject {
  const merged = Object.entries(detail).flatMap(([field, value]) => {
    if (value === null || value === undefined) return [];
    const before = open[field];
    return [[field, growing.has(field) && typeof before === 'string' && typeof value === 'string' ? before + value : value] as const];
  });
  return { ...open, ...Object.fromEntries(merged) };
}

/** Fields that come in pieces. */
const growing: ReadonlySet<string> = new Set(['text', 'summary', 'data']);

/** Google's own word for calls whose signature is not there, because another model made them or a client lost it. */
const unsigned: JsonObject = { google: { thought_signature: 'skip_thought_signature_validator' } };

/** What an answer's tool calls take with them, of reasoning that is of this very place. */
export function goesBack(way: Way, own: readonly ReasoningPart[], mustSign: boolean): { readonly message: JsonObject; readonly call: (id: string, isFirst: boolean) => JsonObject } {
  const none = () => ({});
  switch (way) {
    case 'reasoning_content':
      // The field must be there, even where what was thought is lost.
      return { message: { reasoning_content: own.map(({ text }) => text).join('') }, call: none };
    case 'reasoning_details': {
      const details = own.flatMap(({ sealed }) => listOf(parseJson(sealed)?.value));
      return { message: details.length === 0 ? {} : { reasoning_details: details }, call: none };
    }
    case 'extra_content': {
      const extras = new Map(own.flatMap(({ sealed }) => Object.entries(objectOf(parseJson(sealed)?.value) ?? {})));
      // The first of parallel calls has the signature, the others none.
      return { message: {}, call: (id, isFirst) => (extras.has(id) ? { extra_content: extras.get(id) } : mustSign && isFirst && extras.size === 0 ? { extra_content: unsigned } : {}) };
    }
    case undefined:
      return { message: {}, call: none };
  }
}

/** What a call carries that only its vendor reads. */
export function extraOf(call: JsonObject): JsonObject | undefined {
  const extra = objectOf(call['extra_content']);
  return extra === undefined || textOf(objectOf(extra['google'])?.['thought_signature']) === undefined ? undefined : extra;
}
