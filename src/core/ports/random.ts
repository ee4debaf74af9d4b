/** A number from 0 up to but not 1, of which the next cannot be told. Not for secrets. */
export type Random = () => number;
