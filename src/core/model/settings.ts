import type { AtLimit } from './budget';
import type { ProviderLimits } from './providerLimits';
import type { Quality } from './route';

/** The settings the core reads, already checked. Amounts in USD, as the person wrote them; `null` is no limit. */
export interface AppSettings {
  readonly 'demo.enabled': boolean;
  readonly 'ollama.enabled': boolean;
  readonly 'editorModels.enabled': boolean;
  readonly quality: Quality;
  readonly 'budget.day': number | null;
  readonly 'budget.week': number | null;
  readonly 'budget.month': number | null;
  readonly 'budget.conversation': number | null;
  readonly 'budget.atLimit': AtLimit;
  readonly 'budget.weekStartsOn': 'monday' | 'sunday' | 'saturday';
  readonly classifiers: readonly unknown[];
  readonly 'models.pinned': string;
  readonly 'models.allowed': readonly string[];
  readonly 'models.excluded': readonly string[];
  readonly maxOutputTokens: number;
  readonly 'agents.maxOutputTokens': number;
  readonly 'providers.custom': unknown;
  readonly 'providers.azure': unknown;
  readonly 'providers.limits': Readonly<Record<string, ProviderLimits>>;
  readonly prices: unknown;
  readonly 'timeouts.firstTokenSeconds': number;
  readonly 'timeouts.idleSeconds': number;
  readonly 'offline.localModels': boolean;
  readonly 'statusBar.visible': boolean;
  /** Share of answered questions that a cheaper model is tried on, and the most that may cost in a month, in USD. */
  readonly 'shadow.share': number;
  readonly 'shadow.monthlyUsd': number;
  readonly 'keys.offerFound': boolean;
  readonly 'learning.enabled': boolean;
  readonly 'titles.enabled': boolean;
}
