import { makeVisible } from '../../src/shared/visibleText';

interface ActionButtonsProps {
  readonly actions: readonly { readonly id: string; readonly label: string }[];
  readonly onPress: (id: string) => void;
}

/** What can be done about a failure, the first before all. */
export function ActionButtons({ actions, onPress }: ActionButtonsProps) {
  if (actions.length === 0) return null;
  return (
    <p class="buttons">
      {actions.map(({ id, label }, index) => (
        <button key={id} type="button" class={index === 0 ? 'button' : 'button secondary'} onClick={() => onPress(id)}>
          {makeVisible(label)}
        </button>
      ))}
    </p>
  );
}
