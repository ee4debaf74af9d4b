import type { FailedReply } from './failedReply';

/** Longest error body that is read, in bytes. */
export const maxErrorBytes = 64 * 1024;

/** An unsuccessful reply as `readFailure` takes it. Of a redirect's target only the origin: the rest may hold what is private. */
export function failedReplyOf(response: Response, body: string): FailedReply {
  const { headers, status, type } = response;
  if (type !== 'opaqueredirect' && (status < 300 || status >= 400)) return { status, headers, body };
  return { status: status === 0 ? 302 : status, headers, body: URL.parse(headers.get('location') ?? '')?.origin ?? '' };
}
