import { type Block, blocksIn, findBlock } from '../../core/edits/blocksIn';
import { namedPath } from '../../core/edits/namedPath';
import { readDiff } from '../../core/edits/readDiff';
import { blockKey } from '../../shared/blockKey';
import type { EditsView } from '../../shared/codeProtocol';
import { makeVisible } from '../../shared/visibleText';

/** The files a block names: several for a diff of several. */
export function namedPaths(block: Block): readonly string[] {
  const ofDiff = (readDiff(block.code, block.language) ?? []).flatMap(({ newPath, oldPath }) => newPath ?? oldPath ?? []);
  if (ofDiff.length > 1) return [...new Set(ofDiff)];
  const named = namedPath(block);
  return named === undefined ? [] : [named];
}

/** Which file each block of an answer names, and how many files there are if it is more than one. */
export function targetsIn(text: string): Pick<EditsView, 'targets' | 'all'> {
  const named = blocksIn(makeVisible(text)).map((block) => ({ key: blockKey(block.code), paths: namedPaths(block) }));
  const targets = Object.fromEntries(named.flatMap(({ key, paths }) => (paths.length > 0 ? [[key, paths.join(', ')]] : [])));
  const files = new Set(named.flatMap(({ paths }) => paths)).size;
  return { targets, all: files > 1 ? files : 0 };
}

/** The block of an answer with this code; a piece of code that is no fenced block is one without a name. */
export function blockOf(markdown: string, code: string): Block | undefined {
  const visible = makeVisible(markdown);
  const found = findBlock(visible, code);
  if (found) return found;
  const bare = (text: string) => text.split('\n').map((line) => line.trim().replace(/^> ?/, '')).join('\n');
  return code.trim() !== '' && bare(visible).includes(bare(code).trim()) ? { code, info: '', language: '', before: [] } : undefined;
}
