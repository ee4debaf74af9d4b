import { t } from '../../src/shared/l10n';
import type { ArmChoice, StrategyView, WorkWishView } from '../../src/shared/workProtocol';
import { ModelChoice, mostModels } from './modelChoice';
import { Stepper } from './stepper';
import './strategyPicker.css';

/** Ways to ask several models, in the order in which they are offered. */
export const strategies: readonly { readonly value: StrategyView; readonly icon: string; readonly label: () => string; readonly meaning: () => string }[] = [
  { value: 'compare', icon: 'split-horizontal', label: () => t('Compare'), meaning: () => t('Several models answer side by side, and you keep one.') },
  { value: 'consensus', icon: 'combine', label: () => t('Consensus'), meaning: () => t('Several models answer by themselves; what they agree on becomes one answer.') },
  { value: 'refine', icon: 'sync', label: () => t('Refine'), meaning: () => t('One model answers, others criticise, and it improves its answer.') },
  { value: 'cascade', icon: 'arrow-up', label: () => t('Cheap first'), meaning: () => t('A cheap model answers; a better one only where that is not good enough.') },
];

/** What holds when nothing is said; as docs/orchestration.md has it. */
const usual = { models: 3, rounds: 3, enough: 0.9 } as const;
const fewest = 2;

interface WishOptionsProps {
  readonly wish: WorkWishView;
  readonly onWish: (wish: WorkWishView) => void;
  /** Undefined until they are there. */
  readonly arms: readonly ArmChoice[] | undefined;
  /** The models are wanted. */
  readonly onArms: () => void;
}

/** The options that matter for one way of asking. */
export function WishOptions({ wish, onWish, arms, onArms }: WishOptionsProps) {
  const { strategy } = wish;
  const chosen = wish.arms ?? [];
  return (
    <div class="wish-options">
      <ModelChoice strategy={strategy} chosen={chosen} arms={arms} onArms={onArms} onChoose={(next) => onWish(withArms(wish, next))} />
      {strategy === 'refine' || chosen.length > 0 ? null : (
        <Stepper label={strategy === 'cascade' ? t('Models at most') : t('Models')} value={wish.models ?? (strategy === 'cascade' ? fewest : usual.models)} least={fewest} most={strategy === 'cascade' ? 3 : mostModels} onChange={(models) => onWish({ ...wish, models })} />
      )}
      {strategy === 'refine' ? (
        <>
          <Stepper label={t('Rounds at most')} value={wish.rounds ?? usual.rounds} least={1} most={10} onChange={(rounds) => onWish({ ...wish, rounds })} />
          <Stepper label={t('Done at a score of')} value={Math.round(100 * (wish.enough ?? usual.enough))} least={50} most={100} step={5} unit=" %" onChange={(percent) => onWish({ ...wish, enough: percent / 100 })} />
        </>
      ) : null}
      {strategy === 'compare' ? (
        <label class="wish-check">
          <input type="checkbox" checked={wish.blind ?? false} onChange={(event) => onWish({ ...wish, blind: event.currentTarget.checked })} />
          <span>
            {t('Blind')} <span class="muted">{t('names show once you have voted')}</span>
          </span>
        </label>
      ) : null}
    </div>
  );
}

function withArms({ arms: _before, ...wish }: WorkWishView, arms: readonly string[]): WorkWishView {
  return arms.length === 0 ? wish : { ...wish, arms: [...arms] };
}
