import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { Page } from './page';

/** What screen readers are told: `announce` is the same for the life of the page, `said` stands in it. */
export function useAnnouncer(): { readonly announce: Page['announce']; readonly said: VNode } {
  const [said, setSaid] = useState('');
  // The same sentence twice would be no change, and not be heard.
  const announce = useMemo(() => (sentence: string) => setSaid((before) => (before === sentence ? `${sentence}\u00a0` : sentence)), []);
  return {
    announce,
    said: (
      <div class="for-screen-readers" role="status" aria-live="polite">
        {said}
      </div>
    ),
  };
}
