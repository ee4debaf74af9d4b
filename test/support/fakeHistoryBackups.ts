import type { BackupChat, HistoryBackup, HistoryBackups, RestoredChats } from '../../src/core/ports/historyBackups';

/** Backups that a test says there are; what is brought back is recorded. */
export class FakeHistoryBackups implements HistoryBackups {
  readonly backups: HistoryBackup[] = [];
  readonly chats = new Map<string, readonly BackupChat[]>();
  readonly restored: string[] = [];

  async list(): Promise<readonly HistoryBackup[]> {
    return this.backups;
  }

  async differences(name: string): Promise<readonly BackupChat[]> {
    return this.chats.get(name) ?? [];
  }

  async restore(_name: string, threadIds: readonly string[]): Promise<RestoredChats> {
    this.restored.push(...threadIds);
    return { threadIds, undo: async () => void this.restored.splice(-threadIds.length) };
  }

  async check(): Promise<'sound' | 'replaced'> {
    return 'sound';
  }
}
