/** A provider's key as a person may see it. Holds nothing that could be used as a key. */
export interface StoredKey {
  /** What it is stored under. */
  readonly name: string;
  /** What tells it from another, `sk-…abcd`. */
  readonly shown: string;
  /** Why it is not used now, while others are; undefined when it is used. */
  readonly trouble: 'rateLimited' | 'keyRejected' | 'noCredit' | undefined;
}
