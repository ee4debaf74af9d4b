import type { CompareRequest } from '../../src/shared/compareProtocol';

/** Asks the host; a refusal appears at the top of the page, success is announced with `done` when given. */
export type Perform = (request: CompareRequest, done?: string) => void;
