import { useEffect, useRef } from 'preact/hooks';
import type { ContextItemView } from '../../../src/shared/contextProtocol';
import { t } from '../../../src/shared/l10n';
import { makeVisible } from '../../../src/shared/visibleText';
import { usePage } from '../page';

/** Says what has been added once it is known how it went; not what was there when the page was opened. */
export function useAddedAnnounced(items: readonly ContextItemView[] | undefined): void {
  const { announce } = usePage();
  const told = useRef<ReadonlySet<string>>(undefined);
  useEffect(() => {
    if (items === undefined) return;
    const before = told.current ?? new Set(items.map(({ id }) => id));
    const settled = items.filter(({ id, state }) => state !== 'reading' || before.has(id));
    told.current = new Set(settled.map(({ id }) => id));
    const added = settled.filter(({ id }) => !before.has(id));
    if (added.length > 0) announce(added.map(addedText).join(' '));
  }, [items]);
}

function addedText({ label, state, note }: ContextItemView): string {
  return makeVisible(state === 'fresh' || state === 'stale' ? t('{0} goes with the question.', label) : `${t('{0} does not go with the question.', label)} ${note}`.trim());
}
