import { t } from '../../src/shared/l10n';
import type { BudgetView } from '../../src/shared/protocol';
import { useId, useState } from 'preact/hooks';
import { makeVisible } from '../../src/shared/visibleText';
import { codicon } from './codicon';
import { usePage } from './page';

function inWords(level: BudgetView['level']): string {
  return { ok: t('within the limit'), warn: t('over 75 % used'), high: t('over 90 % used'), over: t('limit reached') }[level];
}

/** The budget nearest to its limit in one line; all of them on request. */
export function BudgetBar({ budgets }: { budgets: readonly BudgetView[] }) {
  const { perform } = usePage();
  const [open, setOpen] = useState(false);
  const id = useId();
  const tightest = tightestOf(budgets);
  if (tightest === undefined) return null;
  const hasLimit = budgets.some((budget) => budget.percent !== undefined);
  return (
    <section class={`budget budget-${tightest.level}`} aria-label={t('Budget')}>
      <button type="button" class="budget-button" aria-expanded={open} aria-controls={id} title={makeVisible(tightest.resets)} onClick={() => setOpen(!open)}>
        <span class="budget-text">
          <span class="budget-amount">{makeVisible(tightest.text)}</span> {makeVisible(tightest.label)}
        </span>
        {tightest.level === 'ok' ? null : <span class="budget-level">{inWords(tightest.level)}</span>}
        {codicon(open ? 'chevron-up' : 'chevron-down')}
      </button>
      <Meter budget={tightest} />
      <div id={id} class="budget-all" hidden={!open}>
        {open ? (
          <>
            <ul>
              {budgets.map((budget) => (
                <li key={budget.label} class={`budget-${budget.level}`}>
                  <span class="budget-row">
                    <span class="budget-label">{makeVisible(budget.label)}</span>
                    <span class="budget-amount">{makeVisible(budget.text)}</span>
                  </span>
                  <Meter budget={budget} />
                  <span class="muted">{budget.percent === undefined ? t('No limit') : `${Math.round(budget.percent)} %${budget.resets === '' ? '' : ` · ${makeVisible(budget.resets)}`}`}</span>
                </li>
              ))}
            </ul>
            <button type="button" class="button secondary" onClick={() => perform({ type: 'action', action: 'setBudget' })}>
              {hasLimit ? t('Change budgets') : t('Set a budget')}
            </button>
          </>
        ) : null}
      </div>
    </section>
  );
}

function Meter({ budget }: { budget: BudgetView }) {
  if (budget.percent === undefined) return null;
  const shown = Math.min(100, Math.max(0, budget.percent));
  return (
    <div
      class="meter"
      role="meter"
      aria-label={t('Budget {0}', makeVisible(budget.label))}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(shown)}
      aria-valuetext={`${makeVisible(budget.text)}, ${inWords(budget.level)}`}
    >
      <div class="meter-fill" style={{ width: `${shown}%` }} />
    </div>
  );
}

/** The one with the largest share used; without any limit, the first. */
export function tightestOf(budgets: readonly BudgetView[]): BudgetView | undefined {
  let tightest = budgets[0];
  for (const budget of budgets) {
    if ((budget.percent ?? -1) > (tightest?.percent ?? -1)) tightest = budget;
  }
  return tightest;
}
