/** What a person allows one provider to be asked, counted over all windows of this machine. A missing figure is no limit. */
export interface ProviderLimits {
  /** Requests that may start within a minute. */
  readonly requestsPerMinute?: number | undefined;
  /** Tokens, prompt and answer together, of the requests that start within a minute. */
  readonly tokensPerMinute?: number | undefined;
  /** Answers that may be written at the same time. */
  readonly concurrent?: number | undefined;
}
