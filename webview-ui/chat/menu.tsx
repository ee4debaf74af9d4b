import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { codicon } from './codicon';
import './menu.css';

export interface MenuItem {
  readonly icon: string;
  readonly label: string;
  /** The key that does the same where the focus is, for people. */
  readonly shortcut?: string;
  readonly onPress: () => void;
}

interface MenuProps {
  /** Of the button. */
  readonly label: string;
  readonly items: readonly MenuItem[];
  readonly class?: string;
  readonly tabIndex?: number;
  /** Changes when the menu is to open without a press of its button. */
  readonly openRequests?: number;
}

/** A button with a menu: Up and Down, Home and End move, Enter does, Escape and Tab close. */
export function Menu({ label, items, class: extra = '', tabIndex = 0, openRequests = 0 }: MenuProps) {
  const id = useId();
  const root = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<'down' | 'up'>();
  const button = () => root.current?.querySelector<HTMLElement>('button');
  const entries = () => [...(root.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];

  const show = () => {
    const box = button()?.getBoundingClientRect();
    // Where there is more room.
    setOpen(box !== undefined && box.top > window.innerHeight / 2 ? 'up' : 'down');
  };
  const close = (focus: boolean) => {
    if (focus) button()?.focus();
    setOpen(undefined);
  };
  useLayoutEffect(() => {
    if (openRequests > 0) show();
  }, [openRequests]);
  useLayoutEffect(() => {
    if (open === undefined) return;
    entries()[0]?.focus();
    const outside = (event: Event) => {
      if (event.target instanceof Node && root.current?.contains(event.target) === false) close(false);
    };
    const leave = () => close(false);
    document.addEventListener('pointerdown', outside, true);
    window.addEventListener('blur', leave);
    return () => {
      document.removeEventListener('pointerdown', outside, true);
      window.removeEventListener('blur', leave);
    };
  }, [open]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (open === undefined) {
      if (event.key !== 'ArrowDown') return;
      show();
    } else {
      const all = entries();
      const at = all.findIndex((entry) => entry === document.activeElement);
      const next = { ArrowDown: (at + 1) % all.length, ArrowUp: (at - 1 + all.length) % all.length, Home: 0, End: all.length - 1 }[event.key];
      if (event.key === 'Escape') close(true);
      else if (event.key === 'Tab') return close(true);
      else if (next !== undefined) all[next]?.focus();
      else return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div ref={root} class={`menu-place ${extra}`} onKeyDown={onKeyDown}>
      <button type="button" class="icon-button" aria-label={label} title={label} aria-haspopup="menu" aria-expanded={open !== undefined} aria-controls={id} tabIndex={tabIndex} onClick={() => (open === undefined ? show() : close(true))}>
        {codicon('ellipsis')}
      </button>
      {open === undefined ? null : (
        <div id={id} class={`menu menu-${open}`} role="menu" aria-label={label}>
          {items.map(({ icon, label: name, shortcut, onPress }) => (
            <button
              key={name}
              type="button"
              role="menuitem"
              class="menu-item"
              tabIndex={-1}
              aria-keyshortcuts={shortcut}
              onClick={() => {
                // First: what is done may put the focus elsewhere.
                close(true);
                onPress();
              }}
              onPointerMove={(event) => event.currentTarget.focus()}
            >
              {codicon(icon)}
              <span class="menu-label">{name}</span>
              {shortcut === undefined ? null : <span class="menu-shortcut" aria-hidden="true">{shortcut}</span>}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
