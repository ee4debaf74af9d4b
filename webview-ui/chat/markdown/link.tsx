import type { ComponentChildren } from 'preact';
import { usePage } from '../page';
import { readLink } from './readLink';

/**
 * A link of an answer. It has no `href`: the editor's own click handling, prefetching and dragging know nothing of it, and
 * a click only asks the host, which shows the full address before it opens anything.
 */
export function Link({ href, label, children }: { href: string; label: string; children: ComponentChildren }) {
  const { perform } = usePage();
  const link = readLink(href, label);
  if (link.kind === 'text') {
    return (
      <span class="dead-link">
        {children}
        {link.address === label || link.address === '' ? null : <span class="address"> ({link.address})</span>}
      </span>
    );
  }
  const open = () => perform({ type: 'open-link', url: link.url });
  return (
    <>
      <a
        role="link"
        tabIndex={0}
        class="link"
        title={link.url}
        onClick={open}
        onKeyDown={(event) => {
          if (event.key === 'Enter') open();
        }}
      >
        {children}
      </a>
      {link.warning === undefined ? null : <span class="address"> ({link.warning})</span>}
    </>
  );
}
