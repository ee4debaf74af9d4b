import { type Finding, type Severity, severityOf } from '../core/model/finding';
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
      return found(context.nameOf(finding.provider), `answers${finding.note === undefined ? '' : ` (${finding.note})`}; ${counted(finding.models, 'model')}.`);
    case 'providerFails': {
      const { sentence, actions } = tell(finding.failure, context);
      const action = actions.find(({ id }) => id !== 'retry' && id !== 'checkProviders');
      return found(context.nameOf(finding.provider), sentence, action?.label, action && { do: action.id });
    }
    case 'providerWithoutModels':
      return found(context.nameOf(finding.provider), 'answers, but told no models. Refresh the list, or name its models in the settings.', 'Refresh models', { do: 'refreshModels' });
    case 'noProvider':
      return found('Providers', 'None is set up, so nothing can be asked.', 'Add a provider', { do: 'addProvider' });
    case 'oneProvider':
      return found('Providers', `Only ${context.nameOf(finding.provider)} is set up. When it fails, nothing can take over.`, 'Add another', { do: 'addProvider' });
    case 'demo':
      return found('Demo', 'is on: answers are simulated, and no real model is asked.', 'Use a real key', { do: 'leaveDemo' });
    case 'pinUnknown':
      return found('Pinned model', `${finding.pinned} is not offered by any provider that is set up, so every question fails.`, 'Choose automatically', { do: 'unpin' });
    case 'pinExcluded':
      return found('Pinned model', `${finding.pinned} is excluded by your own lists, so every question fails.`, 'Choose automatically', { do: 'unpin' });
    case 'nothingAllowed':
      return found('Models', 'All of them are excluded or not allowed by your settings, so every question fails.', 'Open the list', { open: 'farthing.models' });
    case 'noBudget':
      return found('Budget', 'There is none, so nothing stops spending.', 'Set a budget', { do: 'setBudget' });
    case 'pricesUnknown':
      return found(context.nameOf(finding.provider), `The price of ${counted(finding.models, 'model')} is not known. ${finding.models === 1 ? 'It is' : 'They are'} not asked while a budget is set.`, 'Set a price', { do: 'openPrices' });
    case 'pricesOld':
      return found(context.nameOf(finding.provider), `Its prices are of ${finding.asOf}.`, 'Refresh models', { do: 'refreshModels' });
    case 'books': {
      const { sentence, actions } = tell(finding.failure, context);
      const action = actions.find(({ id }) => id !== 'retry');
      return found('Ledger', sentence, action?.label, action && { do: action.id });
    }
    case 'keyWithoutProvider':
      return found('API key', `One is stored for ${finding.keyName}, which is not in the settings any more.`, 'Remove the key', { removeKey: finding.keyName });
    case 'limitWithoutProvider':
      return found('Limit', `There is no provider with the id ${finding.provider}, so its limits count for nobody.`, 'Open the setting', { open: 'farthing.providers.limits' });
    case 'profileUnread':
      return found('Prompts', `Their difficulty is judged by their length alone, because the trained profile could not be read (${finding.problem}) Install the extension again.`, 'Show the log', { do: 'showLog' });
    case 'classifierUnknown':
      return found(`Classifier “${finding.label}”`, `It names ${finding.pattern}, which no provider that is set up offers.`, 'Open the setting', { open: 'farthing.classifiers' });
    case 'setting':
      return found(finding.key.startsWith('farthing.') ? finding.key : `farthing.${finding.key}`, finding.sentence.replace(/^The setting \S+ is/, 'It is'), 'Open the setting', { open: finding.key });
    case 'variable':
      return found(finding.variable, `The environment overrides the setting farthing.${finding.key}.`, 'Open the setting', { open: `farthing.${finding.key}` });
  }
}

function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
