import * as z from 'zod/mini';
import type { ImportRead, ImportStep, ServerEntry } from '../model/importStep';
import { customProvider, isLoopback } from './customProvider';
import { builtInProviders, ollamaProvider } from './definitions';
import { freeId } from './freeId';

/** One model of another extension, in one shape. `kind` is that extension's name for the provider. */
interface Profile {
  readonly name: string;
  readonly kind: string;
  readonly baseUrl?: string;
  readonly model?: string;
  readonly azure?: { readonly apiVersion?: string; readonly deployment?: string };
}

/** More than anybody has: each is compared with those before it. */
const mostProfiles = 500;

/** The value, or this where it does not fit. By another name, because `catch` reads like a promise's. */
const readOr = z.catch;

const text = readOr(z.optional(z.string().check(z.trim(), z.minLength(1), z.maxLength(500))), undefined);

/** What Roo Code exports (packages/types/src/provider-settings.ts in its repository). Fields that are not read, keys among them, are dropped here. */
const rooProfile = z.object({
  apiProvider: text,
  apiModelId: text,
  openAiBaseUrl: text,
  openAiModelId: text,
  openAiUseAzure: readOr(z.optional(z.boolean()), undefined),
  azureApiVersion: text,
  openAiNativeBaseUrl: text,
  anthropicBaseUrl: text,
  openRouterBaseUrl: text,
  deepSeekBaseUrl: text,
  ollamaBaseUrl: text,
  lmStudioBaseUrl: text,
  lmStudioModelId: text,
  litellmBaseUrl: text,
  litellmModelId: text,
});
const rooProfiles = z.object({ apiConfigs: z.pipe(z.record(z.string(), rooProfile), z.transform((profiles) => Object.entries(profiles).slice(0, mostProfiles))) });
const rooExport = z.union([z.pipe(z.object({ providerProfiles: rooProfiles }), z.transform(({ providerProfiles }) => providerProfiles)), rooProfiles]);

/** What Continue's config.yaml and config.json say of models (docs.continue.dev/reference). */
const continueConfig = z.object({
  models: z.pipe(
    z.array(z.object({ name: text, title: text, provider: text, model: text, apiBase: text, apiVersion: text, deployment: text, env: readOr(z.optional(z.object({ apiVersion: text, deployment: text })), undefined) })),
    z.transform((models) => models.slice(0, mostProfiles)),
  ),
});

/** What the two extensions call providers that are built in here. */
const builtInNames: Readonly<Record<string, string>> = {
  'openai-native': 'openai',
  gemini: 'google',
  'huggingface-inference-api': 'huggingface',
  ...Object.fromEntries(builtInProviders.map(({ id }) => [id, id])),
};

/** Servers whose usual address on this machine the two extensions take when none is written. */
const localServers: ReadonlyMap<string, { readonly name: string; readonly baseUrl: string }> = new Map([
  ['lmstudio', { name: 'LM Studio', baseUrl: 'http://localhost:1234/v1' }],
  ['vllm', { name: 'vLLM', baseUrl: 'http://localhost:8000/v1' }],
  ['llama.cpp', { name: 'llama.cpp', baseUrl: 'http://localhost:8080/v1' }],
  ['litellm', { name: 'LiteLLM', baseUrl: 'http://localhost:4000/v1' }],
]);

/**
 * Reads the settings of another extension: Roo Code's export or Continue's configuration, already parsed from JSON or
 * YAML. `takenIds` are the ids of providers that are set up. Takes no key. Servers that several models share become one.
 */
export function readImport(value: unknown, takenIds: readonly string[]): ImportRead {
  const roo = rooExport.safeParse(value);
  if (roo.success) return { ok: true, from: 'Roo Code', steps: stepsOf(roo.data.apiConfigs.map(([name, profile]) => ofRoo(name, profile)), takenIds) };
  const config = continueConfig.safeParse(value);
  if (!config.success) return { ok: false, problem: 'This is neither an export of Roo Code (it has "providerProfiles") nor a configuration of Continue (it has a list "models").' };
  return { ok: true, from: 'Continue', steps: stepsOf(config.data.models.map(ofContinue), takenIds) };
}

function ofRoo(name: string, profile: z.infer<typeof rooProfile>): Profile {
  const kind = profile.apiProvider?.toLowerCase() ?? '';
  const named = (baseUrl: string | undefined, model: string | undefined): Profile => ({ name, kind, ...(baseUrl === undefined ? {} : { baseUrl }), ...(model === undefined ? {} : { model }) });
  switch (kind) {
    case 'openai':
      return profile.openAiUseAzure ? { ...named(profile.openAiBaseUrl, profile.openAiModelId), kind: 'azure', azure: { ...(profile.azureApiVersion === undefined ? {} : { apiVersion: profile.azureApiVersion }) } } : { ...named(profile.openAiBaseUrl, profile.openAiModelId), kind: 'openai-compatible' };
    case 'openai-native':
      return named(profile.openAiNativeBaseUrl, undefined);
    case 'anthropic':
      return named(profile.anthropicBaseUrl, profile.apiModelId);
    case 'openrouter':
      return named(profile.openRouterBaseUrl, undefined);
    case 'deepseek':
      return named(profile.deepSeekBaseUrl, profile.apiModelId);
    case 'ollama':
      return named(profile.ollamaBaseUrl, undefined);
    case 'lmstudio':
      return named(profile.lmStudioBaseUrl, profile.lmStudioModelId);
    case 'litellm':
      return named(profile.litellmBaseUrl, profile.litellmModelId);
    default:
      return named(undefined, undefined);
  }
}

function ofContinue({ name, title, provider, model, apiBase, apiVersion, deployment, env }: z.infer<typeof continueConfig>['models'][number]): Profile {
  const kind = provider?.toLowerCase() ?? '';
  const version = env?.apiVersion ?? apiVersion;
  const deployed = env?.deployment ?? deployment;
  return {
    name: name ?? title ?? model ?? kind,
    // With an address of its own, "openai" means whatever speaks that protocol.
    kind: kind === 'openai' && apiBase !== undefined ? 'openai-compatible' : kind,
    ...(apiBase === undefined ? {} : { baseUrl: apiBase }),
    ...(model === undefined || model.toUpperCase() === 'AUTODETECT' ? {} : { model }),
    ...(kind === 'azure' ? { azure: { ...(version === undefined ? {} : { apiVersion: version }), ...(deployed === undefined ? {} : { deployment: deployed }) } } : {}),
  };
}

function stepsOf(profiles: readonly Profile[], takenIds: readonly string[]): readonly ImportStep[] {
  const ids = new Set(takenIds);
  const steps: ImportStep[] = [];
  for (const profile of profiles) {
    const step = stepOf(profile, ids);
    const same = steps.findIndex((other) => isSame(other, step));
    const before = steps[same];
    if (before === undefined) {
      steps.push(step);
      if ('entry' in step) ids.add(step.entry.id);
    } else steps[same] = merged(before, step);
  }
  return steps;
}

function stepOf(profile: Profile, taken: ReadonlySet<string>): ImportStep {
  const { name, kind, baseUrl } = profile;
  const builtIn = builtInProviders.find(({ id }) => id === builtInNames[kind]);
  if (builtIn && (baseUrl === undefined || hostOf(baseUrl) === hostOf(builtIn.baseUrl))) return { kind: 'builtIn', provider: builtIn.id };
  if (builtIn && builtIn.wire !== 'openaiChat') return { kind: 'skipped', name, why: `${builtIn.name} at another address than its own cannot be added` };
  if (kind === 'vscode-lm') return { kind: 'editorModels' };
  if (kind === 'azure') return azureStep(profile, taken);
  if (kind === 'ollama') {
    const host = hostOf(baseUrl ?? ollamaProvider.baseUrl);
    const here = host !== undefined && isLoopback(host.replace(/:\d+$/, '')) && host.endsWith(':11434');
    return here ? { kind: 'ollama' } : { kind: 'skipped', name, why: 'Ollama is asked on this machine and its usual port only' };
  }
  const local = localServers.get(kind);
  const address = baseUrl ?? local?.baseUrl;
  if (address === undefined) return { kind: 'skipped', name, why: kind === '' ? 'it names no provider' : `"${kind}" is not a provider known here; add it as a server of your own, or by a plug-in` };
  return serverStep(profile, withVersion(address, local !== undefined), local?.name, taken);
}

function serverStep({ name, model }: Profile, baseUrl: string, usualName: string | undefined, taken: ReadonlySet<string>): ImportStep {
  const host = hostOf(baseUrl);
  // A server at its usual place on this machine asks for no key; one that does can be given its key in the settings.
  const keyless = usualName !== undefined && host !== undefined && isLoopback(host.replace(/:\d+$/, '')) && usualName !== 'LiteLLM';
  const entry: ServerEntry = { id: idFrom(usualName ?? name, taken), name: (usualName ?? name).slice(0, 60), baseUrl, ...(keyless ? { auth: 'none' } : {}), ...(model === undefined ? {} : { models: [model] }) };
  const read = customProvider(entry, name);
  if (!read.ok) return { kind: 'skipped', name, why: `its address ${read.problems[0]?.message ?? 'cannot be used'}` };
  return { kind: 'server', host: host ?? '', entry: { ...entry, baseUrl: read.value.definition.baseUrl } };
}

function azureStep({ name, baseUrl, model, azure }: Profile, taken: ReadonlySet<string>): ImportStep {
  const host = baseUrl === undefined ? undefined : hostOf(baseUrl);
  const deployment = azure?.deployment ?? model;
  if (host === undefined || deployment === undefined) return { kind: 'skipped', name, why: 'an Azure profile needs an address and a deployment' };
  return { kind: 'azure', host, entry: { id: idFrom(`azure ${host.split('.')[0] ?? ''}`, taken), endpoint: `https://${host}`, apiVersion: azure?.apiVersion ?? '2024-10-21', deployments: { [deployment]: model ?? deployment } } };
}

/** Two profiles that come to the same: a built-in provider twice, or two models of one server. */
function isSame(one: ImportStep, other: ImportStep): boolean {
  if (one.kind === 'builtIn') return other.kind === 'builtIn' && one.provider === other.provider;
  if (one.kind === 'server') return other.kind === 'server' && one.entry.baseUrl === other.entry.baseUrl;
  if (one.kind === 'azure') return other.kind === 'azure' && one.host === other.host && one.entry.apiVersion === other.entry.apiVersion;
  return one.kind !== 'skipped' && one.kind === other.kind;
}

function merged(one: ImportStep, other: ImportStep): ImportStep {
  if (one.kind === 'server' && other.kind === 'server') {
    // A list of models is the whole list: one profile that names none means that the server lists its own.
    const { models, ...entry } = one.entry;
    return { ...one, entry: models === undefined || other.entry.models === undefined ? entry : { ...entry, models: [...new Set([...models, ...other.entry.models])] } };
  }
  if (one.kind === 'azure' && other.kind === 'azure') return { ...one, entry: { ...one.entry, deployments: { ...one.entry.deployments, ...other.entry.deployments } } };
  return one;
}

/** An id as the settings take it, made of a name, that nobody has. */
function idFrom(name: string, taken: ReadonlySet<string>): string {
  const words = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^[^a-z]+|-+$/g, '').slice(0, 27);
  return freeId(words.length < 2 ? 'server' : words, (id) => taken.has(id) || builtInProviders.some((provider) => provider.id === id) || id === ollamaProvider.id);
}

/** Servers of one's own are often written without the `/v1` that their paths begin with. */
function withVersion(address: string, isLocalServer: boolean): string {
  if (!isLocalServer || !URL.canParse(address)) return address;
  const url = new URL(address);
  return url.pathname === '/' ? `${url.origin}/v1` : address;
}

function hostOf(address: string): string | undefined {
  return URL.canParse(address) ? new URL(address).host : undefined;
}
