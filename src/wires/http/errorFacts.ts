import { numberOf, objectOf, parseJson, textOf, type JsonObject } from './jsonValue';

/** What an error body says, whatever its shape. Words are as sent: not cleaned. */
export interface ErrorFacts {
  /** The sentence meant for people. */
  readonly words: string | undefined;
  /** Codes, types and states by name, in small letters. */
  readonly codes: ReadonlySet<string>;
  /** An HTTP status inside the body, for an error that came with status 200. */
  readonly status: number | undefined;
  /** A wait inside the body: Google's RetryInfo in its own notation, Hugging Face's `estimated_time` and others' `retry_after` in seconds. */
  readonly retryDelay: string | undefined;
  /** Rate limit headers that OpenRouter repeats in the body. */
  readonly headers: ReadonlyMap<string, string>;
  /** Words or a moderation object say that the input was flagged. */
  readonly flagged: boolean;
  /** The body is a page for a browser. */
  readonly html: boolean;
  /** The body is JSON: the server speaks the protocol, at least. */
  readonly json: boolean;
}

interface Collected {
  readonly sentences: string[];
  readonly codes: Set<string>;
  readonly headers: Map<string, string>;
  status: number | undefined;
  retryDelay: string | undefined;
  flagged: boolean;
}

/** Reads the text of an error reply. */
export function errorFactsOfText(body: string): ErrorFacts {
  // An event stream that came with a bad status holds its error in the first data.
  const json = parseJson(body) ?? parseJson(/^data:(.*)$/m.exec(body)?.[1] ?? '');
  if (json !== undefined) return errorFacts(json.value);
  const html = /^\s*(?:<!doctype|<html|<\?xml|<head|<body)/i.test(body);
  const words = html ? (/<title[^>]*>([^<]*)<\/title>/i.exec(body)?.[1] ?? 'a web page') : body;
  return { words: textOf(words.trim().slice(0, longestSentence)), codes: new Set(), status: undefined, retryDelay: undefined, headers: new Map(), flagged: false, html, json: false };
}

/** Reads a parsed error: a whole body, or the chunk of a stream that is an error. */
export function errorFacts(value: unknown): ErrorFacts {
  const collected: Collected = { sentences: [], codes: new Set(), headers: new Map(), status: undefined, retryDelay: undefined, flagged: false };
  collect(value, collected, 0);
  const { sentences, codes, status, retryDelay, flagged, headers } = collected;
  // OpenRouter wraps the upstream's words into a sentence that says nothing.
  const telling = sentences.find((sentence) => !/^(?:error|provider returned error|upstream error|bad request|internal server error)\.?$/i.test(sentence.trim()));
  return { words: telling ?? sentences[0], codes, status, retryDelay, headers, flagged, html: false, json: true };
}

/** Longer than any sentence for people. More only costs time. */
const longestSentence = 4000;

/** Deeper than any error nests; a hostile body must not exhaust the stack. */
const deepest = 6;

function collect(value: unknown, into: Collected, depth: number): void {
  if (depth > deepest) return;
  if (typeof value === 'string') {
    const inner = /^\s*[[{]/.test(value) ? parseJson(value) : undefined;
    if (inner !== undefined) collect(inner.value, into, depth + 1);
    else if (value.trim() !== '') into.sentences.push(value.slice(0, longestSentence));
    return;
  }
  if (Array.isArray(value)) {
    // FastAPI and Mistral: a list of {loc, msg}, one of which says enough of where.
    for (const item of value.slice(0, 3)) collect(item, into, depth + 1);
    return;
  }
  const object = objectOf(value);
  if (object === undefined) return;
  collectWords(object, into, depth);
  collectCodes(object, into);
  // A chunk of a stream that is an error holds a choice as well.
  for (const name of ['error', 'errors', 'detail', 'details', 'metadata', 'raw']) collect(object[name], into, depth + 1);
}

function collectWords(object: JsonObject, into: Collected, depth: number): void {
  const message = object['message'] ?? object['msg'] ?? object['error_description'];
  if (typeof message !== 'string') return collect(message, into, depth + 1);
  const where = Array.isArray(object['loc']) ? `${object['loc'].filter((part) => part !== 'body').join('.')}: ` : '';
  collect(where === ': ' ? message : where + message, into, depth + 1);
}

function collectCodes(object: JsonObject, into: Collected): void {
  for (const name of ['code', 'type', 'status', 'reason', 'error_type', 'status_code', 'quotaId']) {
    const code = object[name];
    const number = numberOf(typeof code === 'string' && /^\d{3}$/.test(code) ? Number(code) : code);
    if (number !== undefined && number >= 400 && number <= 599) into.status ??= number;
    else if (typeof code === 'string' || typeof code === 'number') into.codes.add(String(code).toLowerCase());
  }
  into.retryDelay ??= textOf(object['retryDelay']);
  const loading = numberOf(object['estimated_time']);
  if (loading !== undefined) into.retryDelay ??= String(loading);
  const waitMs = numberOf(object['retry_after_ms']);
  if (waitMs !== undefined) into.retryDelay ??= `${waitMs}ms`;
  const wait = object['retry_after'] ?? object['retryAfter'] ?? object['retry_after_seconds'];
  if (typeof wait === 'string' || typeof wait === 'number') into.retryDelay ??= String(wait);
  if (Array.isArray(object['reasons']) || object['flagged_input'] !== undefined || object['innererror'] !== undefined) into.flagged = true;
  for (const [name, header] of Object.entries(objectOf(object['headers']) ?? {})) {
    if (typeof header === 'string' || typeof header === 'number') into.headers.set(name.toLowerCase(), String(header));
  }
}
