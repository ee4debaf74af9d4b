import type { GatewayClient } from '../core/model/client';
import type { Dialect, Problem } from './dialect';

/** One address of the gateway. All need a token. */
export interface Row {
  readonly method: 'GET' | 'POST';
  /** `/v1/models/{id}`: a name in braces stands for any text, at the end of a path also for one with slashes. */
  readonly path: string;
  /** Puts a refusal into the words of the protocol. */
  readonly problem: (problem: Problem) => object;
  readonly serve: Serve;
}

type Serve =
  /** The body is a question to a model; the protocol may need what the address says. */
  | { readonly kind: 'ask'; readonly dialect: (path: PathValues, query: URLSearchParams) => Dialect }
  /** Anything else, answered at once. May reject: that is an error of ours. */
  | { readonly kind: 'reply'; readonly reply: (request: RowRequest) => Promise<Reply> };

/** What stood for the names in braces, decoded. */
export type PathValues = Readonly<Record<string, string>>;

export interface RowRequest {
  readonly path: PathValues;
  readonly query: URLSearchParams;
  /** Parsed JSON; undefined for GET. */
  readonly body: unknown;
  readonly caller: Caller;
  /** Aborted when the client is gone or the gateway stops. */
  readonly signal: AbortSignal;
}

/** Whose token a request had: that of this machine, or one of a client's own. */
export type Caller = 'machine' | GatewayClient;

export type Reply =
  /** `body` is sent as JSON, a text as it is, of `contentType`. */
  | { readonly status: number; readonly body: object | string; readonly contentType?: string }
  | { readonly problem: Problem };
