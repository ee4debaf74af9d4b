import type { StoredMessage, Thread } from '../../core/model/thread';
import type { SearchHit, Snippet } from '../../core/ports/threadStore';
import type { HitView, ThreadGroup, ThreadView } from '../../shared/historyProtocol';
import { momentText, t } from '../../shared/l10n';
import type { CurrentThread, MessageView } from '../../shared/protocol';

/** The list of conversations as its page shows it. Pure; days are those of this machine's time zone. */
export function threadView(thread: Thread, running: boolean, now: number): ThreadView {
  return { id: thread.id, title: thread.title, when: whenText(thread.updatedAt, now), group: groupOf(thread, now), demo: thread.realm === 'demo', running };
}

export function hitView({ thread, message, snippet }: SearchHit, now: number): HitView {
  return {
    threadId: thread.id,
    title: thread.title,
    when: whenText(message?.createdAt ?? thread.updatedAt, now),
    archived: thread.archived ?? false,
    ...(message ? { messageId: message.id, role: message.role } : {}),
    pieces: piecesOf(snippet),
  };
}

export function currentThread({ id, title, pinned, archived, forkedFrom }: Thread): CurrentThread {
  return { id, title, ...(pinned ? { pinned } : {}), ...(archived ? { archived } : {}), ...(forkedFrom ? { origin: forkedFrom.threadId } : {}) };
}

/** What a page shows of a question besides its words. */
export function questionView({ text, shown, earlier }: StoredMessage): Pick<MessageView, 'sent' | 'earlier'> {
  return { ...(shown === undefined || shown === text ? {} : { sent: text }), ...(earlier === undefined ? {} : { earlier }) };
}

/** The whole of a snippet, cut where marks begin and end. Marks that do not fit the text are left out. */
export function piecesOf({ text, ranges }: Snippet): HitView['pieces'] {
  const pieces: { text: string; marked: boolean }[] = [];
  let end = 0;
  for (const [from, to] of ranges) {
    if (from < end || to <= from || to > text.length) continue;
    if (from > end) pieces.push({ text: text.slice(end, from), marked: false });
    pieces.push({ text: text.slice(from, to), marked: true });
    end = to;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), marked: false });
  return pieces;
}

function groupOf({ pinned, archived, updatedAt }: Thread, now: number): ThreadGroup {
  if (archived) return 'archived';
  if (pinned) return 'pinned';
  const days = daysBetween(updatedAt, now);
  if (days <= 0) return 'today';
  return days === 1 ? 'yesterday' : 'earlier';
}

/** Up to when a day is told by how long ago it is; after that by its date. */
const mostDays = 6;

function whenText(at: number, now: number): string {
  const days = daysBetween(at, now);
  if (days > mostDays) return dateText(at, now);
  if (days > 1) return t('{0} days ago', days);
  if (days === 1) return t('yesterday');
  const minutes = Math.floor((now - at) / 60_000);
  if (minutes < 1) return t('just now');
  return minutes < 60 ? t('{0} min ago', minutes) : t('{0} h ago', Math.floor(minutes / 60));
}

function dateText(at: number, now: number): string {
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return momentText(at, { day: 'numeric', month: 'short', ...(sameYear ? {} : { year: 'numeric' }) });
}

/** Midnights between two moments, epoch milliseconds. */
function daysBetween(at: number, now: number): number {
  return Math.round((midnight(now) - midnight(at)) / (24 * 60 * 60_000));
}

function midnight(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}
