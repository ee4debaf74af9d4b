import type { ArmId } from './modelCard';
import type { NanoDollars } from './money';
import type { Quality } from './quality';

/**
 * A program that may use the gateway: with a token of its own, of which only a hash is kept, and rules of its own. What it
 * spent is the sum of the calls that the books have of it.
 */
export interface GatewayClient {
  readonly id: string;
  readonly name: string;
  /** SHA-256 of its token, in hex. */
  readonly tokenHash: string;
  /** Which of the known agents it is, when Farthing started it; its calls have the purpose `agent:<agent>`. */
  readonly agent?: string;
  /** Folder it was started in. */
  readonly folder?: string;
  /** The most that all of its calls together may cost. */
  readonly limit?: NanoDollars;
  /** Only these may be asked: `provider/model` with `*` for any text. */
  readonly models?: readonly string[];
  /** What `auto` means for it; by default the person's setting. */
  readonly quality?: Quality;
  /** What `auto` is for it instead: one arm. */
  readonly arm?: ArmId;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** From then on its token is refused; undefined: until it is removed. */
  readonly expiresAt?: number;
}

/** What a client has cost so far. */
export interface ClientSpend {
  readonly spent: NanoDollars;
  readonly held: NanoDollars;
  readonly calls: number;
  /** Calls whose cost is not known and not in `spent`. */
  readonly unknownCalls: number;
}

/** A run of an agent in a terminal that has come to its end. */
export interface EndedAgent {
  /** Which of the known agents. */
  readonly agent: string;
  /** Name of the folder it was started in. */
  readonly folder?: string;
  readonly spend: ClientSpend;
  /** Undefined: its end was not seen, only that it runs no more. */
  readonly totalMs: number | undefined;
}
