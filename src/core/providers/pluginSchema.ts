import * as z from 'zod';
import type { Capability, Effort } from '../model/modelCard';
import type { ProviderDefinition, WireName } from '../model/provider';
import { checkedBaseUrl } from './customProvider';
import { builtInProviders } from './definitions';
import { bodyProblems, headerProblems, isHere, nameProblems, pageProblems, pathProblems, type RuleProblem } from './pluginRules';

/**
 * The form of a provider plug-in, which is also the published schema (`node scripts/pluginSchema.mjs`): what a pattern or a
 * bound can say is said as one, so that an editor marks it; what it cannot is a `check`. Descriptions are for people.
 */

/** The protocols a plug-in may speak: those that need nothing but an address and a key. */
const wires = ['openaiChat', 'openaiResponses', 'anthropicMessages'] as const satisfies readonly WireName[];
const auths = ['bearer', 'xApiKey', 'none'] as const satisfies readonly ProviderDefinition['auth'][];
const outputLimitFields = ['max_tokens', 'max_completion_tokens'] as const satisfies readonly ProviderDefinition['outputLimitField'][];
const effortFields = ['reasoning_effort', 'reasoning.effort', 'none'] as const satisfies readonly ProviderDefinition['effortField'][];
const capabilities = ['tools', 'vision', 'reasoning', 'structured', 'json'] as const satisfies readonly Capability[];
const efforts = ['none', 'low', 'medium', 'high', 'xhigh'] as const satisfies readonly Effort[];

/** A rule of ours as a check of the schema's. */
function checked<T>(rule: (value: T) => readonly RuleProblem[]): (context: z.core.ParsePayload<T>) => void {
  return ({ value, issues }) => {
    for (const { path, message } of rule(value)) issues.push({ code: 'custom', path: [...path], message, input: value, continue: true });
  };
}

const name = z.string().trim().min(1).max(60).check(checked(nameProblems));
const page = z.string().max(500).check(checked(pageProblems));
const path = z.string().max(200).check(checked(pathProblems));
const tokens = z.int().min(1).max(100_000_000);
/** A price of nothing is not believed from a file of somebody else; above the highest it is in another unit. */
const usd = z.number().gt(0).max(100_000);
const modelId = z.string().min(1).max(200).regex(/^[!-"$-~]+$/, 'must be plain characters without spaces and without #');

const price = z
  .strictObject({
    input: usd.describe('For fresh input.'),
    output: usd.describe('For output.'),
    cacheRead: usd.optional().describe('For input read from a cache. Default: as input.'),
    cacheWrite: usd.optional().describe('For input written into a cache. Default: as input.'),
    perCall: z.number().gt(0).max(100).optional().describe('For each call, whatever its length, in US dollars. Default: nothing.'),
  })
  .describe('US dollars per 1 million tokens. Without a price the model is not asked while a budget is set. The setting farthing.prices wins over it.');

const model = z.strictObject({
  id: modelId.describe('The provider’s own id, as it stands in requests.'),
  name: name.optional().describe('Name to show. Default: the id.'),
  contextTokens: tokens.optional().describe('Longest prompt and answer together, in tokens.'),
  maxOutputTokens: tokens.optional().describe('Longest answer, in tokens.'),
  capabilities: z.array(z.enum(capabilities)).max(capabilities.length).optional().describe('What it can do here. Default: what is known of the model.'),
  efforts: z.array(z.enum(efforts)).max(efforts.length).optional().describe('Reasoning efforts it takes by name; none among them: reasoning can be switched off by name.'),
  knownAs: z.array(modelId).max(10).optional().describe('Names it has elsewhere, by which its abilities are known, e.g. deepseek-v3.1.'),
  price: price.optional(),
});

const quirks = z
  .strictObject({
    outputLimitField: z.enum(outputLimitFields).optional().describe('Name of the output limit in a request. Default: max_tokens.'),
    reasoningTokensIncluded: z.boolean().optional().describe('Whether the completion tokens of a reply already count reasoning. Default: true.'),
    streamUsage: z.boolean().optional().describe('Whether stream_options.include_usage is understood. Default: true.'),
    effortField: z.enum(effortFields).optional().describe('How a reasoning effort is sent. Default: none, it is not.'),
    effortWithTools: z.boolean().optional().describe('false: a request with tools may not state an effort. Default: true.'),
    extraHeaders: z.record(z.string(), z.string()).check(checked(headerProblems)).optional().describe('Headers of every request. None that could hold a key or say where a request goes.'),
    extraBody: z.record(z.string(), z.unknown()).check(checked(bodyProblems)).optional().describe('Fields of every request’s body. None that Farthing fills itself, none that could hold a key, at most 4 kB.'),
    modelsPath: path.nullable().optional().describe('Path of the model list below the base URL; null: there is none. Default: /models, or none when models are named here.'),
    keyCheckPath: path.optional().describe('Path of a cheap GET that needs a valid key. Default: /models.'),
    excludedModels: z.array(z.string().min(1).max(200)).max(50).optional().describe('Ids of the provider’s list to leave out, with * for any text.'),
  })
  .describe('Where this provider differs from most.');

export const pluginSchema = z
  .strictObject({
    $schema: z.string().max(500).optional().describe('Address of this schema, for editors.'),
    farthing: z.literal(1).describe('Format of this file.'),
    id: z.string().regex(/^[a-z][a-z0-9-]{1,30}$/, 'must be lower-case letters, digits and dashes, 2 to 31 long').describe('Short name, as in provider/model. Not that of another provider.'),
    name: name.describe('Name to show. Not that of another provider.'),
    wire: z.enum(wires).describe('The protocol it speaks.'),
    baseUrl: z.string().max(500).transform(checkedBaseUrl).describe('Address that paths such as /chat/completions are put behind. https, or http on this machine. Keys and prompts go to its host.'),
    auth: z.enum(auths).describe('Where the key goes: bearer is the header Authorization, xApiKey the header x-api-key. none: there is no key.'),
    free: z.boolean().optional().describe('true: everything it has runs on this machine and costs nothing. Only for an address of this machine.'),
    keyUrl: page.optional().describe('Page where a person makes a key.'),
    billingUrl: page.optional().describe('Page where a person tops up credit.'),
    statusUrl: page.optional().describe('Page that says whether the provider is up.'),
    keyPrefix: z.string().regex(/^[!-~]{1,12}$/, 'must be 1 to 12 plain characters').optional().describe('How its keys begin; only a hint when one is entered.'),
    environmentKeys: z
      .array(z.string().regex(/^[A-Z][A-Z0-9_]{1,60}_API_(KEY|TOKEN)$/, 'must be in capitals and end in _API_KEY or _API_TOKEN'))
      .max(3)
      .optional()
      .describe('Environment variables people keep its key in; one that is found is offered, never taken. Each begins with the id in capitals: ACME_API_KEY for acme.'),
    quirks: quirks.optional(),
    pricesSeen: z.iso.date().optional().describe('The day the prices were true, e.g. 2026-11-20. Needed where a model has a price.'),
    models: z.array(model).max(500).optional().describe('What it sells. Needed where there is no model list.'),
  })
  .check(checked(wholeProblems));

export type PluginFields = z.output<typeof pluginSchema>;

/** Variables that hold the key of another provider: an id such as `gemini` must not be a way to them. */
const takenVariables: ReadonlySet<string> = new Set([...builtInProviders.flatMap(({ environmentKeys }) => environmentKeys), 'AZURE_OPENAI_API_KEY', 'AZURE_API_KEY']);

/** What only several fields together show. */
function wholeProblems({ id, auth, baseUrl, free, environmentKeys = [], quirks: { modelsPath } = {}, models = [], pricesSeen }: PluginFields): readonly RuleProblem[] {
  const prefix = `${id.replaceAll('-', '_').toUpperCase()}_`;
  const seen = new Set<string>();
  return [
    ...(free === true && !isHere(baseUrl) ? [{ path: ['free'], message: 'may be true only for an address of this machine; whatever else is free has its price in the setting farthing.prices' }] : []),
    ...(auth === 'none' && environmentKeys.length > 0 ? [{ path: ['environmentKeys'], message: 'must be left out where auth is none' }] : []),
    // Otherwise a file could have the key of somebody else offered, and sent to its own host.
    ...environmentKeys.flatMap((variable, index) => {
      if (!variable.startsWith(prefix)) return [{ path: ['environmentKeys', index], message: `must begin with ${prefix}, the id in capitals: the key of another provider is not to be offered` }];
      return takenVariables.has(variable) ? [{ path: ['environmentKeys', index], message: 'holds the key of a built-in provider, which is not to be offered' }] : [];
    }),
    ...(models.length === 0 && modelsPath === null ? [{ path: ['models'], message: 'must name a model where quirks.modelsPath is null' }] : []),
    ...models.flatMap(({ id: modelName }, index) => {
      if (!seen.has(modelName)) return (seen.add(modelName), []);
      return [{ path: ['models', index, 'id'], message: `"${modelName}" is already described above` }];
    }),
    ...(pricesSeen === undefined && models.some(({ price: stated }) => stated !== undefined) ? [{ path: ['pricesSeen'], message: 'is missing; prices need the day they were true, such as "2026-11-20"' }] : []),
  ];
}
