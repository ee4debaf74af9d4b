import * as z from 'zod/mini';
import type { Capability, Effort } from '../model/modelCard';
import type { ProviderDefinition, WireName } from '../model/provider';
import { addressText, checkedBaseUrl } from './customProvider';
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

const name = z.string().check(z.trim(), z.minLength(1), z.maxLength(60), checked(nameProblems));
const page = z.string().check(z.maxLength(500), checked(pageProblems));
const path = z.string().check(z.maxLength(200), checked(pathProblems));
const tokens = z.int().check(z.minimum(1), z.maximum(100_000_000));
/** A price of nothing is not believed from a file of somebody else; above the highest it is in another unit. */
const usd = z.number().check(z.gt(0), z.maximum(100_000));
const modelId = z.string().check(z.minLength(1), z.maxLength(200), z.regex(/^[!-"$-~]+$/, 'must be plain characters without spaces and without #'));

const price = z
  .strictObject({
    input: usd.check(z.describe('For fresh input.')),
    output: usd.check(z.describe('For output.')),
    cacheRead: z.optional(usd).check(z.describe('For input read from a cache. Default: as input.')),
    cacheWrite: z.optional(usd).check(z.describe('For input written into a cache. Default: as input.')),
    perCall: z.optional(z.number().check(z.gt(0), z.maximum(100))).check(z.describe('For each call, whatever its length, in US dollars. Default: nothing.')),
  })
  .check(z.describe('US dollars per 1 million tokens. Without a price the model is not asked while a budget is set. The setting farthing.prices wins over it.'));

const model = z.strictObject({
  id: modelId.check(z.describe('The provider’s own id, as it stands in requests.')),
  name: z.optional(name).check(z.describe('Name to show. Default: the id.')),
  contextTokens: z.optional(tokens).check(z.describe('Longest prompt and answer together, in tokens.')),
  maxOutputTokens: z.optional(tokens).check(z.describe('Longest answer, in tokens.')),
  capabilities: z.optional(z.array(z.enum(capabilities)).check(z.maxLength(capabilities.length))).check(z.describe('What it can do here. Default: what is known of the model.')),
  efforts: z.optional(z.array(z.enum(efforts)).check(z.maxLength(efforts.length))).check(z.describe('Reasoning efforts it takes by name; none among them: reasoning can be switched off by name.')),
  knownAs: z.optional(z.array(modelId).check(z.maxLength(10))).check(z.describe('Names it has elsewhere, by which its abilities are known, e.g. deepseek-v3.1.')),
  price: z.optional(price),
});

const quirks = z
  .strictObject({
    outputLimitField: z.optional(z.enum(outputLimitFields)).check(z.describe('Name of the output limit in a request. Default: max_tokens.')),
    reasoningTokensIncluded: z.optional(z.boolean()).check(z.describe('Whether the completion tokens of a reply already count reasoning. Default: true.')),
    streamUsage: z.optional(z.boolean()).check(z.describe('Whether stream_options.include_usage is understood. Default: true.')),
    effortField: z.optional(z.enum(effortFields)).check(z.describe('How a reasoning effort is sent. Default: none, it is not.')),
    effortWithTools: z.optional(z.boolean()).check(z.describe('false: a request with tools may not state an effort. Default: true.')),
    extraHeaders: z.optional(z.record(z.string(), z.string()).check(checked(headerProblems))).check(z.describe('Headers of every request. None that could hold a key or say where a request goes.')),
    extraBody: z.optional(z.record(z.string(), z.unknown()).check(checked(bodyProblems))).check(z.describe('Fields of every request’s body. None that Farthing fills itself, none that could hold a key, at most 4 kB.')),
    modelsPath: z.optional(z.nullable(path)).check(z.describe('Path of the model list below the base URL; null: there is none. Default: /models, or none when models are named here.')),
    keyCheckPath: z.optional(path).check(z.describe('Path of a cheap GET that needs a valid key. Default: /models.')),
    excludedModels: z.optional(z.array(z.string().check(z.minLength(1), z.maxLength(200))).check(z.maxLength(50))).check(z.describe('Ids of the provider’s list to leave out, with * for any text.')),
  })
  .check(z.describe('Where this provider differs from most.'));

export const pluginSchema = z
  .strictObject({
    $schema: z.optional(z.string().check(z.maxLength(500))).check(z.describe('Address of this schema, for editors.')),
    farthing: z.literal(1).check(z.describe('Format of this file.')),
    id: z.string().check(z.regex(/^[a-z][a-z0-9-]{1,30}$/, 'must be lower-case letters, digits and dashes, 2 to 31 long')).check(z.describe('Short name, as in provider/model. Not that of another provider.')),
    name: name.check(z.describe('Name to show. Not that of another provider.')),
    wire: z.enum(wires).check(z.describe('The protocol it speaks.')),
    baseUrl: z.pipe(addressText, z.transform(checkedBaseUrl)).check(z.describe('Address that paths such as /chat/completions are put behind. https, or http on this machine. Keys and prompts go to its host.')),
    auth: z.enum(auths).check(z.describe('Where the key goes: bearer is the header Authorization, xApiKey the header x-api-key. none: there is no key.')),
    free: z.optional(z.boolean()).check(z.describe('true: everything it has runs on this machine and costs nothing. Only for an address of this machine.')),
    keyUrl: z.optional(page).check(z.describe('Page where a person makes a key.')),
    billingUrl: z.optional(page).check(z.describe('Page where a person tops up credit.')),
    statusUrl: z.optional(page).check(z.describe('Page that says whether the provider is up.')),
    keyPrefix: z.optional(z.string().check(z.regex(/^[!-~]{1,12}$/, 'must be 1 to 12 plain characters'))).check(z.describe('How its keys begin; only a hint when one is entered.')),
    environmentKeys: z.optional(z.array(z.string().check(z.regex(/^[A-Z][A-Z0-9_]{1,60}_API_(KEY|TOKEN)$/, 'must be in capitals and end in _API_KEY or _API_TOKEN'))).check(z.maxLength(3))).check(z.describe('Environment variables people keep its key in; one that is found is offered, never taken. Each begins with the id in capitals: ACME_API_KEY for acme.')),
    quirks: z.optional(quirks),
    pricesSeen: z.optional(z.iso.date()).check(z.describe('The day the prices were true, e.g. 2026-11-20. Needed where a model has a price.')),
    models: z.optional(z.array(model).check(z.maxLength(500))).check(z.describe('What it sells. Needed where there is no model list.')),
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
