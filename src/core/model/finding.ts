import type { Failure } from './failure';

/**
 * One thing found about how Farthing is set up. Closed, so that each has its sentence and its fix. Only `providerAnswers`
 * says that all is well.
 */
export type Finding =
  | { readonly kind: 'providerAnswers'; readonly provider: string; readonly note?: string; readonly models: number }
  | { readonly kind: 'providerFails'; readonly provider: string; readonly failure: Failure }
  | { readonly kind: 'providerWithoutModels'; readonly provider: string }
  | { readonly kind: 'noProvider' }
  /** Nothing can take over when it fails. */
  | { readonly kind: 'oneProvider'; readonly provider: string }
  | { readonly kind: 'demo' }
  | { readonly kind: 'pinUnknown'; readonly pinned: string }
  | { readonly kind: 'pinExcluded'; readonly pinned: string }
  | { readonly kind: 'nothingAllowed' }
  | { readonly kind: 'noBudget' }
  /** Models that a budget keeps out because nobody knows what they cost. */
  | { readonly kind: 'pricesUnknown'; readonly provider: string; readonly models: number }
  | { readonly kind: 'pricesOld'; readonly provider: string; readonly asOf: string }
  | { readonly kind: 'books'; readonly failure: Failure }
  /** A key stored for an address that is no longer set. */
  | { readonly kind: 'keyWithoutProvider'; readonly keyName: string }
  /** Limits for a provider that there is not: a typing error would be no limit at all. */
  | { readonly kind: 'limitWithoutProvider'; readonly provider: string }
  /** Prompts are judged by their length alone, because the trained profile could not be read. */
  | { readonly kind: 'profileUnread'; readonly problem: string }
  /** A classifier of the person's own wants a model that nobody offers. */
  | { readonly kind: 'classifierUnknown'; readonly label: string; readonly pattern: string }
  | { readonly kind: 'setting'; readonly key: string; readonly sentence: string }
  | { readonly kind: 'variable'; readonly key: string; readonly variable: string };

export type Severity = 'error' | 'warning' | 'note' | 'ok';

/** Error: nothing, or not what was wished for, is asked. Warning: it works worse or dearer than it could. */
export function severityOf({ kind }: Finding): Severity {
  switch (kind) {
    case 'noProvider':
    case 'providerFails':
    case 'pinUnknown':
    case 'pinExcluded':
    case 'nothingAllowed':
    case 'books':
      return 'error';
    case 'setting':
    case 'noBudget':
    case 'providerWithoutModels':
    case 'pricesUnknown':
    case 'pricesOld':
    case 'limitWithoutProvider':
    case 'profileUnread':
    case 'classifierUnknown':
      return 'warning';
    case 'oneProvider':
    case 'demo':
    case 'keyWithoutProvider':
    case 'variable':
      return 'note';
    case 'providerAnswers':
      return 'ok';
  }
}
