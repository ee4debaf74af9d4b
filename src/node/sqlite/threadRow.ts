import type { Thread } from '../../core/model/thread';
import { flag, integer, optionalText, type Row, text, word } from './row';

const titlers = ['question', 'model', 'person'] as const;

export function readThread(row: Row): Thread {
  const titleBy = titlers.find((one) => one === row['title_by']);
  const forkedThread = optionalText(row, 'forked_thread');
  return {
    id: text(row, 'id'),
    title: text(row, 'title'),
    createdAt: integer(row, 'created_at'),
    updatedAt: integer(row, 'updated_at'),
    realm: word(row, 'realm', ['real', 'demo']),
    ...(flag(row, 'pinned') ? { pinned: true } : {}),
    ...(flag(row, 'archived') ? { archived: true } : {}),
    ...(titleBy ? { titleBy } : {}),
    ...(forkedThread === undefined ? {} : { forkedFrom: { threadId: forkedThread, messageId: text(row, 'forked_message') } }),
  };
}
