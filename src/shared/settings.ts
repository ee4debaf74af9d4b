import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';
import { t } from './l10n';
import { outboundUrlProblem } from './outboundUrl';
import { webhookEvents } from './webhookEvents';

const usd = z.nullable(z.number().check(z.minimum(0), z.maximum(1_000_000)));
const limit = z.optional(z.int().check(z.minimum(1), z.maximum(1_000_000_000)));
/** An address that is sent to on the person's wish. */
const outboundUrl = (isUnset: (text: string) => boolean): z.ZodMiniString => z.string().check(z.maxLength(2000), z.refine((text) => isUnset(text) || outboundUrlProblem(text) === undefined, { error: ({ input }) => outboundUrlProblem(String(input)) ?? '' }));
const patterns = z.array(z.string().check(z.minLength(1), z.maxLength(200))).check(z.maxLength(500));

/**
 * `scope` is the manifest's. `tightens` says how a workspace value may only make Farthing stricter: the smaller
 * number, the lower place in the list, or both lists together. Without it a workspace value is impossible
 * (application scope).
 */
export const settings = {
  'demo.enabled': { schema: z.boolean(), default: false, scope: 'application' },
  'ollama.enabled': { schema: z.boolean(), default: false, scope: 'application' },
  'editorModels.enabled': { schema: z.boolean(), default: false, scope: 'application' },
  quality: { schema: z.enum(['economy', 'balanced', 'quality']), default: 'balanced', scope: 'window', tightens: ['economy', 'balanced', 'quality'] },
  'budget.day': { schema: usd, default: 5, scope: 'window', tightens: 'smaller' },
  'budget.week': { schema: usd, default: null, scope: 'window', tightens: 'smaller' },
  'budget.month': { schema: usd, default: null, scope: 'window', tightens: 'smaller' },
  'budget.conversation': { schema: usd, default: null, scope: 'window', tightens: 'smaller' },
  'budget.atLimit': { schema: z.enum(['degrade', 'ask', 'stop']), default: 'degrade', scope: 'application' },
  'budget.weekStartsOn': { schema: z.enum(['monday', 'sunday', 'saturday']), default: 'monday', scope: 'application' },
  // Their fields are checked, and named in problems, by core/routing.
  classifiers: { schema: z.array(z.unknown()).check(z.maxLength(50)), default: [], scope: 'application' },
  'models.pinned': { schema: z.string().check(z.maxLength(300)), default: '', scope: 'application' },
  'models.allowed': { schema: patterns, default: [], scope: 'application' },
  'models.excluded': { schema: patterns, default: ['*:free'], scope: 'window', tightens: 'union' },
  maxOutputTokens: { schema: z.int().check(z.minimum(64), z.maximum(128_000)), default: 8192, scope: 'window', tightens: 'smaller' },
  'agents.maxOutputTokens': { schema: z.int().check(z.minimum(64), z.maximum(128_000)), default: 32_000, scope: 'window', tightens: 'smaller' },
  // Their fields are checked, and named in problems, by the rooms that know them: core/providers and core/catalog.
  'providers.custom': { schema: z.array(z.unknown()).check(z.maxLength(50)), default: [], scope: 'application' },
  'providers.azure': { schema: z.array(z.unknown()).check(z.maxLength(50)), default: [], scope: 'application' },
  'providers.limits': { schema: z.record(z.string().check(z.minLength(1), z.maxLength(60)), z.strictObject({ requestsPerMinute: limit, tokensPerMinute: limit, concurrent: limit })), default: {}, scope: 'application' },
  prices: { schema: z.record(z.string(), z.unknown()), default: {}, scope: 'application' },
  'timeouts.firstTokenSeconds': { schema: z.int().check(z.minimum(1), z.maximum(3600)), default: 90, scope: 'application' },
  'timeouts.idleSeconds': { schema: z.int().check(z.minimum(1), z.maximum(3600)), default: 45, scope: 'application' },
  'offline.localModels': { schema: z.boolean(), default: false, scope: 'application' },
  'statusBar.visible': { schema: z.boolean(), default: true, scope: 'application' },
  'shadow.share': { schema: z.number().check(z.minimum(0), z.maximum(0.2)), default: 0, scope: 'application' },
  'shadow.monthlyUsd': { schema: z.number().check(z.minimum(0), z.maximum(1000)), default: 0.25, scope: 'application' },
  'keys.offerFound': { schema: z.boolean(), default: true, scope: 'application' },
  'learning.enabled': { schema: z.boolean(), default: true, scope: 'application' },
  'titles.enabled': { schema: z.boolean(), default: true, scope: 'application' },
  'telemetry.otlpUrl': { schema: outboundUrl((text) => text === ''), default: '', scope: 'application' },
  // What was asked and answered leaves the machine with it.
  'telemetry.content': { schema: z.boolean(), default: false, scope: 'application' },
  webhooks: { schema: z.array(z.strictObject({ url: outboundUrl(() => false), events: z.array(z.enum(webhookEvents)).check(z.minLength(1)), secretName: z.string().check(z.regex(/^[\w-]{1,60}$/)) })).check(z.maxLength(20)), default: [], scope: 'application' },
  'gateway.enabled': { schema: z.boolean(), default: false, scope: 'application' },
  'gateway.port': { schema: z.int().check(z.minimum(0), z.maximum(65_535)), default: 0, scope: 'application' },
  // What the model names of clients mean, the first that matches: `auto`, a quality of it, or an arm.
  'gateway.models': { schema: z.record(z.string().check(z.minLength(1), z.maxLength(200)), z.string().check(z.maxLength(300), z.regex(/^(auto(:(economy|balanced|quality))?|[^\s/*]+\/[^\s*]+)$/, { error: () => t('must be {0}, {1}, {2}, {3} or {4}', 'auto', 'auto:economy', 'auto:balanced', 'auto:quality', 'provider/model') }))), default: {}, scope: 'application' },
  'gateway.agents.limit': { schema: usd, default: 2, scope: 'application' },
  'gateway.agents.allTerminals': { schema: z.boolean(), default: false, scope: 'application' },
} as const satisfies Record<string, SettingRow>;

interface SettingRow {
  readonly schema: z.ZodMiniType;
  readonly default: unknown;
  readonly scope: 'application' | 'window';
  readonly tightens?: 'smaller' | 'union' | readonly string[];
}

export type SettingKey = keyof typeof settings;
type SettingValue<K extends SettingKey> = z.infer<(typeof settings)[K]['schema']>;
export type SettingValues = { readonly [K in SettingKey]: SettingValue<K> };

/** What was written for one setting, in the order in which it counts. `undefined` is not set; `null` is a value. */
export interface Written {
  readonly user: unknown;
  /** Of the workspace and of its folder: each may only tighten. */
  readonly folder: readonly unknown[];
  /** Text of the environment variable for it. It counts instead of the person's value. */
  readonly variable?: string | undefined;
  /** The folder had a say in the environment, as in a container it describes: then the variable may only tighten. */
  readonly variableOfFolder?: boolean;
}

/** Why something that was written is not in force. `field` is below the key, e.g. `.3` for the fourth entry of a list. */
export type Disregarded = { readonly why: 'invalid'; readonly field: string; readonly message: string } | { readonly why: 'looser' } | { readonly why: 'variable'; readonly message: string };

/** The value in force of a setting, whether it is the environment's, and what was written for it but does not count. */
export function inForce(key: SettingKey, { user, folder, variable, variableOfFolder = false }: Written): { readonly value: unknown; readonly byVariable: boolean; readonly disregarded: readonly Disregarded[] } {
  const row: SettingRow = settings[key];
  const disregarded: Disregarded[] = [];
  const ofVariable = variable === undefined || variableOf(key) === undefined ? undefined : readVariable(row, variable, disregarded);
  const own = checked(row, user, disregarded) ?? { value: row.default };
  let { value } = variableOfFolder ? own : (ofVariable ?? own);
  for (const one of variableOfFolder && ofVariable ? [...folder, ofVariable.value] : folder) {
    const written = checked(row, one, disregarded);
    if (written === undefined || written.value === value) continue;
    const tightened = tighten(row.tightens, value, written.value);
    if (tightened === undefined) disregarded.push({ why: 'looser' });
    else value = tightened.value;
  }
  return { value, byVariable: ofVariable !== undefined && ofVariable.value === value, disregarded };
}

/**
 * Name of the environment variable that overrides a setting, e.g. `FARTHING_BUDGET_DAY` for `budget.day`. Undefined for
 * those that are tables of their own: addresses and prices are written where they can be read and checked.
 */
export function variableOf(key: SettingKey): string | undefined {
  const row: SettingRow = settings[key];
  if (typeof row.default === 'object' && row.schema !== usd && row.schema !== patterns) return undefined;
  return `FARTHING_${key.replaceAll('.', '_').replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase()}`;
}

/** Wrapped, because `null` is a value. Undefined: it is empty, or no value of this setting, which is then said. */
function readVariable(row: SettingRow, text: string, disregarded: Disregarded[]): { readonly value: unknown } | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  const parsed = row.schema.safeParse(valueOf(row, trimmed), { error: plainMessage });
  if (parsed.success) return { value: parsed.data };
  disregarded.push({ why: 'variable', message: parsed.error.issues[0]?.message ?? t('unknown problem') });
  return undefined;
}

/** The commonest mistakes in words for people; where a schema has its own words, those; zod's for the rest. */
const plainMessage: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return t('must be {0}', kindText(issue.expected));
    case 'invalid_value':
      return t('must be {0}', issue.values.map(String).join(` ${t('or')} `));
    case 'too_small':
      return t(issue.origin === 'string' ? 'must be {0} or more characters' : 'must be {0} or more', String(issue.minimum));
    case 'too_big':
      return t(issue.origin === 'string' ? 'must be {0} or less characters' : 'must be {0} or less', String(issue.maximum));
    default:
      return english(issue);
  }
};

/** The small interface of zod has no words of its own. */
const english = en().localeError;

function kindText(expected: string): string {
  const kinds: Readonly<Record<string, string>> = { string: t('text'), number: t('a number'), int: t('a whole number'), boolean: t('true or false'), array: t('a list'), object: t('an object'), record: t('an object') };
  return kinds[expected] ?? expected;
}

/** The text as a value of the setting's kind: lists have commas between, no limit is `none`. */
function valueOf(row: SettingRow, text: string): unknown {
  if (row.schema === patterns) return text === 'none' ? [] : text.split(',').map((one) => one.trim()).filter((one) => one !== '');
  if (row.schema === usd && text === 'none') return null;
  if (row.schema === usd || typeof row.default === 'number') return Number(text);
  if (typeof row.default === 'boolean') return { true: true, '1': true, on: true, yes: true, false: false, '0': false, off: false, no: false }[text.toLowerCase()] ?? text;
  return text;
}

/** Wrapped, because `null` is a value. Undefined: nothing was written, or nothing that counts. */
function checked(row: SettingRow, value: unknown, disregarded: Disregarded[]): { readonly value: unknown } | undefined {
  if (value === undefined) return undefined;
  const parsed = row.schema.safeParse(value, { error: plainMessage });
  if (parsed.success) return { value: parsed.data };
  const issue = parsed.error.issues[0];
  disregarded.push({ why: 'invalid', field: (issue?.path ?? []).map((part) => `.${String(part)}`).join(''), message: issue?.message ?? t('unknown problem') });
  return undefined;
}

/** The value that both allow; undefined when the folder's is looser. `null` means no limit and is the largest number. */
function tighten(tightens: SettingRow['tightens'], user: unknown, folder: unknown): { readonly value: unknown } | undefined {
  if (tightens === undefined) return undefined;
  if (tightens === 'union') return { value: [...new Set([...asList(user), ...asList(folder)])] };
  const order = tightens === 'smaller' ? asNumber : (value: unknown) => tightens.indexOf(String(value));
  return order(folder) <= order(user) ? { value: folder } : undefined;
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function asNumber(value: unknown): number {
  return typeof value === 'number' ? value : Infinity;
}
