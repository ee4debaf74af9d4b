import type { GatewayClient } from '../../src/core/model/client';
import { openOperations } from '../../src/gateway/operations/operations';
import type { Caller } from '../../src/gateway/row';
import { testApp } from './testApp';

export const terminal: GatewayClient = { id: 'client-1', name: 'Claude Code', tokenHash: 'a'.repeat(64), createdAt: 0 };

interface ToldAmount {
  readonly nanoUsd: number | null;
  readonly usd: string | null;
}

interface ToldRow extends ToldAmount {
  readonly key: string | null;
  readonly name?: string;
  readonly calls: number;
  readonly unknownCalls: number;
}

/** The fields of the replies of all pages that tests look at; each page has its own of them, which docs/openapi.json tells. */
export interface ToldReply {
  readonly status: string;
  readonly books: string;
  readonly providers: readonly string[];
  readonly models: number;
  readonly runningRequests: number;
  readonly realm?: string;
  readonly from: string;
  readonly to: string;
  readonly total: ToldRow;
  readonly rows: readonly ToldRow[];
  readonly budgets: readonly { readonly scope: string; readonly spent: ToldAmount; readonly limit: ToldAmount; readonly left: ToldAmount; readonly calls: number; readonly unknownCalls: number }[];
  readonly calls: readonly { readonly id: string; readonly client: string | null; readonly folder: string | null; readonly cost: ToldAmount }[];
  readonly next: string | null;
  readonly quality: string;
  readonly reasons: readonly string[];
  readonly spare: readonly { readonly arm: string }[];
  readonly rejected: readonly { readonly arm: string }[];
  readonly ranked: readonly { readonly arm: string; readonly chance: number; readonly chanceLow: number; readonly likelyCost: { readonly nanoUsd: number }; readonly worstCost: { readonly nanoUsd: number } }[];
}

/** The pages of operations over the whole core on fakes. */
export function operationsRoom(options: Parameters<typeof testApp>[0] = {}) {
  const core = testApp(options);
  const operations = openOperations({ door: core.app, clock: core.clock, log: { info: () => undefined, warn: () => undefined, error: (message, cause) => core.logged.push(`${message}: ${String(cause)}`) }, version: '1.2.3', window: 'window-1' });
  /** The reply of a page, as the gateway sends it. */
  const asked = async (target: string, { caller = 'machine', method = 'GET', body, signal = new AbortController().signal }: { readonly caller?: Caller; readonly method?: string; readonly body?: unknown; readonly signal?: AbortSignal } = {}) => {
    const { pathname, searchParams } = new URL(target, 'http://127.0.0.1');
    const row = operations.rows.find((one) => one.path === pathname && one.method === method);
    if (row?.serve.kind !== 'reply') throw new Error(`no such page: ${method} ${target}`);
    const reply = await row.serve.reply({ path: {}, query: searchParams, body, caller, signal });
    if ('problem' in reply) return { status: reply.problem.status, body: JSON.stringify(row.problem(reply.problem)), contentType: undefined };
    return { status: reply.status, body: typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body), contentType: reply.contentType };
  };
  /** The reply as JSON. */
  const read = async (...request: Parameters<typeof asked>): Promise<ToldReply> => JSON.parse((await asked(...request)).body);
  return { ...core, operations, asked, read };
}
