import type { ReplyHeaders } from './retryAfter';

/** What a failure is told with: never shown, except the ids. `nowMs` is epoch milliseconds. */
export interface FailureContext {
  readonly provider: string;
  readonly model: string;
  readonly key: string | undefined;
  readonly nowMs: number;
  /** Of a reply with status 200 that holds an error. */
  readonly headers?: ReplyHeaders | undefined;
}

/** An HTTP reply that is not a success. */
export interface FailedReply {
  readonly status: number;
  readonly headers: ReplyHeaders;
  readonly body: string;
}
