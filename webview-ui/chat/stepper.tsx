import { useId } from 'preact/hooks';
import { t } from '../../src/shared/l10n';
import { IconButton } from './iconButton';

interface StepperProps {
  readonly label: string;
  readonly value: number;
  readonly least: number;
  readonly most: number;
  readonly step?: number;
  readonly unit?: string;
  readonly onChange: (value: number) => void;
}

/** A number between two buttons; Up and Down change it as well. */
export function Stepper({ label, value, least, most, step = 1, unit = '', onChange }: StepperProps) {
  const id = useId();
  const move = (by: number) => onChange(Math.min(most, Math.max(least, value + by)));
  return (
    <div class="stepper">
      <span id={id}>{label}</span>
      <span class="spacer" />
      <IconButton icon="remove" label={t('{0}: less', label)} disabled={value <= least} onPress={() => move(-step)} />
      <output
        role="spinbutton"
        tabIndex={0}
        aria-labelledby={id}
        aria-valuenow={value}
        aria-valuemin={least}
        aria-valuemax={most}
        aria-valuetext={`${value}${unit}`}
        onKeyDown={(event) => {
          const by = event.key === 'ArrowUp' || event.key === 'ArrowRight' ? step : event.key === 'ArrowDown' || event.key === 'ArrowLeft' ? -step : 0;
          if (by === 0) return;
          event.preventDefault();
          move(by);
        }}
      >
        {value}
        {unit}
      </output>
      <IconButton icon="add" label={t('{0}: more', label)} disabled={value >= most} onPress={() => move(step)} />
    </div>
  );
}
