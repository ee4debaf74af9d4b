import { realpath } from 'node:fs/promises';
import * as path from 'node:path';

/** Where a file below a folder really is, when a link leads elsewhere: `inside`, from the folder with `/`, or `outside`, absolute. */
export type LinkTarget = { readonly inside: string } | { readonly outside: string };

/**
 * Follows the links on the way from a folder to a file; those above the folder do not count. Undefined: there are none, or
 * the file is gone.
 * @param folder absolute
 * @param file absolute, below it
 */
export async function linkTarget(folder: string, file: string): Promise<LinkTarget | undefined> {
  try {
    const [root, real] = [await realpath(folder), await realpath(file)];
    const relative = path.relative(root, real);
    if (relative === path.relative(folder, file)) return undefined;
    const leaves = relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative);
    return leaves ? { outside: real } : { inside: relative.split(path.sep).join('/') };
  } catch {
    return undefined;
  }
}
