import type { ContextItem, ContextKind } from '../../core/model/contextItem';
import type { SentContextView } from '../../shared/contextProtocol';
import { t } from '../../shared/l10n';
import { count } from '../failureTexts';

/** The codicon of each kind. */
export const contextIcons: Readonly<Record<ContextKind, string>> = {
  file: 'file',
  folder: 'folder',
  selection: 'list-selection',
  symbol: 'symbol-method',
  problems: 'warning',
  diff: 'git-compare',
  terminal: 'terminal',
  openEditors: 'files',
  page: 'globe',
  image: 'file-media',
  notebook: 'notebook',
};

/** What went with a question, for the page. */
export function sentContextView({ kind, label, detail = '', tokens }: ContextItem): SentContextView {
  return { kind, icon: contextIcons[kind], label, detail, tokens: tokens === undefined ? '' : tokensText(tokens) };
}

export function tokensText(tokens: number): string {
  return t('≈{0} tokens', count(tokens));
}
