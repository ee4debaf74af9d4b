import { makeVisible } from '../../../src/shared/visibleText';
import { decodeEntities } from './entities';

/** What to make of a link that a model wrote. `text` is not clickable. */
export type LinkView =
  | {
      readonly kind: 'open';
      /** Absolute and normalised: what the host is asked to open, and what the tooltip shows. */
      readonly url: string;
      /** Where it really goes, to be written beside a label that says or hides something else. */
      readonly warning?: string;
    }
  | { readonly kind: 'text'; readonly address: string };

const openable: ReadonlySet<string> = new Set(['http:', 'https:', 'mailto:']);

/**
 * Only web and mail addresses can be opened, and never silently another place than the label names. Everything else
 * (`command:`, `vscode:`, `file:`, `javascript:`, relative paths) is shown as text.
 */
export function readLink(href: string, label: string): LinkView {
  const address = makeVisible(decodeEntities(href)).trim();
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !openable.has(url.protocol)) return { kind: 'text', address };
  if (url.protocol === 'mailto:') return withWarning(url.href, label.includes(url.pathname) && url.search === '' ? undefined : decoded(url.href));
  return withWarning(url.href, misleads(url, label) ? url.origin : undefined);
}

function withWarning(url: string, warning: string | undefined): LinkView {
  return warning === undefined ? { kind: 'open', url } : { kind: 'open', url, warning };
}

/** A name of a host in running text, with or without a scheme. */
const hostInText = /(?:[\p{L}\p{N}-]+\.)+\p{L}{2,}/gu;

function misleads(url: URL, label: string): boolean {
  const host = url.hostname;
  if (url.username !== '' || url.password !== '') return true;
  if (host.split('.').some((part) => part.startsWith('xn--'))) return true;
  if (isOfThisNetwork(host)) return true;
  const said = label.toLowerCase().match(hostInText) ?? [];
  const looksLikeAddress = /^\s*(?:https?:\/\/|www\.)/i.test(label);
  if (said.length === 0) return false;
  // A file name such as `main.go` in a label is no host; a label that is an address, or ends in a common top-level domain, is.
  const claims = looksLikeAddress ? said.slice(0, 1) : said.filter((name) => /\.(?:com|org|net|io|dev|ai|gov|edu|co|app|info|me|uk|de|fr|jp|cn|example)$/.test(name));
  return claims.some((name) => !sameSite(name, host));
}

function sameSite(said: string, host: string): boolean {
  const plain = (name: string) => name.replace(/^www\./, '');
  return plain(host) === plain(said) || host.endsWith(`.${plain(said)}`);
}

/** Addresses of this machine and the local network: a click there may do something, not only show something. */
function isOfThisNetwork(host: string): boolean {
  return /^(?:localhost|.*\.localhost|.*\.local|0\.0\.0\.0|127\.\d+\.\d+\.\d+|10\.\d+\.\d+\.\d+|192\.168\.\d+\.\d+|169\.254\.\d+\.\d+|172\.(?:1[6-9]|2\d|3[01])\.\d+\.\d+|\[.*\])$/.test(host);
}

function decoded(url: string): string {
  try {
    return makeVisible(decodeURIComponent(url));
  } catch {
    return url;
  }
}
