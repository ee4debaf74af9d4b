import * as z from 'zod/mini';
import { inEnglish } from '../catalog/inEnglish';
import { globMatcher } from '../model/glob';
import { asArmId, domains } from '../model/modelCard';
import { type Label, type LabelEffect, tiers } from '../model/profile';
import { type Example, examplesFrom, type Likeness, likenessTo } from './examples';
import type { Features } from './features';
import { languageNamed } from './languages';
import { type LinearPattern, readPattern, searchedText } from './linearPattern';

/** A kind of prompt that a person has described, by a rule or by examples, and what it does to the choice of a model. */
export interface Classifier {
  readonly name: string;
  readonly rule?: Rule;
  readonly examples?: Example;
  readonly effect: LabelEffect;
}

interface Rule {
  /** As written, and as it is searched for. */
  readonly pattern?: { readonly source: string; readonly found: LinearPattern };
  /** The editor's ids. */
  readonly languages?: readonly string[];
  readonly path?: { readonly written: string; readonly fits: (path: string) => boolean };
  readonly minLength?: number;
}

interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

const mostClassifiers = 50;
const oneOrMore = <T extends z.ZodMiniType>(one: T) => z.union([one, z.array(one).check(z.minLength(1), z.maxLength(50))], { error: 'must be text, or a list of texts' });
const shortText = z.string().check(z.trim(), z.minLength(1, 'must not be empty'), z.maxLength(200, 'must be 200 characters or less'));
const armName = z.string().check(z.regex(/^[^/\s*]+\/[^\s*]+$/, 'must be provider/model, as "Farthing: Copy Model Id" gives it'));

const ruleSchema = z
  .strictObject({ pattern: z.optional(z.string().check(z.minLength(1, 'must not be empty'), z.maxLength(500, 'must be 500 characters or less'))), language: z.optional(oneOrMore(shortText)), path: z.optional(oneOrMore(shortText)), minLength: z.optional(z.int().check(z.minimum(1), z.maximum(10_000_000))) })
  .check(z.refine((rule) => Object.values(rule).some((condition) => condition !== undefined), { error: 'must have a pattern, a language, a path or a minLength' }));

const effectSchema = z.strictObject({
  domain: z.optional(z.enum(domains)),
  tier: z.optional(z.enum(tiers)),
  difficulty: z.optional(z.number().check(z.minimum(-5, 'must be -5 or more'), z.maximum(5, 'must be 5 or less'))),
  quality: z.optional(z.enum(['economy', 'balanced', 'quality'])),
  pin: z.optional(z.pipe(armName, z.transform(asArmId))),
  allow: z.optional(z.array(shortText).check(z.minLength(1, 'must name at least one, such as "ollama/*"'), z.maxLength(100))),
  needs: z.optional(z.array(z.enum(['tools', 'vision', 'reasoning', 'structured', 'json'])).check(z.minLength(1))),
});

const entrySchema = z
  .strictObject({
    label: z.string().check(z.trim(), z.minLength(1, 'must not be empty'), z.maxLength(40, 'must be 40 characters or less')),
    rule: z.optional(ruleSchema),
    examples: z.optional(z.array(z.string().check(z.trim(), z.minLength(3, 'must be 3 characters or more'), z.maxLength(4000, 'must be 4000 characters or less'))).check(z.minLength(3, 'must be 3 prompts or more'), z.maxLength(50, 'must be 50 prompts or less'))),
    effect: z._default(effectSchema, {}),
  })
  .check(z.refine(({ rule, examples }) => rule !== undefined || examples !== undefined, { error: 'must have a rule or examples' }));

/** Reads the setting `farthing.classifiers`. An entry that is not valid is told by its field and left out; the others stand. */
export function readClassifiers(value: unknown, field = 'farthing.classifiers'): { readonly classifiers: readonly Classifier[]; readonly problems: readonly FieldProblem[] } {
  if (value === undefined || value === null) return { classifiers: [], problems: [] };
  if (!Array.isArray(value)) return { classifiers: [], problems: [{ field, message: 'must be a list' }] };
  const classifiers: Classifier[] = [];
  const problems: FieldProblem[] = [];
  for (const [index, entry] of value.entries()) {
    const at = `${field}[${index}]`;
    const read = readOne(entry, at);
    if ('problems' in read) problems.push(...read.problems);
    else if (classifiers.length === mostClassifiers) problems.push({ field: at, message: `is one too many: ${mostClassifiers} are read` });
    else if (classifiers.some(({ name }) => name === read.name)) problems.push({ field: `${at}.label`, message: `"${read.name}" is already used above` });
    else classifiers.push(read);
  }
  return { classifiers, problems };
}

function readOne(entry: unknown, at: string): Classifier | { readonly problems: readonly FieldProblem[] } {
  const read = entrySchema.safeParse(entry, { error: plainMessage });
  if (!read.success) return { problems: read.error.issues.map(({ path, message }) => ({ field: path.reduce<string>((whole, part) => (typeof part === 'number' ? `${whole}[${part}]` : `${whole}.${String(part)}`), at), message })) };
  const { label: name, rule, examples, effect } = read.data;
  const pattern = rule?.pattern === undefined ? undefined : readPattern(rule.pattern);
  if (pattern && !pattern.ok) return { problems: [{ field: `${at}.rule.pattern`, message: pattern.message }] };
  if (pattern?.pattern.test('')) return { problems: [{ field: `${at}.rule.pattern`, message: 'fits every prompt, also an empty one' }] };
  const learnt = examples && examplesFrom(examples);
  if (examples && !learnt) return { problems: [{ field: `${at}.examples`, message: 'have no words to learn from' }] };
  return {
    name,
    ...(rule ? { rule: compiled(rule, pattern?.pattern) } : {}),
    ...(learnt ? { examples: learnt } : {}),
    effect: definedOnly(effect),
  };
}

function compiled({ pattern, language, path, minLength }: z.infer<typeof ruleSchema>, found: LinearPattern | undefined): Rule {
  return {
    ...(pattern === undefined || found === undefined ? {} : { pattern: { source: pattern, found } }),
    ...(language === undefined ? {} : { languages: listOf(language).map(languageNamed) }),
    ...(path === undefined ? {} : { path: { written: listOf(path).join(' or '), fits: pathMatcher(listOf(path)) } }),
    ...(minLength === undefined ? {} : { minLength }),
  };
}

function listOf(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}

/** `*.sql` fits in any folder, `payroll/*` also below another. */
function pathMatcher(patterns: readonly string[]): (path: string) => boolean {
  const fits = globMatcher(patterns.flatMap((pattern) => [pattern, `*/${pattern}`]));
  return (path) => fits(path.replaceAll('\\', '/').replace(/^(?:\.\/)+/, ''));
}

function definedOnly({ domain, tier, difficulty, quality, pin, allow, needs }: z.infer<typeof effectSchema>): LabelEffect {
  return {
    ...(domain === undefined ? {} : { domain }),
    ...(tier === undefined ? {} : { tier }),
    ...(difficulty === undefined ? {} : { difficulty }),
    ...(quality === undefined ? {} : { quality }),
    ...(pin === undefined ? {} : { pin }),
    ...(allow === undefined ? {} : { allow }),
    ...(needs === undefined ? {} : { needs }),
  };
}

const kinds: Readonly<Record<string, string>> = { string: 'text', number: 'a number', int: 'a whole number', array: 'a list', object: 'an object' };

/** The commonest mistakes in plain words; where a schema has its own words, those. */
const plainMessage: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `must be ${kinds[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be ${issue.values.map(String).join(', ').replace(/, ([^,]*)$/, ' or $1')}`;
    case 'unrecognized_keys':
      return `has no field ${issue.keys.map((key) => `"${key}"`).join(' or ')}`;
    default:
      return inEnglish.error(issue);
  }
};

/** What a prompt shows to classifiers. */
export interface Prompt {
  readonly text: string;
  readonly language: string | undefined;
  /** Paths that it names. */
  readonly files: readonly string[];
  readonly features: Features;
}

/**
 * The classifiers that fit, in their order: those whose rule does, and of those with examples the one whose examples are
 * nearest. `earlier` are the prompts before this one in the conversation, which is sent with them: a classifier that says
 * who may be asked stays in force once it fitted.
 */
export function labelsFor(classifiers: readonly Classifier[], prompt: Prompt, earlier: () => readonly Prompt[]): readonly Label[] {
  if (classifiers.length === 0) return [];
  const now = fitting(classifiers, prompt);
  const lasting = classifiers.filter((one) => one.effect.allow !== undefined && !now.has(one));
  const before = new Map<Classifier, string>();
  if (lasting.length > 0) for (const one of earlier()) for (const [classifier, why] of fitting(lasting, one)) before.set(classifier, `an earlier prompt: ${why}`);
  return classifiers.flatMap((one) => {
    const why = now.get(one) ?? before.get(one);
    return why === undefined ? [] : [{ name: one.name, why, effect: one.effect }];
  });
}

function fitting(classifiers: readonly Classifier[], prompt: Prompt): ReadonlyMap<Classifier, string> {
  const found = new Map<Classifier, string>();
  let searched: string | undefined;
  let nearest: { readonly classifier: Classifier; readonly likeness: Likeness } | undefined;
  for (const classifier of classifiers) {
    const why = classifier.rule && whyFits(classifier.rule, prompt, () => (searched ??= searchedText(prompt.text)));
    if (why !== undefined) found.set(classifier, why);
    else if (classifier.examples) {
      const likeness = likenessTo(classifier.examples, prompt.features);
      if (likeness.excess >= 1 && (!nearest || likeness.excess > nearest.likeness.excess)) nearest = { classifier, likeness };
    }
  }
  if (nearest) found.set(nearest.classifier, `it is like your example “${shortened(nearest.likeness.nearest)}”`);
  return found;
}

/** Undefined: one of the conditions does not hold. */
function whyFits({ pattern, languages, path, minLength }: Rule, prompt: Prompt, searched: () => string): string | undefined {
  const why: string[] = [];
  if (minLength !== undefined) {
    if (prompt.text.length < minLength) return undefined;
    why.push(`it has ${minLength} characters or more`);
  }
  if (languages) {
    const { language } = prompt;
    if (language === undefined || !languages.includes(language)) return undefined;
    why.push(`its language is ${language}`);
  }
  if (path) {
    const file = prompt.files.find(path.fits);
    if (file === undefined) return undefined;
    why.push(`it names ${shortened(file)}`);
  }
  // Last, because it reads the whole text.
  if (pattern) {
    if (!pattern.found.test(searched())) return undefined;
    why.push(`its text fits “${shortened(pattern.source)}”`);
  }
  return why.join(' and ');
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= 60 ? line : `${line.slice(0, 59)}…`;
}
