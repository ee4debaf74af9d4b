import type * as z from 'zod/mini';
import type { Read } from '../dialect';

/**
 * A body as its schema has it, or a refusal that names the field as clients write it, such as
 * `messages.2.content.0.source`; `nameOf` is for protocols whose clients write it otherwise.
 */
export function readBody<T>(schema: z.ZodMiniType<T>, body: unknown, nameOf: (path: readonly PropertyKey[]) => string = dotted): Read<T> {
  const parsed = schema.safeParse(body, { error: plainMessage });
  if (parsed.success) return { ok: true, value: parsed.data };
  const { path, message } = deepest(parsed.error.issues, []) ?? { path: [], message: 'is not what it must be' };
  return badField<T>(nameOf(path), message);
}

function dotted(path: readonly PropertyKey[]): string {
  return path.map(String).join('.');
}

/** `problem` goes on from the name of the field: "must be text". */
export function badField<T>(field: string, problem: string): Read<T> {
  const subject = field === '' ? 'The body of the request' : field;
  return { ok: false, problem: { kind: 'badRequest', status: 400, message: `${subject} ${problem}.`, ...(field === '' ? {} : { field }) } };
}

interface Found {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Where one of several forms is allowed, the one that the value came nearest to says what is wrong with it. */
function deepest(issues: readonly z.core.$ZodIssue[], around: readonly PropertyKey[]): Found | undefined {
  const issue = issues[0];
  if (issue === undefined) return undefined;
  const path = [...around, ...issue.path];
  const here: Found = { path, message: issue.message };
  if (issue.code !== 'invalid_union') return here;
  const inner = issue.errors.flatMap((errors) => deepest(errors, path) ?? []).toSorted((a, b) => b.path.length - a.path.length)[0];
  return inner === undefined || inner.path.length <= path.length ? here : inner;
}

const plainMessage: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `must be ${kinds[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be ${issue.values.map(String).join(' or ')}`;
    case 'too_small':
      return `must be ${String(issue.minimum)} or more${units[issue.origin] ?? ''}`;
    case 'too_big':
      return `must be ${String(issue.maximum)} or less${units[issue.origin] ?? ''}`;
    case 'invalid_union':
      return issue.input === undefined ? 'is missing' : 'has a form that is not known here';
    default:
      return 'is not what it must be';
  }
};

const kinds: Readonly<Record<string, string>> = { string: 'text', number: 'a number', int: 'a whole number', boolean: 'true or false', array: 'a list', object: 'an object', record: 'an object' };
const units: Readonly<Record<string, string>> = { string: ' characters', array: ' entries' };
