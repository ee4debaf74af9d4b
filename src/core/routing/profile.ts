import type { AskRequest } from '../model/ask';
import { type Capability, type Domain, domains } from '../model/modelCard';
import { type Intent, intents, type Label, type TaskProfile, type Tier, tiers } from '../model/profile';
import { difficultyAnchors } from './capable';
import { type Classifier, labelsFor, type Prompt } from './classifiers';
import { entitiesOf } from './entities';
import { featuresOf } from './features';
import { frameworkOf } from './frameworks';
import { inputTokensOf } from './inputTokens';
import { languageLabel, languageOf } from './languages';
import { lengthModel } from './lengthModel';
import { needsOf } from './needs';
import type { Judgement, ProfileModel } from './profileModel';
import { askedText } from './askedText';
import { type Reading, readMessage } from './readMessage';

export interface ProfileDependencies {
  /** Estimated tokens of a text. Called on samples of long texts only. */
  readonly countTokens: (text: string) => number;
  /** Judges what is asked: the trained weights, or `lengthModel`. */
  readonly model: ProfileModel;
  /** The person's own. */
  readonly classifiers?: readonly Classifier[];
}

export type ProfileRequest = Pick<AskRequest, 'messages' | 'tools' | 'language'>;

/**
 * Judges a task from its text alone: the trained model reads the last thing the person said, classifiers of the person's
 * own have the last word, and what was said before counts for the size and for short follow-ups. Pure and total; time
 * hardly grows with what is pasted.
 */
export function profileTask({ countTokens, model, classifiers = [] }: ProfileDependencies, request: ProfileRequest): TaskProfile {
  const said = request.messages.flatMap((message) => (message.role === 'user' ? [askedText(message.text)] : []));
  const asked = read(said.at(-1) ?? '', request.language);
  const labels = labelsFor(classifiers, asked, () => said.slice(0, -1).map(readLazily));
  const judged = withLabels(withHistory(model, asked, said.at(-2)), labels);
  const inputTokens = inputTokensOf(countTokens, request);
  const needs = [...new Set([...needsOf(request), ...labels.flatMap(({ effect }) => effect.needs ?? [])])];
  const tier = mostLikely(tiers, judged.tiers);
  const { entities, language, framework } = asked;
  return {
    domains: domainsOf(judged, labels, request, inputTokens),
    intents: shares(intents, judged.intents),
    tiers: judged.tiers,
    difficulty: judged.difficulty,
    tier,
    needs,
    inputTokens,
    outputTokens: judged.outputTokens,
    ...(language === undefined ? {} : { language }),
    ...(framework === undefined ? {} : { framework }),
    entities,
    ...(labels.length === 0 ? {} : { labels }),
    reasons: reasonsFor({ judged, tier, labels, asked, needs, byLength: model === lengthModel }),
  };
}

/** A prompt with all that is read of it before it is judged. */
interface Asked extends Prompt {
  readonly reading: Reading;
  readonly framework: string | undefined;
  readonly entities: NonNullable<TaskProfile['entities']>;
}

function read(text: string, given: string | undefined): Asked {
  const reading = readMessage(text);
  const { fences, ...entities } = entitiesOf(text);
  return {
    text,
    reading,
    features: featuresOf(reading, given),
    entities,
    files: entities.files,
    language: languageOf({ given, fences, files: entities.files, reading }),
    framework: frameworkOf(reading),
  };
}

/** The same of a prompt of which little may be asked: what a conversation began with is looked at with every question. */
function readLazily(text: string): Prompt {
  let asked: Asked | undefined;
  const whole = (): Asked => (asked ??= read(text, undefined));
  return {
    text,
    get files() {
      return whole().files;
    },
    get language() {
      return whole().language;
    },
    get features() {
      return whole().features;
    },
  };
}

/** Words that lean on what was said before. */
const followsUp = /\b(?:it|its|that|this|those|these|again|continue|go on|same|also|now|then|instead|still|more|shorter|longer|why|and|but|no|yes|ok|okay|without)\b/i;
const shortFollowUp = 60;

/** "And now without the loop" is about as hard as what it follows. */
function withHistory(model: ProfileModel, { text, features, reading }: Asked, before: string | undefined): Judgement {
  const own = model.judge(features);
  if (before === undefined || text.length > shortFollowUp || reading.codeLines > 0 || !followsUp.test(text)) return own;
  const previous = model.judge(featuresOf(readMessage(before)));
  if (previous.difficulty <= own.difficulty) return own;
  const middle = (one: number, other: number): number => (one + other) / 2;
  return {
    ...own,
    difficulty: middle(own.difficulty, previous.difficulty),
    tiers: { simple: middle(own.tiers.simple, previous.tiers.simple), moderate: middle(own.tiers.moderate, previous.tiers.moderate), complex: middle(own.tiers.complex, previous.tiers.complex) },
  };
}

const anchorOf: Readonly<Record<Tier, number>> = { simple: difficultyAnchors.easy, moderate: difficultyAnchors.medium, complex: difficultyAnchors.hard };
/** What the person adds moves a task from one end of the scale to the other at most. */
const hardest = 3;
const easiest = -7;

/** What the person's own classifiers say of the tier and the difficulty. Of several that name a tier the first counts; what they add is added up. */
function withLabels(judged: Judgement, labels: readonly Label[]): Judgement {
  const tier = labels.find(({ effect }) => effect.tier !== undefined)?.effect.tier;
  const added = labels.reduce((sum, { effect }) => sum + (effect.difficulty ?? 0), 0);
  if (tier === undefined && added === 0) return judged;
  // A task that was judged to be of this tier anyway keeps its own difficulty.
  const from = tier === undefined || tierOf(judged.difficulty) === tier ? judged.difficulty : anchorOf[tier];
  const difficulty = Math.max(easiest, Math.min(hardest, from + added));
  const now = tier ?? tierOf(difficulty);
  return { ...judged, difficulty, tiers: { simple: 0, moderate: 0, complex: 0, [now]: 1 } };
}

/** The tier of a difficulty: whichever anchor is nearest. */
function tierOf(difficulty: number): Tier {
  return tiers.reduce((best, tier) => (Math.abs(difficulty - anchorOf[tier]) < Math.abs(difficulty - anchorOf[best]) ? tier : best));
}

/** From here on, finding the right place in the prompt is a skill of its own. */
const longPromptTokens = 30_000;

/** What the text is about, and what the request adds: tools that are offered, and a prompt in which things must be found. */
function domainsOf(judged: Judgement, labels: readonly Label[], request: ProfileRequest, inputTokens: number): TaskProfile['domains'] {
  const named = labels.find(({ effect }) => effect.domain !== undefined)?.effect.domain;
  if (named !== undefined) return { [named]: 1 };
  const mixed: Record<Domain, number> = { ...judged.domains };
  if (request.tools && request.tools.length > 0) {
    const agentic = mixed.code + mixed.agentic_code > 0.3 ? 0.3 : 0;
    for (const domain of domains) mixed[domain] *= 0.5;
    mixed.agentic_code += agentic;
    mixed.tools += 0.5 - agentic;
  }
  if (inputTokens > longPromptTokens) mixed.long_context += 0.4;
  return shares(domains, mixed);
}

/** Without what is next to nothing, summing to 1, with as many figures as mean something. */
function shares<Name extends string>(names: readonly Name[], of: Readonly<Record<Name, number>>): Readonly<Partial<Record<Name, number>>> {
  const kept = names.filter((name) => of[name] >= 0.01);
  const total = kept.reduce((sum, name) => sum + of[name], 0);
  const found: Partial<Record<Name, number>> = {};
  for (const name of kept) found[name] = Math.round((of[name] / total) * 1000) / 1000;
  return found;
}

function mostLikely<Name extends string>(names: readonly Name[], of: Readonly<Partial<Record<Name, number>>>): Name {
  return names.reduce((best, name) => ((of[name] ?? 0) > (of[best] ?? 0) ? name : best));
}

const intentWords: Readonly<Record<Intent, string>> = {
  fix: 'a fix',
  refactor: 'restructuring code',
  generate: 'writing code',
  test: 'writing tests',
  docs: 'documentation',
  translate: 'a translation',
  regex: 'a regular expression',
  sql: 'a database query',
  shell: 'a command',
  devops: 'building or running software',
  data: 'working with data',
  math: 'mathematics',
  debug: 'finding the cause of a problem',
  performance: 'making something faster',
  security: 'security',
  review: 'a review',
  design: 'a design or plan',
  explain: 'an explanation',
  writing: 'writing text',
  general: 'a general wish',
  question: 'a question of knowledge',
};

/** How many of a hundred such tasks a small model fails at, as the weights were taught it (docs/profile.md). Not rounded. */
export function failuresOf(difficulty: number): number {
  return 100 / (1 + Math.exp(-difficulty - 1));
}

/** A wish is named from this probability on. */
const sureIntent = 0.35;

interface Grounds {
  readonly judged: Judgement;
  readonly tier: Tier;
  readonly labels: readonly Label[];
  readonly asked: Asked;
  readonly needs: readonly Capability[];
  /** Without the trained weights. */
  readonly byLength: boolean;
}

function reasonsFor({ judged, tier, labels, asked, needs, byLength }: Grounds): readonly string[] {
  const { language, framework, reading } = asked;
  const code = language === undefined ? '' : languageLabel(language);
  const matter = framework ?? code;
  const intent = mostLikely(intents, judged.intents);
  const reasons = labels.map(labelReason);
  const wish = judged.intents[intent] < sureIntent ? '' : `: ${intentWords[intent]}`;
  reasons.push(`Judged ${tier}${wish}${matter === '' ? '' : `, about ${matter}`}; a small model fails at about ${Math.round(failuresOf(judged.difficulty))} of 100 like it`);
  if (byLength) reasons.push('Judged by its length alone, because the trained profile could not be read: “Farthing: Check Configuration” says why');
  if (reading.codeLines > 0) reasons.push(`${reading.codeLines} ${reading.codeLines === 1 ? 'line' : 'lines'} of ${code} code attached`.replace('  ', ' '));
  if (needs.length > 0) reasons.push(`Needs ${listed(needs.map((need) => needWords[need]))}`);
  return reasons;
}

const needWords: Readonly<Record<Capability, string>> = {
  vision: 'a model that sees images',
  tools: 'a model that calls tools',
  reasoning: 'a model that reasons',
  structured: 'a model that keeps to a schema',
  json: 'a model that keeps to JSON',
};

/** What a classifier found and does, in a sentence. */
function labelReason({ name, why, effect }: Label): string {
  const effects = [
    ...(effect.domain === undefined ? [] : [`taken for ${effect.domain}`]),
    ...(effect.tier === undefined ? [] : [`treated as ${effect.tier}`]),
    ...(effect.difficulty === undefined || effect.difficulty === 0 ? [] : [`taken for ${effect.difficulty > 0 ? 'harder' : 'easier'}`]),
    ...(effect.quality === undefined ? [] : [`asked at quality ${effect.quality}`]),
    ...(effect.pin === undefined ? [] : [`${effect.pin} is asked`]),
    ...(effect.allow === undefined ? [] : [`only ${listed(effect.allow)} may be asked`]),
  ];
  return `Matches your classifier “${name}” (${why})${effects.length === 0 ? '' : `: ${listed(effects)}`}`;
}

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
