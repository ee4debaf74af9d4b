import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { ChatRequest } from '../../src/shared/protocol';

/** What the parts of the page may do. One object for the life of the page, so that nothing is redrawn because of it. */
export interface Page {
  /** Asks the host; the promise rejects with its sentence. For callers that show the outcome themselves. */
  readonly request: (request: ChatRequest) => Promise<void>;
  /** Asks the host; a refusal appears at the top of the page, success is announced with `done` when given. */
  readonly perform: (request: ChatRequest, done?: string) => void;
  /** Says something to screen readers, once, without moving the focus. */
  readonly announce: (sentence: string) => void;
  /** Folding that survives a reload. */
  readonly isUnfolded: (key: string) => boolean;
  readonly setUnfolded: (key: string, unfolded: boolean) => void;
}

export const PageContext = createContext<Page | undefined>(undefined);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (page === undefined) throw new Error('used outside the page');
  return page;
}
