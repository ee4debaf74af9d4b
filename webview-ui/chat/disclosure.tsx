import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { codicon } from './codicon';
import { usePage } from './page';

interface DisclosureProps {
  /** Unique in the page; the fold is remembered under it. */
  readonly name: string;
  readonly label: ComponentChildren;
  readonly class?: string;
  readonly children: () => ComponentChildren;
}

/** A button that unfolds what is below it. The content is made only when it is seen. */
export function Disclosure({ name, label, class: extra = '', children }: DisclosureProps) {
  const { isUnfolded, setUnfolded } = usePage();
  const [open, setOpen] = useState(isUnfolded(name));
  const id = useId();
  const root = useRef<HTMLDivElement>(null);
  const justOpened = useRef(false);
  useLayoutEffect(() => {
    if (open && justOpened.current) bringIntoView(root.current);
    justOpened.current = false;
  }, [open]);
  return (
    <div ref={root} class={`disclosure ${extra}`}>
      <button
        type="button"
        class="disclosure-button"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => {
          setUnfolded(name, !open);
          justOpened.current = !open;
          setOpen(!open);
        }}
      >
        {codicon(open ? 'chevron-down' : 'chevron-right')}
        {label}
      </button>
      <div id={id} class="disclosure-content" hidden={!open}>
        {open ? children() : null}
      </div>
    </div>
  );
}

/** Scrolls what was unfolded into view as far as its button may move: never above the upper edge. */
function bringIntoView(disclosure: HTMLElement | null): void {
  const scroller = disclosure?.closest('.messages');
  if (disclosure === null || scroller === null || scroller === undefined) return;
  const outer = scroller.getBoundingClientRect();
  const inner = disclosure.getBoundingClientRect();
  const room = 8;
  const hidden = inner.bottom + room - outer.bottom;
  if (hidden > 0) scroller.scrollTop += Math.min(hidden, Math.max(0, inner.top - outer.top - room));
}
