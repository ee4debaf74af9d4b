import { readFileSync } from 'node:fs';
import path from 'node:path';
import { estimateTokenCount } from 'tokenx';
import type { AppPorts } from '../../src/core/door/appPorts';
import { readSnapshot } from '../../src/core/catalog/snapshot';
import { openBooks } from '../../src/node/books';
import { timeSortedIds } from '../../src/node/ids';
import { ownerId } from '../../src/node/processOwner';
import { systemClock } from '../../src/node/systemClock';
import { textFiles } from '../../src/node/textFiles';
import { coreParts } from './coreParts';
import { FakePluginFiles } from './fakePluginFiles';
import { FakeSignIn } from './fakeSignIn';
import { shippedWeights } from './shippedProfile';

interface RealPorts extends Pick<AppPorts, 'log' | 'wire'> {
  /** Where the books are. */
  readonly folder: string;
  /** Names of the keys that are stored. */
  readonly keys: readonly string[];
}

/** What the whole product needs from outside, without an editor: the shipped catalogue and weights, the real books on disk. */
export function realPorts({ folder, keys, log, wire }: RealPorts): AppPorts {
  return {
    clock: systemClock,
    ids: timeSortedIds(),
    random: Math.random,
    log,
    keys: { get: async () => 'local', set: async () => undefined, delete: async () => undefined, list: async () => keys, onChange: () => () => undefined },
    texts: textFiles(path.join(folder, 'texts')),
    pluginFiles: new FakePluginFiles(),
    signIn: new FakeSignIn(),
    ...coreParts,
    books: (onRestored) => openBooks(folder, log, onRestored),
    profileWeights: async () => shippedWeights(),
    snapshot: async () => readSnapshot(readFileSync('src/core/catalog/snapshot.json', 'utf8')),
    demo: { baseUrl: async () => '', stop: async () => undefined },
    wire,
    countTokens: estimateTokenCount,
    window: ownerId(),
  };
}
