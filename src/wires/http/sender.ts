import type { Endpoint } from '../../core/model/provider';

export type Fetch = typeof globalThis.fetch;

/** Whom a request goes to, and by what. */
export interface Sender {
  readonly fetch: Fetch;
  readonly endpoint: Endpoint;
  readonly key: string | undefined;
  /** Media types that are asked for. */
  readonly accept: string;
}
