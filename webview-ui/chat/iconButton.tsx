import { useEffect, useState } from 'preact/hooks';
import { codicon } from './codicon';

interface IconButtonProps {
  readonly icon: string;
  readonly label: string;
  /** Shown for a moment after a press, with a tick. */
  readonly done?: string;
  readonly class?: string;
  readonly disabled?: boolean;
  readonly expanded?: boolean;
  /** Makes it a button that stays pressed. */
  readonly pressed?: boolean;
  /** What pressing does, beyond the label. */
  readonly description?: string | undefined;
  readonly tabIndex?: number;
  readonly onPress: () => void;
}

const doneForMs = 1500;

/** A button with a codicon; its label is its name and its tooltip. */
export function IconButton({ icon, label, done, class: extra = '', disabled = false, expanded, pressed, description, tabIndex = 0, onPress }: IconButtonProps) {
  const [justDone, setJustDone] = useState(false);
  useEffect(() => {
    if (!justDone) return;
    const timer = setTimeout(() => setJustDone(false), doneForMs);
    return () => clearTimeout(timer);
  }, [justDone]);
  const name = justDone && done !== undefined ? done : label;
  return (
    <button
      type="button"
      class={`icon-button ${extra}`}
      aria-label={label}
      title={description === undefined || justDone ? name : `${name}. ${description}`}
      aria-description={description}
      disabled={disabled}
      tabIndex={tabIndex}
      {...(expanded === undefined ? {} : { 'aria-expanded': expanded })}
      {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
      onClick={() => {
        onPress();
        if (done !== undefined) setJustDone(true);
      }}
    >
      {codicon(justDone ? 'check' : icon)}
    </button>
  );
}
