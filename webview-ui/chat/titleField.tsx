import { useLayoutEffect, useRef } from 'preact/hooks';

interface TitleFieldProps {
  readonly title: string;
  readonly label: string;
  /** The new title, or undefined when it stays. Called once. */
  readonly onEnd: (title: string | undefined) => void;
}

const longestTitle = 200;

/** Where a title is changed in its place: Enter keeps the new one, as does going elsewhere; Escape the old one. */
export function TitleField({ title, label, onEnd }: TitleFieldProps) {
  const field = useRef<HTMLInputElement>(null);
  const ended = useRef(false);
  useLayoutEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);
  const end = (keep: boolean) => {
    if (ended.current) return;
    ended.current = true;
    const written = field.current?.value.trim() ?? '';
    onEnd(keep && written !== '' && written !== title ? written : undefined);
  };
  return (
    <input
      ref={field}
      class="title-field"
      type="text"
      maxLength={longestTitle}
      defaultValue={title}
      aria-label={label}
      onBlur={() => end(true)}
      onKeyDown={(event) => {
        // Neither the list nor the editor has to hear what is typed.
        event.stopPropagation();
        if (event.isComposing || (event.key !== 'Enter' && event.key !== 'Escape')) return;
        event.preventDefault();
        end(event.key === 'Enter');
      }}
    />
  );
}
