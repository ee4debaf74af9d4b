import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';
import { contextKinds } from '../model/contextItem';
import type { Failure } from '../model/failure';
import { type ArmId, asArmId } from '../model/modelCard';
import { nano, type NanoDollars } from '../model/money';
import { ratingReasons } from '../model/outcome';
import { purposes } from '../model/ask';
import type { StoredAnswer, StoredMessage, StoredThread } from '../model/thread';
import { strategyNames, type WorkRecord } from '../model/work';
import { chatFileVersion } from './chatJson';

/** A larger file is not read, in bytes: it would fill the memory of the window several times over. */
export const mostChatFileBytes = 128 * 1024 * 1024;

const mostChats = 100_000;
const mostMessages = 10_000;
const mostItems = 1_000;
/** Of one text, in UTF-16 units. */
const mostText = 10_000_000;
const mostWords = 10_000;

export type ReadChats =
  | { readonly ok: true; readonly chats: readonly StoredThread[] }
  /** `notOurs`: no such file. `newer`: of a later version, which is told. `wrong`: `where` is the field, as in `chats[0].title`. */
  | { readonly ok: false; readonly why: 'notJson' | 'notOurs' | 'tooLarge' }
  | { readonly ok: false; readonly why: 'newer'; readonly version: number }
  | { readonly ok: false; readonly why: 'wrong'; readonly where: string; readonly problem: string };

/**
 * Reads conversations out of the text of a file (docs/history.md). The ids in it are those of the file and only tell what
 * belongs together. Unknown fields are left out; one wrong field refuses the file, so that nobody believes to have what
 * was left out.
 */
export function readChats(text: string): ReadChats {
  if (text.length > mostChatFileBytes) return { ok: false, why: 'tooLarge' };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, why: 'notJson' };
  }
  const marked = z.object({ farthing: z.object({ version: z.int().check(z.minimum(1)) }) }).safeParse(value);
  if (!marked.success) return { ok: false, why: 'notOurs' };
  const { version } = marked.data.farthing;
  if (version > chatFileVersion) return { ok: false, why: 'newer', version };
  const read = file.safeParse(value, { error: plainMessage });
  if (read.success) return { ok: true, chats: read.data.chats };
  const [issue] = read.error.issues;
  return { ok: false, why: 'wrong', where: pathOf(issue?.path ?? []), problem: issue?.message ?? 'is not valid' };
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`)).join('');
}

const words = en().localeError;
const kinds: Readonly<Record<string, string>> = { string: 'text', number: 'a number', int: 'a whole number', boolean: 'true or false', array: 'a list', object: 'an object' };

/** The commonest mistakes in words for people; zod's own for the rest. */
const plainMessage: z.core.$ZodErrorMap = (issue) => {
  if (issue.code === 'invalid_type') return issue.input === undefined ? 'is missing' : `must be ${kinds[issue.expected] ?? issue.expected}`;
  if (issue.code === 'invalid_value') return `must be ${issue.values.map((one) => JSON.stringify(one)).join(' or ')}`;
  return words(issue);
};

const id = z.string().check(z.minLength(1), z.maxLength(200));
const name = z.string().check(z.maxLength(500));
const sentence = z.string().check(z.maxLength(mostWords));
const long = z.string().check(z.maxLength(mostText));
const count = z.int().check(z.minimum(0));
const duration = z.number().check(z.minimum(0));
const share = z.number().check(z.minimum(0), z.maximum(1));
const amount = z.pipe(count, z.transform((value): NanoDollars => nano(value)));
const arm = z.pipe(name, z.transform((value): ArmId => asArmId(value)));
const time = z.pipe(z.iso.datetime({ error: 'must be a time as in 2026-03-31T12:00:00Z' }), z.transform((value) => Date.parse(value)));

/** What exactly stood in the way belongs to the machine it happened on: no button for it would be right here. */
const failure = z.pipe(z.object({ kind: name, detail: z.exactOptional(sentence) }), z.transform(({ kind, detail }): Failure => ({ kind: 'unexpected', detail: detail === undefined ? kind : `${kind}: ${detail}` })));

const item = z.object({
  id,
  kind: z.enum(contextKinds),
  label: name,
  detail: z.exactOptional(sentence),
  lines: z.exactOptional(z.object({ from: count, to: count })),
  language: z.exactOptional(name),
  text: long,
  tokens: z.exactOptional(count),
  image: z.exactOptional(z.object({ mediaType: z.enum(['image/png', 'image/jpeg', 'image/webp', 'image/gif']), base64: long.check(z.regex(/^[A-Za-z0-9+/]*={0,2}$/)) })),
  readAt: time,
});

const wish = z.object({
  strategy: z.enum(strategyNames),
  arms: z.exactOptional(z.array(arm).check(z.maxLength(20))),
  models: z.exactOptional(count),
  rounds: z.exactOptional(count),
  enough: z.exactOptional(share),
  blind: z.exactOptional(z.boolean()),
  quality: z.exactOptional(z.enum(['economy', 'balanced', 'quality'])),
});

const step = z.object({
  id,
  parent: z.exactOptional(id),
  kind: z.enum(['answer', 'critique', 'revision', 'check', 'judge', 'merge']),
  round: z.exactOptional(count),
  state: z.enum(['waiting', 'running', 'done', 'failed', 'cancelled', 'skipped']),
  arm: z.exactOptional(arm),
  modelName: z.exactOptional(name),
  providerName: z.exactOptional(name),
  text: long,
  expected: z.exactOptional(amount),
  cost: z.exactOptional(amount),
  costSource: z.exactOptional(name),
  inputTokens: z.exactOptional(count),
  outputTokens: z.exactOptional(count),
  firstTokenMs: z.exactOptional(duration),
  totalMs: z.exactOptional(duration),
  score: z.exactOptional(share),
  note: z.exactOptional(sentence),
  failure: z.exactOptional(failure),
});

const work: z.ZodMiniType<WorkRecord> = z.object({
  strategy: z.enum(strategyNames),
  wish,
  steps: z.array(step).check(z.maxLength(mostItems)),
  predicted: z.exactOptional(z.object({ likely: amount, high: amount, worst: amount, calls: count })),
  end: z.exactOptional(z.enum(['done', 'agreed', 'enough', 'noImprovement', 'rounds', 'budget', 'stopped', 'failed'])),
  taken: z.exactOptional(id),
  agreement: z.exactOptional(
    z.object({
      share,
      groups: z.array(z.object({ steps: z.array(id).check(z.maxLength(mostItems)), says: sentence })).check(z.maxLength(mostItems)),
      disputed: z.array(sentence).check(z.maxLength(mostItems)),
      by: z.enum(['votes', 'words', 'judge']),
    }),
  ),
  vote: z.exactOptional(z.object({ step: id, at: count })),
  note: z.exactOptional(sentence),
});

const answer: z.ZodMiniType<StoredAnswer> = z.object({
  state: z.enum(['complete', 'truncated', 'failed', 'cancelled', 'interrupted']),
  arm: z.exactOptional(name),
  modelName: z.exactOptional(name),
  providerName: z.exactOptional(name),
  realm: z.exactOptional(z.enum(['real', 'demo'])),
  reasoning: z.exactOptional(long),
  failure: z.exactOptional(failure),
  citations: z.exactOptional(z.array(z.object({ url: sentence.check(z.regex(/^https?:\/\//i)), title: z.exactOptional(sentence) })).check(z.maxLength(mostItems))),
  cost: z.exactOptional(amount),
  costSource: z.exactOptional(name),
  inputTokens: z.exactOptional(count),
  cachedInputTokens: z.exactOptional(count),
  outputTokens: z.exactOptional(count),
  reasoningTokens: z.exactOptional(count),
  estimatedUsage: z.exactOptional(z.boolean()),
  firstTokenMs: z.exactOptional(duration),
  totalMs: z.exactOptional(duration),
  switches: z.exactOptional(z.array(z.object({ from: name, reason: name, to: z.exactOptional(name), same: z.exactOptional(z.boolean()) })).check(z.maxLength(mostItems))),
  purpose: z.exactOptional(z.enum(purposes)),
  rating: z.exactOptional(z.object({ value: z.enum(['up', 'down']), reason: z.exactOptional(z.enum(ratingReasons)), note: z.exactOptional(sentence) })),
  work: z.exactOptional(work),
});

const common = { id, text: long, createdAt: time };
const message = z.discriminatedUnion('role', [
  z.object({ role: z.literal('user'), ...common, shown: z.exactOptional(long), context: z.exactOptional(z.array(item).check(z.maxLength(mostItems))), earlier: z.exactOptional(id) }),
  z.object({ role: z.literal('assistant'), ...common, answer }),
]);

const chat = z.pipe(
  z.object({
    id,
    title: z.string().check(z.maxLength(mostWords)),
    createdAt: time,
    updatedAt: time,
    realm: z.enum(['real', 'demo']),
    pinned: z.exactOptional(z.boolean()),
    archived: z.exactOptional(z.boolean()),
    titleBy: z.exactOptional(z.enum(['question', 'model', 'person'])),
    forkedFrom: z.exactOptional(z.object({ threadId: id, messageId: id })),
    messages: z.array(message).check(z.maxLength(mostMessages)),
  }),
  z.transform(({ messages, ...thread }): StoredThread => ({ thread, messages: messages.map((one, position): StoredMessage => ({ ...one, threadId: thread.id, position })) })),
);

const file = z.object({ chats: z.array(chat).check(z.maxLength(mostChats)) });
