/** Unique ids and randomness. */
export interface Ids {
  /** Sortable by time, unique across windows. */
  next(): string;
}
