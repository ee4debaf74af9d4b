import * as vscode from 'vscode';
import { useBundle } from '../../shared/l10n';
import type { ContextItem } from '../../core/model/contextItem';
import type { TerminalCommand } from '../terminalCommands';
import { ContextDesk } from './contextDesk';
import type { ContextDoor } from './contextDoor';
import { FileList } from './fileList';
import { IgnoredFiles } from './ignoredFiles';
import { ContextReaders } from './readers';
import type { ContextWish } from './wish';

/** What all chats of this window share of what goes with questions. */
export interface ContextRoom {
  /** For one chat. */
  desk(door: ContextDoor): ContextDesk;
  /** Whether a file stays here: an ignore file or its name says so. */
  isIgnored(uri: vscode.Uri): Promise<boolean>;
  /** Reads something once. Undefined with why not, for the person: it is gone, or stays here. */
  read(wish: ContextWish): Promise<{ readonly item: Omit<ContextItem, 'id'> | undefined; readonly note: string }>;
  dispose(): void;
}

export type OpenContext = (parts: { readonly terminals: () => readonly TerminalCommand[]; readonly countTokens: (text: string) => number; readonly mostReadingMs?: number }) => ContextRoom;

/** The entry of a bundle that is loaded by the first who attaches something. */
export const openContext: OpenContext = (parts) => {
  // A bundle of its own has its own copy of the texts.
  useBundle(vscode.l10n.bundle, vscode.env.language);
  const ignored = new IgnoredFiles();
  const files = new FileList(ignored);
  const readers = new ContextReaders(ignored);
  return {
    desk: (door) => new ContextDesk(door, { ...parts, files, ignored }),
    isIgnored: async (uri) => (await ignored.why(uri)) !== undefined,
    read: async (wish) => {
      const read = await readers.read(wish);
      return { item: read.state === 'fresh' ? { ...read.item, readAt: Date.now(), ...(read.item.image ? {} : { tokens: parts.countTokens(read.item.text) }) } : undefined, note: read.note };
    },
    dispose: () => {
      files.dispose();
      ignored.dispose();
    },
  };
};
