import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import * as z from 'zod/mini';
import type { Checkpoint } from '../../core/edits/checkpoint';

/** A workspace keeps the edits of so many answers, and so many bytes of texts; the oldest go first. */
const mostCheckpoints = 200;
const mostBytes = 64 * 1024 * 1024;

const kept = z.object({
  version: z.literal(1),
  messageId: z.string(),
  state: z.enum(['applied', 'undone']),
  at: z.number(),
  files: z.array(z.object({ uri: z.string(), label: z.string(), before: z.nullable(z.string()), after: z.nullable(z.string()), mixed: z.optional(z.literal(true)) })),
});

/**
 * What answers changed, one file for each answer under a hashed name. A file is written whole and then put in its place, so
 * that a crash leaves the old one or the new one; what cannot be read is as if it were not there.
 */
export class CheckpointFiles {
  /** @param folder of this workspace alone */
  constructor(private readonly folder: string) {}

  async read(messageId: string): Promise<Checkpoint | undefined> {
    try {
      const { version: _version, files, ...rest } = kept.parse(JSON.parse(await readFile(this.#fileOf(messageId), 'utf8')));
      if (rest.messageId !== messageId) return undefined;
      return { ...rest, files: files.map(({ before, after, mixed, ...file }) => ({ ...file, before: before ?? undefined, after: after ?? undefined, ...(mixed ? { mixed } : {}) })) };
    } catch {
      return undefined;
    }
  }

  /** @throws where the disk refuses it */
  async write(checkpoint: Checkpoint): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    const file = this.#fileOf(checkpoint.messageId);
    const files = checkpoint.files.map(({ before = null, after = null, ...rest }) => ({ ...rest, before, after }));
    const half = `${file}.${process.pid}.tmp`;
    await writeFile(half, JSON.stringify({ version: 1, ...checkpoint, files }), { mode: 0o600 });
    await rename(half, file);
    await this.#prune(path.basename(file));
  }

  async remove(messageId: string): Promise<void> {
    await rm(this.#fileOf(messageId), { force: true });
  }

  async #prune(newest: string): Promise<void> {
    const names = (await readdir(this.folder)).filter((name) => name.endsWith('.json') && name !== newest);
    const files = await Promise.all(names.map(async (name) => ({ name, ...(await sizeOf(path.join(this.folder, name))) })));
    let count = 1;
    let bytes = (await sizeOf(path.join(this.folder, newest))).bytes;
    for (const { name, bytes: size } of files.toSorted((a, b) => b.at - a.at)) {
      count += 1;
      bytes += size;
      if (count > mostCheckpoints || bytes > mostBytes) await rm(path.join(this.folder, name), { force: true });
    }
  }

  #fileOf(messageId: string): string {
    return path.join(this.folder, `${hashed(messageId)}.json`);
  }
}

/** A name for a file that says nothing of what it stands for. */
export function hashed(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

async function sizeOf(file: string): Promise<{ readonly at: number; readonly bytes: number }> {
  try {
    const { mtimeMs, size } = await stat(file);
    return { at: mtimeMs, bytes: size };
  } catch {
    // Another window has removed it.
    return { at: 0, bytes: 0 };
  }
}
