import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { type ClientRequest, type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http';
import type { Clock } from '../core/ports/clock';

/**
 * How windows know each other's gateway: whoever asks `/health` with a challenge gets proof that the one who answers has the
 * token of this machine. The token itself is never sent, and the port is in the proof, so that a foreign program cannot pass
 * a challenge on to the real one.
 */
const challengeHeader = 'x-farthing-challenge';
const proofHeader = 'x-farthing-proof';
/** Asked with it, and the right proof in it, the answer stays open until its gateway goes. */
const followHeader = 'x-farthing-follow';

/** The last word to those who follow: the person has switched the gateway off, or somebody else is to take over. */
export type LastWord = 'off' | 'moved';

const followersAtMost = 64;

/** The side that serves. */
export class Presence {
  readonly #followers = new Set<ServerResponse>();

  constructor(private readonly token: string) {}

  /** Proves itself to whoever asks, and holds on to one that follows: true when the answer is done with that. */
  greet(request: IncomingMessage, response: ServerResponse, port: number): boolean {
    const challenge = request.headers[challengeHeader];
    if (typeof challenge !== 'string' || !/^[\w-]{16,128}$/.test(challenge)) return false;
    response.setHeader(proofHeader, proofOf(this.token, 'serves', challenge, port));
    if (!isSame(proofOf(this.token, 'follows', challenge, port), request.headers[followHeader]) || this.#followers.size >= followersAtMost) return false;
    this.#followers.add(response);
    response.once('close', () => this.#followers.delete(response));
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' });
    response.write('ok\n');
    return true;
  }

  end(word: LastWord): void {
    for (const follower of this.#followers) follower.end(`${word}\n`);
  }
}

/** Who listens on a port. `gone`: nobody, or it went before it had answered. */
export type Met = { readonly kind: 'ours'; readonly ended: Promise<LastWord>; leave(): void } | { readonly kind: 'foreign' } | { readonly kind: 'gone' };

/** How long somebody who took the connection is waited for, in milliseconds: an editor that is busy is not foreign. */
const answerMs = 10_000;

/** Meets whoever listens on a port of this machine, and stays with our own. Never rejects. */
export function meet(token: string, port: number, clock: Clock): Promise<Met> {
  const challenge = randomBytes(24).toString('base64url');
  return new Promise((resolve) => {
    let connected = false;
    const asking: ClientRequest = httpRequest({ host: '127.0.0.1', port, path: '/health', agent: false, headers: { [challengeHeader]: challenge, [followHeader]: proofOf(token, 'follows', challenge, port) } });
    const settle = (met: Met): void => {
      stopWaiting();
      resolve(met);
    };
    const stopWaiting = clock.after(answerMs, () => {
      settle({ kind: connected ? 'foreign' : 'gone' });
      asking.destroy();
    });
    asking.on('socket', (socket) => {
      // Following keeps no editor alive.
      socket.unref();
      socket.once('connect', () => (connected = true));
    });
    // What is no HTTP is a foreign program's; a connection that is refused or reset is nobody's.
    asking.on('error', (error: NodeJS.ErrnoException) => settle({ kind: error.code?.startsWith('HPE_') === true ? 'foreign' : 'gone' }));
    asking.on('response', (response) => {
      if (!isSame(proofOf(token, 'serves', challenge, port), response.headers[proofHeader])) {
        settle({ kind: 'foreign' });
        asking.destroy();
        return;
      }
      settle({ kind: 'ours', ended: lastWord(response), leave: () => asking.destroy() });
    });
    asking.end();
  });
}

/** A connection that only breaks is that of a window that is gone. */
function lastWord(response: IncomingMessage): Promise<LastWord> {
  return new Promise((resolve) => {
    let heard = '';
    response.setEncoding('utf8');
    response.on('data', (text: string) => (heard = (heard + text).slice(-16)));
    response.on('error', () => undefined);
    response.once('close', () => resolve(heard.endsWith('off\n') ? 'off' : 'moved'));
  });
}

/** What only who has the token can say: who serves to a challenge, and who follows, so that no other program takes the places of windows. */
function proofOf(token: string, role: 'serves' | 'follows', challenge: string, port: number): string {
  return createHmac('sha256', token).update(`farthing gateway ${role}\n${challenge}\n${port}`).digest('base64url');
}

function isSame(own: string, other: string | readonly string[] | undefined): boolean {
  return typeof other === 'string' && other.length === own.length && timingSafeEqual(Buffer.from(own), Buffer.from(other.replaceAll(/[^\x20-\x7e]/g, '?')));
}
