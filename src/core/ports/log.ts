/** Diagnostics for people. Callers never pass keys or message text; the implementation removes what looks like a key all the same. */
export interface Log {
  info(message: string): void;
  warn(message: string): void;
  error(message: string, cause?: unknown): void;
}
