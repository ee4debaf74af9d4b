import type { ProviderDefinition } from '../model/provider';
import type { AppSettings } from '../model/settings';
import type { ListedModel } from '../ports/wire';
import { azureProviders } from './azureProvider';
import { customProviders, type SettingProblem } from './customProvider';

/** A server that a person's settings name, with the models they say it has. */
export interface OwnServer {
  readonly definition: ProviderDefinition;
  readonly models: readonly ListedModel[];
}

/** The servers of all settings that name some, and what is wrong with the rest, by field. */
export function ownServers(settings: Pick<AppSettings, 'providers.custom' | 'providers.azure'>): { readonly providers: readonly OwnServer[]; readonly problems: readonly SettingProblem[] } {
  const custom = customProviders(settings['providers.custom']);
  const azure = azureProviders(settings['providers.azure'], new Set(custom.providers.map(({ definition }) => definition.id)));
  return {
    providers: [...custom.providers.map(({ definition, models }) => ({ definition, models: models.map((id) => ({ id })) })), ...azure.providers],
    problems: [...custom.problems, ...azure.problems],
  };
}
