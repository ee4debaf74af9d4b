import type { Endpoint } from '../../core/model/provider';

/** What the headers of a request are made of. `extra`: what the protocol itself wants. */
export interface HeaderParts {
  readonly endpoint: Endpoint;
  readonly key: string | undefined;
  readonly accept: string;
  readonly hasBody: boolean;
  readonly extra?: Readonly<Record<string, string>>;
}

/** All headers of one request. The one place where a key is put into a header, and it is put into one. */
export function requestHeaders({ endpoint: { provider }, key, accept, hasBody, extra }: HeaderParts): Headers {
  const headers = new Headers({ 'user-agent': 'Farthing', ...extra, ...provider.extraHeaders });
  headers.set('accept', accept);
  if (hasBody) headers.set('content-type', 'application/json');
  if (key === undefined) return headers;
  if (provider.auth === 'bearer') headers.set('authorization', `Bearer ${key.trim()}`);
  if (provider.auth === 'xApiKey') headers.set('x-api-key', key.trim());
  if (provider.auth === 'apiKey') headers.set('api-key', key.trim());
  return headers;
}
