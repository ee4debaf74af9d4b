import type { Failure } from '../../core/model/failure';
import type { Endpoint } from '../../core/model/provider';

/** What is wrong with a request before it is sent; undefined when nothing is. */
export function unsendable({ provider, baseUrl }: Endpoint, key: string | undefined): Failure | undefined {
  const address = URL.parse(baseUrl);
  // An empty base URL would make a vendor's client send to its vendor.
  if (address === null || (address.protocol !== 'https:' && address.protocol !== 'http:')) return { kind: 'badRequest', provider: provider.id, elsewhere: true, detail: 'The base URL is not a web address.' };
  if (provider.auth === 'none') return undefined;
  const trimmed = key?.trim();
  if (trimmed === undefined || trimmed === '') return { kind: 'keyMissing', provider: provider.id };
  // A header cannot hold anything else, and the error that says so quotes the header.
  if (!/^[\x21-\x7e]+$/.test(trimmed)) return { kind: 'keyRejected', provider: provider.id, detail: 'The key holds a character that no key has, such as a space or an accent.' };
  if (address.protocol === 'http:' && !isLoopback(address.hostname)) return { kind: 'badRequest', provider: provider.id, elsewhere: true, detail: 'The address is plain http: a key is only sent over https, or to this machine.' };
  return undefined;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
}
