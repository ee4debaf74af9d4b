import type { CallFact, HealthRecord, HealthSubject } from '../model/health';
import type { Realm } from '../model/provider';

/** How a record becomes the next one; undefined is no record. Pure, and may be called more than once. */
export type HealthChange = (before: HealthRecord | undefined) => HealthRecord | undefined;

/** Who rests and why, shared by every window of this machine. Each method is one transaction; failures are StorageError. */
export interface HealthStore {
  /** Every record; there are few. One that cannot be understood is left out. */
  all(): Promise<readonly { readonly subject: HealthSubject; readonly record: HealthRecord }[]>;
  /** Replaces the record of one subject, with no other window in between. Returns what is in force now. A power cut may take it back. */
  change(subject: HealthSubject, change: HealthChange): Promise<HealthRecord | undefined>;
  /** The newest calls of a realm, the newest first. */
  recentCalls(realm: Realm, limit: number): Promise<readonly CallFact[]>;
  /** Calls back within a second when any process may have changed a record. */
  onChange(listener: () => void): () => void;
}
