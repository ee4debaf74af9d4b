import { readImport } from './importProviders';
import { readPlugin } from './readPlugin';

/** What reads the files of others, which few people have: plug-ins, and settings of other extensions. The entry of a bundle of its own. */
export interface ForeignReaders {
  readonly readPlugin: typeof readPlugin;
  readonly readImport: typeof readImport;
}

export const foreignReaders: ForeignReaders = { readPlugin, readImport };
