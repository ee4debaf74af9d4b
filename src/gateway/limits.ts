/** How much the gateway takes on. Times are milliseconds, sizes bytes. */
export interface GatewayLimits {
  readonly bodyBytes: number;
  /** Of all bodies that are read or answered at once. */
  readonly bodyBytesAtOnce: number;
  /** Brackets within brackets of a body. */
  readonly jsonDepth: number;
  /** Values of a body, those in lists and objects too. */
  readonly jsonValues: number;
  readonly headerBytes: number;
  readonly headers: number;
  readonly urlLength: number;
  /** Until all headers are there. */
  readonly headersMs: number;
  /** Without a byte of the body that is awaited. */
  readonly bodyIdleMs: number;
  /** How long what is not wanted of a request is still taken, so that the client reads why. */
  readonly lingerMs: number;
  /** Without the client taking a byte of what waits for it. */
  readonly stalledMs: number;
  /** Without a byte to the client before a heartbeat. */
  readonly heartbeatMs: number;
  /** How long the status of a stream is held back for the first word of the answer, so that a failure has a status of its own. */
  readonly holdMs: number;
  readonly requestsAtOnce: number;
  readonly requestsOfAClient: number;
  readonly connections: number;
  /** How long running answers may go on when the gateway stops. */
  readonly graceMs: number;
}

export const usualLimits: GatewayLimits = {
  // Anthropic takes 32 MB, the most of the vendors.
  bodyBytes: 32 * 1024 * 1024,
  bodyBytesAtOnce: 256 * 1024 * 1024,
  jsonDepth: 100,
  // An agent's conversation of a million tokens has some 20,000.
  jsonValues: 250_000,
  headerBytes: 16 * 1024,
  headers: 64,
  urlLength: 2048,
  headersMs: 10_000,
  bodyIdleMs: 30_000,
  lingerMs: 2000,
  stalledMs: 120_000,
  heartbeatMs: 15_000,
  holdMs: 10_000,
  requestsAtOnce: 1100,
  requestsOfAClient: 64,
  connections: 2200,
  // The editor gives a window that closes about five seconds.
  graceMs: 4000,
};
