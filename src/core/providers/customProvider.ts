import * as z from 'zod/mini';
import { inEnglish } from '../catalog/inEnglish';
import type { ProviderDefinition } from '../model/provider';
import { builtInProviders, editorProvider, ollamaProvider, openAiCompatible } from './definitions';

/** A provider from settings, with the ids it is said to serve when it lists none itself. */
export interface CustomProvider {
  readonly definition: ProviderDefinition;
  readonly models: readonly string[];
}

/** One thing wrong with a setting, by field, for the person who wrote it. */
export interface SettingProblem {
  readonly field: string;
  readonly message: string;
}

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly SettingProblem[] };

/** Ids nobody may take: a setting must not be able to receive another provider's key or stand in for the demo. */
const takenIds: ReadonlySet<string> = new Set([...builtInProviders.map((provider) => provider.id), ollamaProvider.id, editorProvider.id, 'demo']);

/** An address before it is looked at. */
export const addressText = z.string().check(z.maxLength(500));

/** A key of a sign-in is sent to the base URL, so only the host of the base URL may hand it out; see `customProvider`. */
const signInSchema = z.strictObject({
  // Only opened in a browser, and browsers know every name below localhost themselves.
  authorizeUrl: z.pipe(addressText, z.transform((text, context) => checkedAddress(text, context, (hostname) => isLoopback(hostname) || hostname.endsWith('.localhost')))),
  exchangeUrl: z.pipe(addressText, z.transform((text, context) => checkedAddress(text, context))),
});

export const providerNames = {
  id: z.string().check(
    z.regex(/^[a-z][a-z0-9-]{1,30}$/, 'must be lower-case letters, digits and dashes, 2 to 31 long'),
    z.refine((id) => !takenIds.has(id), { error: 'is the id of a built-in provider; choose another' }),
  ),
  name: z.optional(z.string().check(z.trim(), z.minLength(1), z.maxLength(60))),
};

const customProviderSchema = z.strictObject({
  ...providerNames,
  baseUrl: z.pipe(addressText, z.transform(checkedBaseUrl)),
  auth: z.optional(z.enum(['bearer', 'none'])),
  models: z.optional(z.array(z.string().check(z.minLength(1), z.maxLength(200))).check(z.maxLength(200))),
  signIn: z.optional(signInSchema),
  free: z.optional(z.boolean()),
});

/**
 * Reads one entry of the setting for custom providers. `field` names the entry in problems, e.g.
 * `farthing.providers.custom[0]`.
 */
export function customProvider(value: unknown, field = 'provider'): Parsed<CustomProvider> {
  const read = customProviderSchema.safeParse(value, inEnglish);
  if (!read.success) return { ok: false, problems: problemsOf(read.error, field) };
  const { id, name, baseUrl, auth, models, signIn, free } = read.data;
  const { host, hostname } = new URL(baseUrl);
  const problem = signIn && signInProblem({ auth, host, exchangeUrl: signIn.exchangeUrl });
  if (problem) return { ok: false, problems: [{ field: `${field}.signIn${problem.field}`, message: problem.message }] };
  const local = isLoopback(hostname);
  if (free && !local) return { ok: false, problems: [{ field: `${field}.free`, message: 'is only for a server on this machine; give its prices in farthing.prices' }] };
  // Which models such a server has loaded is known to nobody else.
  const definition: ProviderDefinition = { ...openAiCompatible({ id, name: name ?? id, baseUrl, auth: auth ?? 'bearer', local }), ...(free ? { free, listBeforeUse: true } : {}), keyName: `${id}@${host}`, ...(signIn === undefined ? {} : { signIn }) };
  return { ok: true, value: { definition, models: models ?? [] } };
}

/** Reads the whole list; a bad entry or a repeated id is reported and left out, the others stand. */
export function customProviders(value: unknown, field = 'farthing.providers.custom'): { readonly providers: readonly CustomProvider[]; readonly problems: readonly SettingProblem[] } {
  return readEach(value, field, customProvider);
}

/** Reads each entry of a list. `taken`: ids that are used elsewhere. */
export function readEach<P extends { readonly definition: ProviderDefinition }>(
  value: unknown,
  field: string,
  readOne: (entry: unknown, at: string) => Parsed<P>,
  taken: ReadonlySet<string> = new Set(),
): { readonly providers: readonly P[]; readonly problems: readonly SettingProblem[] } {
  if (value === undefined || value === null) return { providers: [], problems: [] };
  if (!Array.isArray(value)) return { providers: [], problems: [{ field, message: 'must be a list' }] };
  const providers: P[] = [];
  const problems: SettingProblem[] = [];
  for (const [index, entry] of value.entries()) {
    const at = `${field}[${index}]`;
    const read = readOne(entry, at);
    if (!read.ok) problems.push(...read.problems);
    else if (taken.has(read.value.definition.id) || providers.some((other) => other.definition.id === read.value.definition.id)) problems.push({ field: `${at}.id`, message: `"${read.value.definition.id}" is already used above` });
    else providers.push(read.value);
  }
  return { providers, problems };
}

/** Problems of a zod error by field path below `field`. */
export function problemsOf(error: z.core.$ZodError, field: string): readonly SettingProblem[] {
  return error.issues.map((issue) => ({
    field: issue.path.reduce<string>((path, part) => (typeof part === 'number' ? `${path}[${part}]` : `${path}.${String(part)}`), field),
    message: issue.message,
  }));
}

/** True for addresses that cannot leave this machine. Names below `localhost` may: outside browsers the network's name server is asked for them. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function signInProblem({ auth, host, exchangeUrl }: { readonly auth: 'bearer' | 'none' | undefined; readonly host: string; readonly exchangeUrl: string }): SettingProblem | undefined {
  if (auth === 'none') return { field: '', message: 'is for a server that asks for a key; auth says none' };
  return new URL(exchangeUrl).host === host ? undefined : { field: '.exchangeUrl', message: `must be on the host of the base URL (${host}), where its key is sent` };
}

/** Like `checkedAddress`, for an address to which `/chat/completions` is added. */
export function checkedBaseUrl(text: string, context: z.core.ParsePayload): string {
  const address = checkedAddress(text, context);
  // Reported already.
  if (!URL.canParse(address)) return z.NEVER;
  if (!address.endsWith('/chat/completions')) return address;
  context.issues.push({ code: 'custom', input: text, message: 'must end before /chat/completions' });
  return z.NEVER;
}

/** A key would travel in clear over plain http, and in logs as part of a URL: both are refused here. */
export function checkedAddress(text: string, context: z.core.ParsePayload, isHere: (hostname: string) => boolean = isLoopback): string {
  const refuse = (message: string) => {
    context.issues.push({ code: 'custom', input: text, message });
    return z.NEVER;
  };
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) return refuse('must be a whole URL such as https://example.com/v1');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return refuse('must begin with https://');
  if (url.protocol === 'http:' && !isHere(url.hostname)) return refuse('must use https, because a key would travel unprotected; http is only for this machine');
  if (url.username !== '' || url.password !== '') return refuse('must not hold a user name or password; store the key with Set API Key');
  if (url.search !== '' || url.hash !== '') return refuse('must not have a query or a fragment');
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}
