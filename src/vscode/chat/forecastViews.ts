import { formatUsd, nano, type NanoDollars } from '../../core/model/money';
import type { Arm, ArmId } from '../../core/model/modelCard';
import type { StrategyName, WorkForecast } from '../../core/model/work';
import { t } from '../../shared/l10n';
import type { ArmChoice, ForecastView } from '../../shared/workProtocol';
import { tell, type TextContext } from '../failureTexts';
import { shortPrice } from '../providers/rows';

/** What is being typed, asked of several models: what is told of it before the start. */
export function forecastView(strategy: StrategyName, forecast: WorkForecast, context: TextContext, room?: NanoDollars): ForecastView {
  if (!forecast.ok) return { strategy, calls: '', usual: '', most: '', models: [], failure: tell(forecast.failure, context).sentence };
  const { arms, likely, high, calls } = forecast;
  const short = shortText(forecast, room);
  return {
    strategy,
    calls: plannedCalls(strategy, calls),
    usual: t('usually {0}', formatUsd(likely)),
    most: t('seldom over {0}', formatUsd(high)),
    models: arms.map((arm) => ({ name: t('{0} at {1}', arm.name, context.nameOf(arm.provider)), cost: formatUsd(arm.likely) })),
    ...(short === undefined ? {} : { short }),
  };
}

/** Undefined while the budgets have room for all of it, and without any. */
function shortText({ needed, worst }: Extract<WorkForecast, { ok: true }>, room: NanoDollars | undefined): string | undefined {
  const least = nano(Math.min(needed ?? 0, worst ?? 0));
  return room === undefined || least <= room ? undefined : t('Only {0} left in a budget, and {1} must be free: it may be refused, or done with less.', formatUsd(room), formatUsd(least));
}

/** Models to choose from, by name: each at its usual effort. */
export function armChoices(models: readonly { readonly id: ArmId; readonly arm: Arm }[], providerName: (id: string) => string, now: number): readonly ArmChoice[] {
  return models
    .filter(({ arm }) => arm.effort.isDefault)
    .map(({ id, arm: { card, offer } }) => ({ id, name: card.name, provider: providerName(offer.provider), price: shortPrice(offer, now) }))
    .toSorted((one, other) => one.name.localeCompare(other.name) || one.provider.localeCompare(other.provider));
}

/** Some end before all of it was needed. */
export function plannedCalls(strategy: StrategyName, calls: number): string {
  return strategy === 'cascade' || strategy === 'refine' ? t('up to {0}', callsText(calls)) : callsText(calls);
}

function callsText(calls: number): string {
  return calls === 1 ? t('1 call') : t('{0} calls', calls);
}
