import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod/mini';
import type { Log } from '../../../core/ports/log';

const deliverySchema = z.strictObject({
  id: z.string().check(z.minLength(1), z.maxLength(100)),
  url: z.string().check(z.maxLength(2000)),
  event: z.string().check(z.maxLength(60)),
  body: z.string().check(z.maxLength(20_000)),
  /** Tries so far. */
  tries: z.int().check(z.minimum(0)),
});

/** Something that one receiver has yet to get. */
export type Delivery = z.infer<typeof deliverySchema>;

/** What the processes of this machine say of one another. */
export interface Processes {
  /** Id of this one. */
  readonly own: string;
  isAlive(owner: string): boolean;
}

/** A file name may have 255 bytes; a process whose id does not fit keeps its deliveries in memory. */
const longestName = 200;

/**
 * What is undelivered, in a file of the process that delivers it, so that two windows never send the same. What a process
 * left that has ended belongs to the one that first renames its file: that happens once, whoever tries it at the same time.
 */
export class Outbox {
  readonly #file: string;

  constructor(
    private readonly folder: string,
    private readonly processes: Processes,
    private readonly log: Log,
  ) {
    this.#file = fileOf(processes.own);
  }

  /** Keeps these and no others. What cannot be written is kept in memory by the caller, and is in the log. */
  keep(deliveries: readonly Delivery[]): void {
    try {
      const file = path.join(this.folder, this.#file);
      if (deliveries.length === 0) {
        rmSync(file, { force: true });
        return;
      }
      mkdirSync(this.folder, { recursive: true });
      const draft = `${file}.new`;
      writeFileSync(draft, JSON.stringify(deliveries), { mode: 0o600, flush: true });
      renameSync(draft, file);
    } catch (error) {
      this.log.error('undelivered webhooks could not be kept', error);
    }
  }

  /** Takes over what ended processes left. They are in a file of this process until `done` is called, which is after `keep`. */
  takeOver(): { readonly deliveries: readonly Delivery[]; readonly done: () => void } {
    const taken: string[] = [];
    for (const name of this.#names()) {
      const owner = ownerOf(name);
      if (owner === undefined || owner === this.processes.own || this.processes.isAlive(owner)) continue;
      const mine = `${this.#file.slice(0, -ending.length)}~${randomBytes(4).toString('hex')}${ending}`;
      try {
        renameSync(path.join(this.folder, name), path.join(this.folder, mine));
        taken.push(mine);
      } catch {
        // Another window was faster.
      }
    }
    return { deliveries: taken.flatMap((name) => this.#read(name)), done: () => taken.forEach((name) => rmSync(path.join(this.folder, name), { force: true })) };
  }

  #names(): readonly string[] {
    try {
      return readdirSync(this.folder);
    } catch {
      return [];
    }
  }

  #read(name: string): readonly Delivery[] {
    try {
      return z.array(deliverySchema).parse(JSON.parse(readFileSync(path.join(this.folder, name), 'utf8')));
    } catch (error) {
      this.log.error('undelivered webhooks of another window could not be read', error);
      return [];
    }
  }
}

const ending = '.json';

function fileOf(owner: string): string {
  return `${Buffer.from(owner).toString('base64url').slice(0, longestName)}${ending}`;
}

/** Undefined: none of ours, or cut. */
function ownerOf(name: string): string | undefined {
  const encoded = /^([\w-]+)(?:~[0-9a-f]{8})?\.json$/.exec(name)?.[1];
  return encoded === undefined || encoded.length >= longestName ? undefined : Buffer.from(encoded, 'base64url').toString();
}
