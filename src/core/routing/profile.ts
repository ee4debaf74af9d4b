import type { AskRequest } from '../model/ask';
import type { Message } from '../model/message';
import type { Capability, Domain } from '../model/modelCard';
import type { TaskProfile } from '../model/profile';
import { type Difficulty, judgeDifficulty, tierOf } from './difficulty';
import { type Intent, type Meaning, type Meanings, meaningsOf, type Subject } from './lexicon';
import { type Reading, readText } from './reading';

export interface ProfileDependencies {
  /** Estimated tokens of a text. Called on samples of long texts only. */
  readonly countTokens: (text: string) => number;
}

export type ProfileRequest = Pick<AskRequest, 'messages' | 'tools' | 'language'>;

/**
 * Judges a task from its text alone: rules over the last thing the person said, with what was said before for the
 * size and for short follow-ups. Pure, total, well under a millisecond. A trained model takes its place behind this
 * signature.
 */
export function profileTask(dependencies: ProfileDependencies, request: ProfileRequest): TaskProfile {
  const said = request.messages.filter((message) => message.role === 'user');
  const last = said.at(-1);
  const reading = readText(last?.text ?? '');
  const meanings = meaningsOf(reading.words);
  const codeMeanings = meaningsOf([...reading.codeWords]);
  const own = judgeDifficulty(reading, meanings, codeMeanings);
  const difficulty = withHistory(own, reading, meanings, said.at(-2)?.text);
  const inputTokens = countInput(dependencies.countTokens, request);
  const needs = needsOf(request);
  return {
    domains: domainsOf({ request, reading, meanings, difficulty, inputTokens }),
    difficulty: difficulty.b,
    tier: difficulty.tier,
    needs,
    inputTokens,
    outputTokens: outputTokens(difficulty, reading, meanings),
    ...(request.language === undefined ? {} : { language: request.language }),
    reasons: reasonsFor(difficulty, reading, request, needs),
  };
}

/** "And now without the loop" is about as hard as what it follows. */
function withHistory(own: Difficulty, reading: Reading, meanings: Meanings, before: string | undefined): Difficulty {
  if (before === undefined || reading.contentWords > 8 || !meanings.has('followUp')) return own;
  const earlier = readText(before);
  const previous = judgeDifficulty(earlier, meaningsOf(earlier.words), meaningsOf([...earlier.codeWords]));
  if (previous.b <= own.b) return own;
  const b = (own.b + previous.b) / 2;
  return { ...own, b, tier: tierOf(b), subjects: own.subjects.length > 0 ? own.subjects : previous.subjects };
}

/**
 * Capabilities the wire needs. An answer in JSON that is merely asked for in words needs none: every model here can
 * write it, and a request has no field yet that would make a provider enforce it.
 */
function needsOf(request: ProfileRequest): readonly Capability[] {
  const needs: Capability[] = [];
  if (request.tools && request.tools.length > 0) needs.push('tools');
  if (request.messages.some((message) => message.role === 'user' && message.images && message.images.length > 0)) needs.push('vision');
  return needs;
}

/** From here on, finding the right place in the prompt is a skill of its own. */
const longPromptTokens = 30_000;

interface DomainClues {
  readonly request: ProfileRequest;
  readonly reading: Reading;
  readonly meanings: Meanings;
  readonly difficulty: Difficulty;
  readonly inputTokens: number;
}

function domainsOf({ request, reading, meanings, difficulty, inputTokens }: DomainClues): TaskProfile['domains'] {
  const has = (meaning: Meaning): boolean => meanings.has(meaning);
  const { intent, subjects } = difficulty;
  const aboutCode = request.language !== undefined || reading.codeLines > 0 || reading.logLines > 0 || has('softwareTalk') || subjects.some((subject) => subject !== 'maths');
  const withTools = request.tools !== undefined && request.tools.length > 0;
  const shares: Partial<Record<Domain, number>> = {
    code: aboutCode ? (intent === 'define' ? 0.6 : 1) : 0.1,
    agentic_code: withTools && aboutCode ? 0.6 : has('scope') && (intent === 'design' || intent === 'refactor') ? 0.3 : 0,
    tools: withTools ? 0.4 : 0,
    math: intent === 'prove' ? 0.6 : subjects.includes('maths') ? 0.4 : has('mathsTalk') && !aboutCode ? 0.8 : 0,
    reasoning: reasoningShare(intent, difficulty),
    knowledge: intent === 'define' ? 0.5 : intent === 'explain' ? 0.2 : 0,
    writing: has('proseTalk') && (intent === 'write' || intent === 'translate') ? (aboutCode ? 0.6 : 1) : 0,
    chat: intent === 'greet' || (!aboutCode && !has('mathsTalk') && !has('proseTalk')) ? 0.5 : 0,
    instruction: difficulty.wishes > 4 ? 0.2 : 0,
    long_context: inputTokens > longPromptTokens ? 0.4 : 0,
  };
  return normalised(shares);
}

function reasoningShare(intent: Intent, { tier }: Difficulty): number {
  switch (intent) {
    case 'prove':
    case 'design':
    case 'debug':
    case 'review':
      return tier === 'simple' ? 0.1 : 0.4;
    case 'explain':
    case 'optimise':
      return tier === 'simple' ? 0 : 0.3;
    default:
      return tier === 'complex' ? 0.2 : 0;
  }
}

function normalised(shares: Readonly<Partial<Record<Domain, number>>>): TaskProfile['domains'] {
  const kept: [string, number][] = [];
  let total = 0;
  for (const [domain, share] of Object.entries(shares)) {
    if (share === 0) continue;
    kept.push([domain, share]);
    total += share;
  }
  return Object.fromEntries(kept.map(([domain, share]) => [domain, Math.round((share / total) * 1000) / 1000]));
}

/** Tokens of an answer in words alone (median, without returned code), from reading many such answers; round figures. */
const answerTokens: Readonly<Record<Intent, number>> = {
  prove: 900,
  design: 1300,
  optimise: 500,
  debug: 500,
  tests: 900,
  review: 550,
  refactor: 300,
  generate: 400,
  fix: 200,
  translate: 80,
  explain: 350,
  write: 250,
  mechanical: 60,
  define: 220,
  greet: 60,
};

/** Intents whose answer gives the code back, changed. */
const returnsCode: ReadonlySet<Intent> = new Set<Intent>(['optimise', 'refactor', 'fix', 'translate', 'mechanical']);
const charactersPerCodeToken = 3.3;
/** A person can only be given back what fits on a few screens; beyond that models answer with the changed part. */
const mostReturnedTokens = 3000;

function outputTokens({ intent, tier }: Difficulty, reading: Reading, meanings: Meanings): TaskProfile['outputTokens'] {
  let p50 = answerTokens[intent];
  if (tier === 'complex') p50 *= 1.8;
  else if (tier === 'moderate') p50 *= 1.3;
  if (meanings.has('longAnswer')) p50 *= 1.6;
  if (meanings.has('restraint')) p50 *= 0.7;
  if (returnsCode.has(intent)) p50 += Math.min(mostReturnedTokens, reading.codeCharacters / charactersPerCodeToken);
  // Answers to the same question differ by a factor of two to three between models of the same kind.
  return { p50: Math.round(p50), p90: Math.round(p50 * 2.4) };
}

/** Characters of a request that are really counted; the rest is taken to be like them. */
const countedCharacters = 6_000;
/** What a chat template puts around a message. */
const tokensPerMessage = 4;
const tokensPerImage = 1_000;

function countInput(countTokens: ProfileDependencies['countTokens'], request: ProfileRequest): number {
  const total = request.messages.reduce((sum, message) => sum + message.text.length, 0);
  const share = total <= countedCharacters ? 1 : countedCharacters / total;
  let tokens = 3;
  for (const message of request.messages) tokens += tokensPerMessage + tokensOf(countTokens, message.text, share) + extraTokens(countTokens, message);
  if (request.tools && request.tools.length > 0) tokens += sampledTokens(countTokens, JSON.stringify(request.tools), countedCharacters);
  return Math.round(tokens);
}

function tokensOf(countTokens: ProfileDependencies['countTokens'], text: string, share: number): number {
  return share === 1 ? countTokens(text) : sampledTokens(countTokens, text, Math.max(90, Math.ceil(text.length * share)));
}

/** Counts the beginning, the middle and the end, and scales up: a pasted log is not like the question above it. */
function sampledTokens(countTokens: ProfileDependencies['countTokens'], text: string, characters: number): number {
  if (text.length <= characters) return countTokens(text);
  const piece = Math.floor(characters / 3);
  const middle = Math.floor((text.length - piece) / 2);
  const counted = countTokens(text.slice(0, piece)) + countTokens(text.slice(middle, middle + piece)) + countTokens(text.slice(-piece));
  return (counted * text.length) / (piece * 3);
}

function extraTokens(countTokens: ProfileDependencies['countTokens'], message: Message): number {
  switch (message.role) {
    case 'user':
      return tokensPerImage * (message.images?.length ?? 0);
    case 'assistant':
      return (message.toolCalls ?? []).reduce((sum, call) => sum + countTokens(call.name) + sampledTokens(countTokens, call.arguments, 600), 0);
    case 'system':
    case 'tool':
      return 0;
  }
}

const intentWords: Readonly<Record<Intent, string>> = {
  prove: 'a proof',
  design: 'a design or plan',
  optimise: 'making something faster',
  debug: 'finding the cause of a problem',
  tests: 'writing tests',
  review: 'a review',
  refactor: 'restructuring code',
  generate: 'writing code',
  fix: 'a fix',
  translate: 'a translation',
  explain: 'an explanation',
  write: 'writing text',
  mechanical: 'a small mechanical change',
  define: 'a short question of fact',
  greet: 'small talk',
};

const subjectWords: Readonly<Record<Subject, string>> = {
  concurrency: 'concurrency',
  distributed: 'distributed systems',
  security: 'security',
  performance: 'performance',
  maths: 'mathematics',
  types: 'type systems',
  lowLevel: 'low-level code',
  architecture: 'architecture',
  data: 'data and queries',
};

function reasonsFor({ intent, subjects, tier, wishes }: Difficulty, reading: Reading, request: ProfileRequest, needs: readonly Capability[]): readonly string[] {
  const fields = subjects.slice(0, 3).map((subject) => subjectWords[subject]);
  const about = fields.length === 0 ? '' : `, about ${listed(fields)}`;
  const conditions = wishes > 3 ? `, with ${wishes} conditions` : '';
  const reasons = [`Judged ${tier}: ${intentWords[intent]}${about}${conditions}`];
  if (reading.codeLines > 0) reasons.push(`${reading.codeLines} ${reading.codeLines === 1 ? 'line' : 'lines'} of ${request.language ?? ''} code attached`.replace('  ', ' '));
  if (needs.length > 0) reasons.push(`Needs ${listed(needs.map((need) => (need === 'vision' ? 'a model that sees images' : 'a model that calls tools')))}`);
  return reasons;
}

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
