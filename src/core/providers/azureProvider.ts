import * as z from 'zod/mini';
import { inEnglish } from '../catalog/inEnglish';
import type { ModelTraits, ProviderDefinition } from '../model/provider';
import type { ListedModel } from '../ports/wire';
import { addressText, checkedAddress, type Parsed, problemsOf, providerNames, readEach, type SettingProblem } from './customProvider';
import { builtInProviders, openAiCompatible, openaiReasoningModels } from './definitions';

/** An Azure OpenAI resource from settings, with what is deployed in it. */
export interface AzureProvider {
  readonly definition: ProviderDefinition;
  readonly models: readonly ListedModel[];
}

/** Whose models they are. */
const openai = builtInProviders.find(({ id }) => id === 'openai');

/** Models that answer in the Responses protocol alone. */
const onlyResponses = /codex|-pro(?:$|-)/;

const azureSchema = z.strictObject({
  ...providerNames,
  endpoint: z.pipe(addressText, z.transform(checkedEndpoint)),
  apiVersion: z._default(z.string().check(z.regex(/^(?:v1|\d{4}-\d{2}-\d{2}(?:-preview)?)$/, 'must be v1, or a dated version such as 2024-10-21')), 'v1'),
  deployments: z
    .record(z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be the name of a deployment: letters, digits, dots, dashes')), z.string().check(z.trim(), z.minLength(1), z.maxLength(200)))
    .check(z.refine((deployments) => Object.keys(deployments).length > 0, { error: 'must name at least one deployment' })),
});

type AzureFields = z.infer<typeof azureSchema>;

/** Reads the whole setting; a bad entry or a repeated id is reported and left out, the others stand. */
export function azureProviders(value: unknown, taken: ReadonlySet<string>, field = 'farthing.providers.azure'): { readonly providers: readonly AzureProvider[]; readonly problems: readonly SettingProblem[] } {
  return readEach(value, field, azureProvider, taken);
}

/**
 * Reads one entry. What is sent is the name of the deployment, and what is known by it is the model: its price, which
 * Azure's Global Standard shares with OpenAI, its ability and its limits. `field` names the entry in problems.
 */
export function azureProvider(value: unknown, field = 'resource'): Parsed<AzureProvider> {
  const read = azureSchema.safeParse(value, inEnglish);
  if (!read.success) return { ok: false, problems: problemsOf(read.error, field) };
  const { id, name, endpoint, apiVersion } = read.data;
  const deployments = Object.entries(read.data.deployments).map(([deployment, model]) => ({ deployment, model: modelNameOf(model) }));
  const unanswered = apiVersion === 'v1' ? [] : deployments.filter(({ model }) => onlyResponses.test(model));
  if (unanswered.length > 0) return { ok: false, problems: unanswered.map(({ deployment, model }) => ({ field: `${field}.deployments.${deployment}`, message: `${model} answers only where apiVersion is v1` })) };
  const { host } = new URL(endpoint);
  const reasoning = deployments.filter(({ model }) => openaiReasoningModels.test(model));
  const definition: ProviderDefinition = {
    ...openAiCompatible({ id, name: name ?? `Azure OpenAI (${host.split('.')[0]})`, baseUrl: endpoint, auth: 'apiKey', local: false }),
    keyName: `${id}@${host}`,
    keyUrl: 'https://portal.azure.com/#view/Microsoft_Azure_ProjectOxford/CognitiveServicesHub/~/OpenAI',
    billingUrl: 'https://portal.azure.com/#view/Microsoft_Azure_CostManagement/Menu/~/costanalysis',
    statusUrl: 'https://azure.status.microsoft',
    effortField: 'reasoning_effort',
    // What it lists are the models that could be deployed, not those that are.
    modelsPath: undefined,
    sellsModelsOf: 'openai',
    ...(openai?.otherWireModels === undefined ? {} : { otherWireModels: openai.otherWireModels }),
    ...surfaceOf(read.data, reasoning.map(({ deployment }) => deployment)),
    modelTraits: deployments.flatMap((one) => traitsOf(one, apiVersion)),
  };
  return { ok: true, value: { definition, models: deployments.map(({ deployment, model }) => ({ id: deployment, model })) } };
}

/**
 * The v1 interface has OpenAI's own paths, and the Responses protocol. A dated one has the deployment in its path, and
 * here chat completions only.
 */
function surfaceOf({ endpoint, apiVersion }: Pick<AzureFields, 'endpoint' | 'apiVersion'>, reasoning: readonly string[]): Pick<ProviderDefinition, 'baseUrl' | 'keyCheckPath'> & Partial<ProviderDefinition> {
  if (apiVersion === 'v1') return { baseUrl: `${endpoint}/openai/v1`, keyCheckPath: '/models', modelWires: [{ models: oneOf(reasoning), wire: 'openaiResponses' }] };
  const query = `?api-version=${apiVersion}`;
  // Where the Responses protocol is wanted for tools beside an effort, the effort is given up.
  return { baseUrl: `${endpoint}/openai`, keyCheckPath: `/models${query}`, chatPath: `/deployments/{model}/chat/completions${query}`, effortWithTools: false };
}

/** What OpenAI's definition says of the model, under the name of its deployment. */
function traitsOf({ deployment, model }: { readonly deployment: string; readonly model: string }, apiVersion: string): readonly ModelTraits[] {
  const traits = openai?.modelTraits?.find(({ models }) => models.test(model));
  // Older versions refuse this field for the others, and every version the other field for these.
  const limit = apiVersion !== 'v1' && openaiReasoningModels.test(model) ? { outputLimitField: 'max_completion_tokens' as const } : {};
  return traits === undefined && !('outputLimitField' in limit) ? [] : [{ ...traits, ...limit, models: oneOf([deployment]) }];
}

function oneOf(deployments: readonly string[]): ModelTraits['models'] {
  return { test: (model) => deployments.includes(model) };
}

/** Azure cannot have a dot in this one. */
function modelNameOf(model: string): string {
  return model.replace(/^gpt-35-/, 'gpt-3.5-');
}

function checkedEndpoint(text: string, context: z.core.ParsePayload): string {
  const address = checkedAddress(text, context);
  // Reported already.
  if (!URL.canParse(address)) return z.NEVER;
  if (!/\/openai(?:\/|$)/.test(new URL(address).pathname)) return address;
  context.issues.push({ code: 'custom', input: text, message: 'must end before /openai, e.g. https://my-resource.openai.azure.com' });
  return z.NEVER;
}
