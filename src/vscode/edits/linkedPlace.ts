import { lstat, readlink, realpath, stat } from 'node:fs/promises';
import * as path from 'node:path';

/**
 * Where writing to a file would really end, when that is not where its path says: through a link of any of its folders, a
 * link that leads nowhere yet, or a second name of the same file. Undefined: it ends below the folder.
 * @param folder absolute
 * @param file absolute, below it
 */
export async function linkedPlace(folder: string, file: string): Promise<string | undefined> {
  const real = await realPathOf(file);
  const root = await realpath(folder).catch(() => folder);
  if (real !== root && !real.startsWith(root.endsWith(path.sep) ? root : root + path.sep)) return real;
  const links = await stat(file).then(({ nlink }) => nlink, () => 1);
  return links > 1 ? file : undefined;
}

/** The real path of a file that may not be there: that of its nearest folder, and the rest. */
async function realPathOf(file: string, depth = 0): Promise<string> {
  try {
    return await realpath(file);
  } catch {
    const isLink = await lstat(file).then((found) => found.isSymbolicLink(), () => false);
    if (isLink && depth < 40) return realPathOf(path.resolve(path.dirname(file), await readlink(file)), depth + 1);
    const parent = path.dirname(file);
    return parent === file || depth >= 40 ? file : path.join(await realPathOf(parent, depth), path.basename(file));
  }
}
