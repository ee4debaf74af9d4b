import type { ReplyHeaders } from './retryAfter';

/** What a failure is told with: never shown, except the ids. `nowMs` is epoch milliseconds. */
export interface FailureContext {
  readonly provider: string;
  readonly model: string;
  readonly key: string | undefined;
  readonly nowMs: number;
}

/** An HTTP reply that is not a success. */
export interface FailedReply {
  readonly status: number;
  readonly headers: ReplyHeaders;
  readonly body: string;
}
