import net from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Server } from '../../scripts/codeServer.mjs';

/**
 * The same server at another port, to which the connection is slow and uneven: what is sent, either way, is late by a random time up to a limit.
 * @param port of its own; 0 for any
 * @param limitMs milliseconds
 */
export async function behindSlowConnection(server: Server, port: number, limitMs: number): Promise<Server> {
  const sockets = new Set<net.Socket>();
  const proxy = net.createServer((near) => {
    const far = net.connect(server.port, '127.0.0.1');
    for (const [from, to] of [[near, far], [far, near]] as const) {
      sockets.add(from);
      from.setNoDelay();
      from.on('error', () => to.destroy()).on('close', () => sockets.delete(from));
      passOnLate(from, to, limitMs);
    }
  });
  await new Promise<void>((resolve, reject) => proxy.once('error', reject).listen(port, '127.0.0.1', resolve));
  const own = (proxy.address() as AddressInfo).port;
  const stop = async (): Promise<void> => {
    proxy.close();
    for (const socket of sockets) socket.destroy();
    await server.stop();
  };
  return { ...server, url: `http://127.0.0.1:${own}`, port: own, stop };
}

function passOnLate(from: net.Socket, to: net.Socket, limitMs: number): void {
  const waiting: (() => void)[] = [];
  let last = 0;
  const late = (what: () => void): void => {
    const now = performance.now();
    last = Math.max(last, now + Math.random() * limitMs);
    waiting.push(what);
    // Timers of different lengths may come in another order than they are due: each takes what is first in line.
    setTimeout(() => waiting.shift()?.(), last - now);
  };
  from.on('data', (data) => late(() => to.write(data)));
  from.on('end', () => late(() => to.end()));
}
