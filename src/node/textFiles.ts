import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { TextStore } from '../core/ports/textStore';
import { replaceFile } from './replaceFile';

/**
 * Texts as files of one folder. The first line is a checksum of the rest: a file that was cut off or edited reads as
 * missing.
 */
export function textFiles(folder: string): TextStore {
  return {
    async read(name) {
      const content = await readFile(fileOf(folder, name), 'utf8').catch(() => undefined);
      const end = content?.indexOf('\n') ?? -1;
      if (content === undefined || end < 0) return undefined;
      const text = content.slice(end + 1);
      return content.slice(0, end) === checksum(text) ? text : undefined;
    },
    write: (name, text) => replaceFile(fileOf(folder, name), `${checksum(text)}\n${text}`),
  };
}

/** Texts that came with the extension, under their plain names. */
export function packagedTexts(folder: string): Pick<TextStore, 'read'> {
  return { read: (name) => readFile(path.join(folder, name), 'utf8').catch(() => undefined) };
}

/** A file that came with the extension. Rejects when it cannot be read. */
export function packagedBytes(file: string): Promise<Uint8Array> {
  return readFile(file);
}

function checksum(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A name may hold a provider's id or a model's: everything that could leave the folder or offend a file system is escaped. */
function fileOf(folder: string, name: string): string {
  const escaped = name.replace(/[^a-z0-9-]/g, (character) => `_${character.codePointAt(0)?.toString(16) ?? ''}_`);
  return path.join(folder, `${escaped}.txt`);
}
