import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { ChatRequest } from '../../src/shared/protocol';
import type { SavedView } from './savedView';

/** What the parts of the page may do. One object for the life of the page, so that nothing is redrawn because of it. */
export interface Page {
  /** Asks the host; the promise rejects with its sentence. For callers that show the outcome themselves. */
  readonly request: (request: ChatRequest, onId?: (id: number) => void) => Promise<void>;
  /** Asks the host; a refusal appears at the top of the page, success is announced with `done` when given. */
  readonly perform: (request: ChatRequest, done?: string) => void;
  /** Tells of a refusal at the top of the page. */
  readonly report: (error: unknown) => void;
  /** Says something to screen readers, once, without moving the focus. */
  readonly announce: (sentence: string) => void;
  /** Folding that survives a reload. */
  readonly isUnfolded: (key: string) => boolean;
  readonly setUnfolded: (key: string, unfolded: boolean) => void;
  /** The question that is being changed in its place, as far as it is; survives a reload. */
  readonly edited: () => SavedView['edited'];
  readonly keepEdited: (edited: SavedView['edited']) => void;
}

interface PageParts extends Pick<Page, 'request' | 'report' | 'announce' | 'edited' | 'keepEdited'> {
  /** Keys of what is unfolded, as they were kept. */
  readonly unfolded: readonly string[] | undefined;
  readonly keepUnfolded: (keys: string[]) => void;
}

export function pageOf({ unfolded: kept, keepUnfolded, ...parts }: PageParts): Page {
  const unfolded = new Set(kept);
  return {
    ...parts,
    perform: performing(parts.request, parts),
    isUnfolded: (key) => unfolded.has(key),
    setUnfolded: (key, isOpen) => {
      if (isOpen) unfolded.add(key);
      else unfolded.delete(key);
      // The newest folds are the ones that matter; the list must not grow with the conversation.
      keepUnfolded([...unfolded].slice(-100));
    },
  };
}

/** Asks with `request`: a refusal is reported, success announced with `done` when given. */
export function performing<Request>(request: (request: Request) => Promise<void>, { report, announce }: Pick<Page, 'report' | 'announce'>): (request: Request, done?: string) => void {
  return (wish, done) => {
    request(wish).then(() => {
      if (done !== undefined) announce(done);
    }, report);
  };
}

export const PageContext = createContext<Page | undefined>(undefined);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (page === undefined) throw new Error('used outside the page');
  return page;
}
