import type { ChatState } from '../../shared/protocol';
import type { SessionDoor } from './chatPart';
import { CodeRequests } from './codeRequests';
import { ContextRequests } from './contextRequests';
import { HistoryRequests } from './historyRequests';
import { WorkRequests } from './workRequests';

/** The parts of one chat. */
export function chatParts(door: SessionDoor) {
  const parts = { history: new HistoryRequests(door), context: new ContextRequests(door), code: new CodeRequests(door), work: new WorkRequests(door) };
  return {
    ...parts,
    state: (): Partial<ChatState> => Object.values(parts).reduce<Partial<ChatState>>((state, part) => ({ ...state, ...part.state() }), {}),
    dispose: () => {
      for (const part of Object.values(parts)) part.dispose();
    },
  };
}
