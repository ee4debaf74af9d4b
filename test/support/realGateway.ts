import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openGateway } from '../../src/gateway/gateway';
import type { GatewayLimits } from '../../src/gateway/limits';
import type { GatewayClient } from '../../src/core/model/client';
import { timeSortedIds } from '../../src/node/ids';
import { systemClock } from '../../src/node/systemClock';
import { textFiles } from '../../src/node/textFiles';
import { quietLog, realApp } from './realApp';

type RealGateway = Omit<Parameters<typeof realApp>[0], 'folder'> & {
  /** Where the books are; by default in a folder that `stop` removes. */
  readonly folder?: string;
  /** What model names of clients mean. */
  readonly models?: Readonly<Record<string, string>>;
  readonly limits?: Partial<GatewayLimits>;
};

/** The gateway on the whole product, as a window serves it. */
export async function realGateway({ models = {}, limits = {}, folder: given, ...parts }: RealGateway) {
  const folder = given ?? mkdtempSync(path.join(tmpdir(), 'farthing-gateway-'));
  const app = realApp({ ...parts, folder });
  const token = randomBytes(32).toString('base64url');
  const { log = quietLog } = parts;
  const gateway = openGateway({
    door: app,
    clock: systemClock,
    ids: timeSortedIds(),
    log,
    token: { get: async () => token, onChange: () => () => undefined },
    texts: textFiles(path.join(folder, 'texts')),
    settings: () => ({ port: 0, models }),
    version: '0.0.0',
    window: 'test',
    limits,
  });
  const state = await gateway.start();
  if (state.kind !== 'serving') throw new Error(`The gateway does not serve: ${JSON.stringify(state)}`);
  return {
    app,
    gateway,
    /** Without a slash at the end. */
    address: `http://127.0.0.1:${state.port}`,
    /** Of the machine. */
    token,
    /** A client with a token of its own, which is returned. */
    addClient: async (client: Partial<Omit<GatewayClient, 'tokenHash'>>): Promise<string> => {
      const own = randomBytes(32).toString('base64url');
      await (await app.clients()).put({ id: 'client', name: 'A client', createdAt: Date.now(), ...client, tokenHash: createHash('sha256').update(own).digest('hex') });
      return own;
    },
    stop: async () => {
      await gateway.stop();
      await app.close();
      if (given === undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
