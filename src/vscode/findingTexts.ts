import { type Finding, type Severity, severityOf } from '../core/model/finding';
import { t } from '../shared/l10n';
import { type ActionId, tell, type TextContext } from './failureTexts';

/** What can be done about a finding: an action of a failure's button, a setting to open, or a key to remove. */
type Fix = { readonly do: ActionId } | { readonly open: string } | { readonly removeKey: string };

export interface ToldFinding {
  readonly severity: Severity;
  /** What it is about, e.g. the name of a provider. */
  readonly subject: string;
  readonly sentence: string;
  readonly fix?: { readonly label: string } & Fix;
}

/** The sentence of every finding, and what mends it. */
export function tellFinding(finding: Finding, context: TextContext): ToldFinding {
  const severity = severityOf(finding);
  const found = (subject: string, sentence: string, label?: string, fix?: Fix): ToldFinding => ({ severity, subject, sentence, ...(label === undefined || fix === undefined ? {} : { fix: { label, ...fix } }) });
  switch (finding.kind) {
    case 'providerAnswers':
      return found(context.nameOf(finding.provider), finding.note === undefined ? t('answers; {0}.', counted(finding.models)) : t('answers ({0}); {1}.', finding.note, counted(finding.models)));
    case 'providerFails': {
      const { sentence, actions } = tell(finding.failure, context);
      const action = actions.find(({ id }) => id !== 'retry' && id !== 'checkProviders');
      return found(context.nameOf(finding.provider), sentence, action?.label, action && { do: action.id });
    }
    case 'providerWithoutModels':
      return found(context.nameOf(finding.provider), t('answers, but told no models. Refresh the list, or name its models in the settings.'), t('Refresh models'), { do: 'refreshModels' });
    case 'noProvider':
      return found(t('Providers'), t('None is set up, so nothing can be asked.'), t('Add a provider'), { do: 'addProvider' });
    case 'oneProvider':
      return found(t('Providers'), t('Only {0} is set up. When it fails, nothing can take over.', context.nameOf(finding.provider)), t('Add another'), { do: 'addProvider' });
    case 'demo':
      return found(t('Demo'), t('is on: answers are simulated, and no real model is asked.'), t('Use a real key'), { do: 'leaveDemo' });
    case 'pinUnknown':
      return found(t('Pinned model'), t('{0} is not offered by any provider that is set up, so every question fails.', finding.pinned), t('Choose automatically'), { do: 'unpin' });
    case 'pinExcluded':
      return found(t('Pinned model'), t('{0} is excluded by your own lists, so every question fails.', finding.pinned), t('Choose automatically'), { do: 'unpin' });
    case 'nothingAllowed':
      return found(t('Models'), t('All of them are excluded or not allowed by your settings, so every question fails.'), t('Open the list'), { open: 'farthing.models' });
    case 'noBudget':
      return found(t('Budget'), t('There is none, so nothing stops spending.'), t('Set a budget'), { do: 'setBudget' });
    case 'pricesUnknown':
      return found(context.nameOf(finding.provider), t(finding.models === 1 ? 'The price of {0} model is not known. It is not asked while a budget is set.' : 'The price of {0} models is not known. They are not asked while a budget is set.', finding.models), t('Set a price'), { do: 'openPrices' });
    case 'pricesOld':
      return found(context.nameOf(finding.provider), t('Its prices are of {0}.', finding.asOf), t('Refresh models'), { do: 'refreshModels' });
    case 'books': {
      const { sentence, actions } = tell(finding.failure, context);
      const action = actions.find(({ id }) => id !== 'retry');
      return found(t('Ledger'), sentence, action?.label, action && { do: action.id });
    }
    case 'keyWithoutProvider':
      return found(t('API key'), t('One is stored for {0}, which is not in the settings any more.', finding.keyName), t('Remove the key'), { removeKey: finding.keyName });
    case 'limitWithoutProvider':
      return found(t('Limit'), t('There is no provider with the id {0}, so its limits count for nobody.', finding.provider), t('Open the setting'), { open: 'farthing.providers.limits' });
    case 'profileUnread':
      return found(t('Prompts'), t('Their difficulty is judged by their length alone, because the trained profile could not be read ({0}) Install the extension again.', finding.problem), t('Show the log'), { do: 'showLog' });
    case 'classifierUnknown':
      return found(t('Classifier “{0}”', finding.label), t('It names {0}, which no provider that is set up offers.', finding.pattern), t('Open the setting'), { open: 'farthing.classifiers' });
    case 'setting':
      return found(finding.key.startsWith('farthing.') ? finding.key : `farthing.${finding.key}`, finding.sentence, t('Open the setting'), { open: finding.key });
    case 'variable':
      return found(finding.variable, t('The environment overrides the setting farthing.{0}.', finding.key), t('Open the setting'), { open: `farthing.${finding.key}` });
  }
}

function counted(models: number): string {
  return t(models === 1 ? '{0} model' : '{0} models', models);
}
