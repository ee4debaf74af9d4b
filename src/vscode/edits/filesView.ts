import { countLines } from '../../core/edits/countLines';
import type { FilesView } from '../../shared/codeProtocol';

/** Files with how many lines each gets and loses. */
export function filesView(files: readonly { readonly label: string; readonly before: string | undefined; readonly after: string | undefined }[]): FilesView {
  const views = files.map(({ label, before, after }) => ({ label, created: before === undefined, ...countLines(before ?? '', after ?? '') }));
  return { files: views, added: views.reduce((sum, { added }) => sum + added, 0), removed: views.reduce((sum, { removed }) => sum + removed, 0) };
}
