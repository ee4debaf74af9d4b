import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';
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
  return (
    <div class={`disclosure ${extra}`}>
      <button
        type="button"
        class="disclosure-button"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => {
          setUnfolded(name, !open);
          setOpen(!open);
        }}
      >
        <span class={`codicon codicon-chevron-${open ? 'down' : 'right'}`} aria-hidden="true" />
        {label}
      </button>
      <div id={id} class="disclosure-content" hidden={!open}>
        {open ? children() : null}
      </div>
    </div>
  );
}
