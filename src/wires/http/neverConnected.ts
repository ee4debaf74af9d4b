import { subscribe } from 'node:diagnostics_channel';

/** What connections failed with that never came to be. Held no longer than the errors themselves. */
const unmade = new WeakSet<object>();

/**
 * What is below `fetch` tells it here, of Node's own as of the editor's with its proxies. A reset during the handshake of
 * TLS, as a firewall sends it, cannot be told by the error from one that came after the request. Everybody who waited for
 * the connection is handed the same error, so that one ear is enough.
 */
subscribe('undici:client:connectError', (message) => {
  if (typeof message === 'object' && message !== null && 'error' in message && typeof message.error === 'object' && message.error !== null) unmade.add(message.error);
});

/** Whether an error is what a connection failed with before anything was sent over it. False also where that is not known. */
export function neverConnected(error: object): boolean {
  return unmade.has(error);
}
