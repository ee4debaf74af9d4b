import { lookup, type LookupAddress } from 'node:dns';
import * as http from 'node:http';
import * as https from 'node:https';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import { pageText } from '../../core/context/pageText';
import { isPrivateIp, webAddress } from '../../core/context/webAddress';
import { t } from '../../shared/l10n';

/** What came of an address, or why nothing did. */
export type WebPage =
  | { readonly ok: true; readonly url: string; readonly title: string; readonly text: string; readonly isCut: boolean }
  | { readonly ok: false; readonly why: 'notAnAddress' | 'notTheWeb' | 'holdsPassword' | 'declined' | 'cancelled' | 'tooManyRedirects' | 'noText' | 'failed' | 'privateAddress'; readonly detail?: string };

export interface PageOptions {
  /** Asked before each host is asked for anything; `from` is the host that leads there. */
  readonly mayAsk: (address: { readonly url: string; readonly host: string; readonly isPrivate: boolean; readonly from?: string }) => Promise<boolean>;
  readonly signal: AbortSignal;
  /** Milliseconds until it has to be there. */
  readonly withinMs?: number;
}

const mostRedirects = 5;
/** Bytes of a page that are read, after unpacking. */
const mostBytes = 3_000_000;
/** Characters of its text that go to a model, some 25,000 tokens. */
const mostText = 100_000;
const usualWithinMs = 20_000;

/**
 * Reads a page of the web as a person without an account sees it: no cookies, no scripts, nothing else is loaded. Each
 * host is asked about, and none that stands for this machine or its network is asked without a yes to that.
 */
export async function readWebPage(typed: string, { mayAsk, signal, withinMs = usualWithinMs }: PageOptions): Promise<WebPage> {
  let from: string | undefined;
  let base: string | undefined;
  let target = typed;
  const allowed = new Set<string>();
  for (let hop = 0; hop <= mostRedirects; hop += 1) {
    const address = webAddress(target, base);
    if (!address.ok) return { ok: false, why: address.why };
    const { url, host, isPrivate } = address;
    if (!allowed.has(host) && !(await mayAsk({ url, host, isPrivate, ...(from === undefined ? {} : { from }) }))) return { ok: false, why: 'declined' };
    allowed.add(host);
    // The time in which the person is asked does not count.
    const late = AbortSignal.timeout(withinMs);
    const reply = await request(url, isPrivate, AbortSignal.any([signal, late])).catch((error: unknown) => asFailure(error, signal, late));
    if ('why' in reply) return reply.why === 'privateAddress' && !isPrivate ? { ...reply, detail: host } : reply;
    if (reply.location === undefined) return readReply(url, reply);
    from = host;
    base = url;
    target = reply.location;
  }
  return { ok: false, why: 'tooManyRedirects' };
}

function asFailure(error: unknown, signal: AbortSignal, late: AbortSignal): WebPage & { readonly ok: false } {
  if (signal.aborted) return { ok: false, why: 'cancelled' };
  if (late.aborted) return { ok: false, why: 'failed', detail: t('it did not answer in time') };
  if (error instanceof PrivateAddress) return { ok: false, why: 'privateAddress' };
  return { ok: false, why: 'failed', detail: error instanceof Error ? error.message : String(error) };
}

interface Reply {
  readonly location?: string;
  readonly type: string;
  readonly bytes: Uint8Array;
  readonly isCut: boolean;
}

class PrivateAddress extends Error {}

/** Looks a name up and refuses what leads to this machine or its network: at the moment of connecting, so that a second look-up cannot give something else. */
export const publicOnly: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
    if (error) return callback(error, '');
    const [first] = found;
    if (!first || found.some(({ address }) => isPrivateIp(address))) return callback(new PrivateAddress(hostname), '');
    if (options.all === true) callback(null, found);
    else callback(null, first.address, first.family);
  });
};

function request(url: string, mayBePrivate: boolean, signal: AbortSignal): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? https.get : http.get;
    const sent = send(url, { signal, ...(mayBePrivate ? {} : { lookup: publicOnly }), headers: { accept: 'text/html,text/plain;q=0.9,*/*;q=0.5', 'accept-encoding': 'gzip, deflate, br', 'user-agent': 'Farthing' } }, (response) => {
      const { statusCode = 0, headers } = response;
      const type = headers['content-type'] ?? '';
      if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined) {
        response.destroy();
        resolve({ location: headers.location, type, bytes: new Uint8Array(), isCut: false });
        return;
      }
      if (statusCode < 200 || statusCode >= 300) {
        response.destroy();
        reject(new Error(`HTTP ${statusCode}`));
        return;
      }
      void bytesOf(unpacked(response, headers['content-encoding'])).then(({ bytes, isCut }) => resolve({ type, bytes, isCut }), reject).finally(() => response.destroy());
    });
    sent.on('error', reject);
  });
}

function unpacked(response: http.IncomingMessage, encoding: string | undefined): Readable {
  const unpack = encoding === 'gzip' || encoding === 'x-gzip' ? createGunzip() : encoding === 'deflate' ? createInflate() : encoding === 'br' ? createBrotliDecompress() : undefined;
  if (!unpack) return response;
  response.on('error', (error) => unpack.destroy(error));
  return response.pipe(unpack);
}

async function bytesOf(stream: Readable): Promise<{ readonly bytes: Uint8Array; readonly isCut: boolean }> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of stream) {
    if (!Buffer.isBuffer(piece)) continue;
    pieces.push(piece);
    size += piece.length;
    if (size > mostBytes) break;
  }
  return { bytes: Buffer.concat(pieces).subarray(0, mostBytes), isCut: size > mostBytes };
}

function readReply(url: string, { type, bytes, isCut }: Reply): WebPage {
  const [kind = ''] = type.split(';');
  const isHtml = /html|xml/i.test(kind) || (kind === '' && bytes.includes(0x3c));
  if (!isHtml && !/^(text\/|application\/(json|[\w.+-]*\+json|javascript|yaml|toml|x-ndjson))/i.test(kind.trim())) return { ok: false, why: 'noText', detail: kind.trim() };
  const words = decode(bytes, type);
  const read = isHtml ? pageText(words) : { title: '', text: words.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '').trim() };
  if (read.text === '') return { ok: false, why: 'noText', detail: t('it shows nothing without its scripts') };
  return { ok: true, url, title: read.title, text: read.text.slice(0, mostText), isCut: isCut || read.text.length > mostText };
}

/** By the charset of the header, else by what the page says in its first bytes, else UTF-8. */
function decode(bytes: Uint8Array, type: string): string {
  const said = /charset=["']?([\w-]+)/i.exec(type)?.[1] ?? /<meta[^>]{1,200}charset=["']?([\w-]+)/i.exec(new TextDecoder('latin1').decode(bytes.subarray(0, 2_000)))?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(said).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}
