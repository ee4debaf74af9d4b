import { formatPerMillion, formatUsd } from '../core/model/money';
import { type BadPlugin, pathText, type PluginPreview, type PluginProblem, type ProviderPlugin } from '../core/model/plugin';
import type { PluginSource, ProviderDefinition, WireName } from '../core/model/provider';
import { plainText } from './plainText';

const mostModels = 8;
const mostProblems = 3;

const protocols: Readonly<Partial<Record<WireName, string>>> = { openaiChat: 'OpenAI chat completions', openaiResponses: 'OpenAI responses', anthropicMessages: 'Anthropic messages' };

/** The question before a plug-in is installed, and everything it would be able to do. */
export function previewText({ plugin, replaces }: PluginPreview): { readonly question: string; readonly detail: string; readonly confirm: string } {
  const { definition } = plugin;
  const before = replaces?.plugin;
  if (!before) {
    const replaced = replaces ? `\n\nIt replaces the file ${replaces.file}, which is not valid.` : '';
    return { question: plainText(`Install the provider ${definition.name}?`), detail: `${rowsOf(plugin).map(([label, value]) => `${label}: ${value}`).join('\n')}${replaced}\n\nIt is data and runs no code.`, confirm: 'Install' };
  }
  const old = new Map(rowsOf(before));
  const changes = rowsOf(plugin).flatMap(([label, value]) => (old.get(label) === value ? [] : [`${label}: ${value}\n    before: ${old.get(label) ?? 'nothing'}`]));
  const now = new Set(rowsOf(plugin).map(([label]) => label));
  const dropped = [...old].flatMap(([label, value]) => (now.has(label) ? [] : [`${label}: nothing\n    before: ${value}`]));
  const moved = definition.keyName === before.definition.keyName ? '' : '\n\nIts host changes. A key that is stored for the old host is not sent to the new one: you will have to set a key again.';
  return {
    question: plainText(`Update the provider ${definition.name}?`),
    detail: `${changes.length + dropped.length === 0 ? 'Nothing of it changes that you would notice.' : `This changes:\n${[...changes, ...dropped].join('\n')}`}${moved}`,
    confirm: 'Update',
  };
}

/** What a plug-in is and does, a label and a value each. Undefined parts are left out. */
function rowsOf({ definition, models }: ProviderPlugin): readonly (readonly [label: string, value: string])[] {
  const { host } = new URL(definition.baseUrl);
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['Name', `${definition.name} (${definition.id})`],
    ['Sends your prompts to', `${host}${definition.local ? ', on this machine' : ''}`],
    ['Address', `${definition.baseUrl}, ${protocols[definition.wire] ?? definition.wire}`],
    ['Key', definition.auth === 'none' ? 'none; it can be asked at once' : `the one you enter for it, sent to ${host} only`],
    ['Offers keys found in the environment as', definition.environmentKeys.length === 0 ? undefined : definition.environmentKeys.join(', ')],
    ['Costs', definition.free === true ? 'nothing, as it says of itself; no budget counts it' : undefined],
    ['Models', modelsText({ definition, models })],
    ['Adds to each request', additionsText(definition)],
    ['Links to', pagesText(definition)],
  ];
  return rows.flatMap(([label, value]) => (value === undefined ? [] : [[label, plainText(value)] as const]));
}

function modelsText({ definition, models }: ProviderPlugin): string {
  const listed = definition.modelsPath === undefined ? '' : 'what the provider lists';
  if (models.length === 0) return listed;
  const rows = models.slice(0, mostModels).map(({ id, price }) => `${id} (${definition.free === true ? 'free' : price ? `${formatPerMillion(price.input)} in, ${formatPerMillion(price.output)} out per 1M tokens${price.perCall === undefined ? '' : `, ${formatUsd(price.perCall)} a call`}` : 'price unknown'})`);
  const more = models.length > mostModels ? `, ${models.length - mostModels} more` : '';
  const asOf = models.find(({ price }) => price !== undefined)?.price?.asOf;
  return `${rows.join(', ')}${more}${asOf === undefined ? '' : `; prices as the plug-in states them, of ${asOf}`}${listed === '' ? '' : `; ${listed}`}`;
}

function additionsText({ extraHeaders, extraBody }: ProviderDefinition): string | undefined {
  const parts = [...Object.entries(extraHeaders).map(([name, value]) => `header ${name}: ${value}`), ...Object.entries(extraBody).map(([name, value]) => `${name} = ${JSON.stringify(value)}`)];
  return parts.length === 0 ? undefined : parts.join(', ');
}

function pagesText({ keyUrl, billingUrl, statusUrl }: ProviderDefinition): string | undefined {
  const hosts = new Set([keyUrl, billingUrl, statusUrl].flatMap((page) => (page === undefined ? [] : [new URL(page).host])));
  return hosts.size === 0 ? undefined : [...hosts].join(', ');
}

/** The first problems in one sentence each; the log has all. */
export function problemsText(problems: readonly PluginProblem[]): string {
  const sentences = problems.slice(0, mostProblems).map(problemText);
  return plainText([...sentences, ...(problems.length > mostProblems ? [`And ${problems.length - mostProblems} more.`] : [])].join(' '));
}

export function problemText({ path, message }: PluginProblem): string {
  return `${path.length === 0 ? 'It' : pathText(path)} ${message}.`;
}

export function badText({ source, problems }: BadPlugin): string {
  return `${source.kind === 'file' ? `The provider plug-in ${source.file}` : `The provider of the extension ${source.extension}`} is not in force. ${problemsText(problems)}`;
}

/** Whose a provider is, for lists; undefined for Farthing's own and the person's. */
export function originText(origin: PluginSource | undefined): string | undefined {
  if (!origin) return undefined;
  return origin.kind === 'file' ? `plug-in ${origin.file}` : `extension ${origin.extension}`;
}
