import type { ContextItemView } from '../../../src/shared/contextProtocol';
import { t } from '../../../src/shared/l10n';
import { makeVisible } from '../../../src/shared/visibleText';

/** How an item is, in a word or two; empty for one that is as it should be. */
export function stateWord(state: ContextItemView['state']): string {
  switch (state) {
    case 'reading':
      return t('reading…');
    case 'stale':
      return t('changed');
    case 'missing':
      return t('gone');
    case 'refused':
      return t('left out');
    case 'fresh':
      return '';
  }
}

/** `0.384` as `38 %`; what is more than nothing is never nothing. */
function shareText(share: number): string {
  const percent = Math.round(share * 100);
  return percent === 0 && share > 0 ? '<1 %' : `${percent} %`;
}

/** Everything that is known of an item, for its tooltip and for screen readers. */
export function describeItem(item: ContextItemView): string {
  const size = item.tokens === '' ? '' : item.share > 0 ? t('{0}, {1} of what is sent', item.tokens, shareText(item.share)) : item.tokens;
  const cost = item.cost === '' ? '' : t('adds {0}', item.cost);
  return makeVisible([item.detail, size, cost, item.note === '' ? stateWord(item.state) : item.note].filter((part) => part !== '').join(' · '));
}
