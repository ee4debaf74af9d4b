import { formatPerMillion, formatUsd } from '../core/model/money';
import { type BadPlugin, pathText, type PluginPreview, type PluginProblem, type ProviderPlugin } from '../core/model/plugin';
import type { PluginSource, ProviderDefinition, WireName } from '../core/model/provider';
import { t } from '../shared/l10n';
import { plainText } from './plainText';

const mostModels = 8;
const mostProblems = 3;

/** Names that their makers gave them, the same in every language. */
const protocols: Readonly<Partial<Record<WireName, string>>> = { openaiChat: 'OpenAI chat completions', openaiResponses: 'OpenAI responses', anthropicMessages: 'Anthropic messages' };

/** The question before a plug-in is installed, and everything it would be able to do. */
export function previewText({ plugin, replaces }: PluginPreview): { readonly question: string; readonly detail: string; readonly confirm: string } {
  const { definition } = plugin;
  const before = replaces?.plugin;
  if (!before) {
    const parts = [rowsOf(plugin).map(([label, value]) => `${label}: ${value}`).join('\n'), ...(replaces ? [t('It replaces the file {0}, which is not valid.', replaces.file)] : []), t('It is data and runs no code.')];
    return { question: plainText(t('Install the provider {0}?', definition.name)), detail: parts.join('\n\n'), confirm: t('Install') };
  }
  const old = new Map(rowsOf(before));
  const changes = rowsOf(plugin).flatMap(([label, value]) => (old.get(label) === value ? [] : [`${label}: ${value}\n    ${t('before: {0}', old.get(label) ?? t('nothing'))}`]));
  const now = new Set(rowsOf(plugin).map(([label]) => label));
  const dropped = [...old].flatMap(([label, value]) => (now.has(label) ? [] : [`${label}: ${t('nothing')}\n    ${t('before: {0}', value)}`]));
  const moved = definition.keyName === before.definition.keyName ? [] : [t('Its host changes. A key that is stored for the old host is not sent to the new one: you will have to set a key again.')];
  return {
    question: plainText(t('Update the provider {0}?', definition.name)),
    detail: [changes.length + dropped.length === 0 ? t('Nothing of it changes that you would notice.') : `${t('This changes:')}\n${[...changes, ...dropped].join('\n')}`, ...moved].join('\n\n'),
    confirm: t('Update'),
  };
}

/** What a plug-in is and does, a label and a value each. Undefined parts are left out. */
function rowsOf({ definition, models }: ProviderPlugin): readonly (readonly [label: string, value: string])[] {
  const { host } = new URL(definition.baseUrl);
  const rows: readonly (readonly [string, string | undefined])[] = [
    [t('Name'), `${definition.name} (${definition.id})`],
    [t('Sends your prompts to'), definition.local ? t('{0}, on this machine', host) : host],
    [t('Address'), `${definition.baseUrl}, ${protocols[definition.wire] ?? definition.wire}`],
    [t('Key'), definition.auth === 'none' ? t('none; it can be asked at once') : t('the one you enter for it, sent to {0} only', host)],
    [t('Offers keys found in the environment as'), definition.environmentKeys.length === 0 ? undefined : definition.environmentKeys.join(', ')],
    [t('Costs'), definition.free === true ? t('nothing, as it says of itself; no budget counts it') : undefined],
    [t('Models'), modelsText({ definition, models })],
    [t('Adds to each request'), additionsText(definition)],
    [t('Links to'), pagesText(definition)],
  ];
  return rows.flatMap(([label, value]) => (value === undefined ? [] : [[label, plainText(value)] as const]));
}

function modelsText({ definition, models }: ProviderPlugin): string {
  const listed = definition.modelsPath === undefined ? '' : t('what the provider lists');
  if (models.length === 0) return listed;
  const priceText = (price: ProviderPlugin['models'][number]['price']): string => {
    if (definition.free === true) return t('free');
    if (!price) return t('price unknown');
    const perTokens = t('{0} in, {1} out per 1M tokens', formatPerMillion(price.input), formatPerMillion(price.output));
    return price.perCall === undefined ? perTokens : t('{0}, {1} a call', perTokens, formatUsd(price.perCall));
  };
  const rows = [...models.slice(0, mostModels).map(({ id, price }) => `${id} (${priceText(price)})`), ...(models.length > mostModels ? [t('{0} more', models.length - mostModels)] : [])];
  const asOf = models.find(({ price }) => price !== undefined)?.price?.asOf;
  return [rows.join(', '), ...(asOf === undefined ? [] : [t('prices as the plug-in states them, of {0}', asOf)]), ...(listed === '' ? [] : [listed])].join('; ');
}

function additionsText({ extraHeaders, extraBody }: ProviderDefinition): string | undefined {
  const parts = [...Object.entries(extraHeaders).map(([name, value]) => t('header {0}: {1}', name, value)), ...Object.entries(extraBody).map(([name, value]) => `${name} = ${JSON.stringify(value)}`)];
  return parts.length === 0 ? undefined : parts.join(', ');
}

function pagesText({ keyUrl, billingUrl, statusUrl }: ProviderDefinition): string | undefined {
  const hosts = new Set([keyUrl, billingUrl, statusUrl].flatMap((page) => (page === undefined ? [] : [new URL(page).host])));
  return hosts.size === 0 ? undefined : [...hosts].join(', ');
}

/** The first problems in one sentence each; the log has all. */
export function problemsText(problems: readonly PluginProblem[]): string {
  const sentences = problems.slice(0, mostProblems).map(problemText);
  return plainText([...sentences, ...(problems.length > mostProblems ? [t('And {0} more.', problems.length - mostProblems)] : [])].join(' '));
}

/** Of the format of a file, which is English like its schema: for its author, in the log and beside the line. */
export function problemText({ path, message }: PluginProblem): string {
  return `${path.length === 0 ? 'It' : pathText(path)} ${message}.`;
}

export function badText({ source, problems }: BadPlugin): string {
  const sentence = source.kind === 'file' ? t('The provider plug-in {0} is not in force.', source.file) : t('The provider of the extension {0} is not in force.', source.extension);
  return `${sentence} ${problemsText(problems)}`;
}

/** Whose a provider is, for lists; undefined for Farthing's own and the person's. */
export function originText(origin: PluginSource | undefined): string | undefined {
  if (!origin) return undefined;
  return origin.kind === 'file' ? t('plug-in {0}', origin.file) : t('extension {0}', origin.extension);
}
