import type { Notice } from '../../../src/core/app';
import type { Failure } from '../../../src/core/model/failure';
import type { StoredAnswer } from '../../../src/core/model/thread';
import type { KeyCheck, WireEvent } from '../../../src/core/ports/wire';
import type { Told } from '../../../src/vscode/failureTexts';
import type { LedgerRow } from './ledgerRows';

/** An answer as the conversation has it, with how it came. Times in milliseconds of the case. */
export interface Asked {
  readonly text: string;
  readonly answer: StoredAnswer;
  readonly ms: number;
  /** Since the person pressed Stop; undefined when nobody did. */
  readonly msAfterStop: number | undefined;
}

/** All that can be seen from outside when a case is over. Nothing in it comes from what the case demands. */
export interface Facts {
  readonly asks: readonly Asked[];
  /** What the wire said in each call to the case's provider. */
  readonly said: readonly (readonly WireEvent[])[];
  /** How often the case's provider was asked, and the pauses between one end and the next start. */
  readonly attempts: number;
  readonly waitsMs: readonly number[];
  /** Pauses that two differently lucky runs would make before the first repetition; undefined without one. */
  readonly luckyWaitsMs?: readonly number[];
  readonly check?: KeyCheck;
  /** What came of getting a model; `failure` undefined: it is there. */
  readonly pulled?: { readonly steps: number; readonly failure: Failure | undefined };
  readonly listed?: { readonly models: number; readonly failure: Failure | undefined };
  readonly ledger: readonly LedgerRow[];
  /** Held for calls under way, and spent today, in nano-dollars, when all is over. */
  readonly held: number;
  readonly spentToday: number;
  /** With a second provider at hand: whether it took over, and was asked. */
  readonly fallback?: { readonly switched: boolean; readonly answered: boolean; readonly requestsToSecond: number };
  /** Everything a person is told, in sentences with buttons. */
  readonly told: readonly Told[];
  readonly notices: readonly Notice[];
  readonly log: readonly string[];
  readonly uncaught: readonly string[];
  /** Keys that left for an address other than the provider's. */
  readonly strayed: number;
  /** Texts in which the key was looked for and found. */
  readonly leaks: readonly string[];
  readonly ms: number;
  readonly rssDeltaMb: number;
  readonly serverClosedAfterMs?: number;
  readonly idleLimitMs: number;
  /** What a special course of events has shown, by name. */
  readonly shown: Readonly<Record<string, unknown>>;
}
