import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Domain, domains } from '../src/core/model/modelCard';
import { type Intent, intents, type Tier } from '../src/core/model/profile';
import { type Answered, itemDifficulties } from './itemDifficulty';

/** A text with what its source knows of it. */
export interface Example {
  readonly id: string;
  /** What is left out together when a source is left out: rows of the same tasks. */
  readonly family: string;
  readonly prompt: string;
  readonly selection?: string;
  readonly language?: string;
  readonly tier?: Tier;
  /** On the common scale, or only within its source: then `levelUnknown` names the group. */
  readonly difficulty?: number;
  readonly difficultyWeight: number;
  readonly levelUnknown?: string;
  readonly tokens?: number;
  readonly domains?: readonly Domain[];
  readonly intent?: Intent;
  /** Chance that a small model fails, as the source tells, for figures. */
  readonly fails?: number;
  /** When it became known, as an ISO date. */
  readonly date?: string;
  /** The row that this one says in other words. */
  readonly same?: string;
  readonly scores?: Readonly<Record<string, number>>;
}

type Raw = Readonly<Record<string, unknown>>;

const anchors: Readonly<Record<Tier, number>> = { simple: -3.934, moderate: -1.523, complex: 0.322 };

/**
 * From "of 100 answers of a small model, a careful reviewer rejects so many" to b. One logit less, so that the middles of
 * the three tiers as the writers use them (5, 45, 75) fall on the anchors of LiveCodeBench.
 */
export function difficultyOfFails(fails: number): number {
  const share = Math.max(0.01, Math.min(0.985, fails / 100));
  return Math.log(share / (1 - share)) - 1;
}

function rowsOf(file: string): readonly Raw[] {
  return readFileSync(file, 'utf8').split('\n').filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as Raw);
}

const writtenFiles = ['editing', 'reasoning', 'operations', 'surface', 'voices', 'questions', 'mixed', 'everyday', 'borders', 'more'] as const;

/** Rows written for this purpose, in `training/prompts`. */
export function writtenExamples(folder: string): readonly Example[] {
  return writtenFiles.flatMap((name) => {
    const file = path.join(folder, `${name}.jsonl`);
    return existsSync(file) ? rowsOf(file).map((row) => writtenExample(row, name)) : [];
  });
}

/** Short requests of one line, for the breadth of their words: fails, task, prompt. */
export function shortExamples(file: string): readonly Example[] {
  return readFileSync(file, 'utf8').split('\n').flatMap((line, at) => {
    const [fails, task, prompt] = line.split('\t');
    if (fails === undefined || task === undefined || prompt === undefined) return [];
    const b = difficultyOfFails(Number(fails));
    return [{ id: `short-${at + 1}`, family: 'short', prompt, tier: tierOf(b), difficulty: b, difficultyWeight: 1, domains: usualDomains[task] ?? ['code'], intent: intentOf(task), fails: Number(fails) }];
  });
}

/** What requests of a kind are about, where nothing more is told. */
const usualDomains: Readonly<Record<string, readonly Domain[]>> = { shell: ['tools', 'code'], devops: ['tools', 'code'], math: ['math'], writing: ['writing'], translate: ['writing', 'code'], general: ['chat', 'knowledge'], design: ['code', 'reasoning'], security: ['code', 'knowledge'], docs: ['code', 'writing'], explain: ['code', 'knowledge'], question: ['knowledge'] };

/** Questions of exams with their options, and sums in words: fails, question. */
export function questionExamples(file: string, intent: 'question' | 'math'): readonly Example[] {
  return readFileSync(file, 'utf8').split('\n').flatMap((line, at): Example[] => {
    const [fails, text] = line.split('\t');
    if (fails === undefined || text === undefined) return [];
    const [question = '', ...options] = text.split(' | ');
    const prompt = options.length === 0 ? question : [question, ...options.map((option, index) => `${'ABCD'.charAt(index)}. ${option}`), 'Answer:'].join('\n');
    const b = difficultyOfFails(Number(fails));
    return [{ id: `${path.basename(file)}-${at + 1}`, family: 'questions', prompt, tier: tierOf(b), difficulty: b, difficultyWeight: 1, domains: intent === 'math' ? ['math'] : ['knowledge', 'reasoning'], intent, fails: Number(fails) }];
  });
}

function tierOf(b: number): Tier {
  if (b < -2.73) return 'simple';
  return b < -0.6 ? 'moderate' : 'complex';
}

/** Everyday prompts that two readers labelled. They tell the tier only, so their difficulty is that of the tier, loosely. */
export function labelledExamples(file: string): readonly Example[] {
  return rowsOf(file).map((row) => writtenExample(row, 'labelled'));
}

function writtenExample(row: Raw, family: string): Example {
  const tier = row['tier'] as Tier;
  const fails = row['fails'] as number | undefined;
  return {
    id: String(row['id']),
    family,
    prompt: String(row['prompt']),
    ...(typeof row['selection'] === 'string' ? { selection: row['selection'] } : {}),
    ...(typeof row['language'] === 'string' ? { language: row['language'] } : {}),
    tier,
    // The two judgements of the writer, weighed alike.
    difficulty: fails === undefined ? anchors[tier] : 0.7 * difficultyOfFails(fails) + 0.3 * anchors[tier],
    difficultyWeight: fails === undefined ? 0.5 : 1,
    ...(typeof row['tokens'] === 'number' ? { tokens: row['tokens'] } : {}),
    domains: (row['domains'] as readonly string[]).filter((name): name is Domain => domains.includes(name as Domain)),
    intent: intentOf(String(row['task'])),
    ...(fails === undefined ? {} : { fails }),
    ...(typeof row['same'] === 'string' ? { same: row['same'] } : {}),
  };
}

function intentOf(task: string): Intent {
  if (intents.includes(task as Intent)) return task as Intent;
  if (task === 'arithmetic') return 'math';
  return task === 'algorithm' ? 'generate' : 'question';
}

/** Slope of the links of the catalogue for code, the mean of three. */
const slope = 1.95;

/** Rows of public benchmarks with the scores of models. Test items of what the router is compared with are not among them. */
export function benchmarkExamples(data: string): readonly Example[] {
  return [...liveCodeBench(data), ...coderRouter(data), ...routerBench(data), ...llmRouter(data)];
}

/** z of the catalogue (`capabilities.json`, code), for models under the names they have here. */
const liveCodeAbilities: Readonly<Record<string, number>> = {
  'DeepSeek-V3': -0.63,
  'GPT-4-Turbo-2024-04-09': -1.2,
  'GPT-4O-2024-05-13': -0.88,
  'GPT-4O-2024-08-06': -0.88,
  'GPT-4O-mini-2024-07-18': -1.55,
  'O1-2024-12-17 (N=1) (Low)': -0.18,
  'O1-2024-12-17 (N=1) (Med)': -0.04,
  'O1-2024-12-17 (N=1) (High)': 0.02,
  'Claude-3.5-Sonnet-20240620': -0.32,
  'Claude-3.5-Sonnet-20241022': -0.32,
  'Claude-3-Haiku': -1.87,
  'Mistral-Large': -1.25,
  'O3-Mini-2025-01-31 (Low)': -0.31,
  'O3-Mini-2025-01-31 (Med)': -0.19,
  'O3-Mini-2025-01-31 (High)': -0.04,
  'O4-Mini (High)': 0.27,
  'O4-Mini (Medium)': -0.05,
  'O4-Mini (Low)': 0.11,
  'Gemini-2.5-Pro': 0.56,
  'Gemini-2.5-Flash-Preview': -0.09,
};

const tierOfLabel: Readonly<Record<string, Tier>> = { easy: 'simple', medium: 'moderate', hard: 'complex' };

function liveCodeBench(data: string): readonly Example[] {
  const rows = rowsOf(path.join(data, 'livecodebench_older.jsonl'));
  const b = itemDifficulties(rows.map(answered), { known: logits(liveCodeAbilities), ability: { mean: -1, sd: 1.5 }, difficulty: { mean: -2, sd: 2 } });
  const tokens = tokensOfContests(data);
  return rows.map((row, at) => {
    const starter = typeof row['starter_code'] === 'string' ? row['starter_code'] : '';
    const length = tokens.get(textKey(String(row['prompt'])));
    return {
      id: String(row['id']),
      family: 'livecodebench',
      date: String(row['contest_date']),
      prompt: starter === '' ? String(row['prompt']) : `${String(row['prompt'])}\n\n${starter}`,
      tier: tierOfLabel[String(row['difficulty'])] ?? 'moderate',
      difficulty: b[at] ?? 0,
      difficultyWeight: 1,
      ...(length === undefined ? {} : { tokens: length }),
      domains: ['code', 'reasoning'],
      intent: 'generate',
      scores: row['score'] as Readonly<Record<string, number>>,
    };
  });
}

/** The same problems, whatever surrounds them. */
function textKey(text: string): string {
  return text.toLowerCase().replaceAll(/\W+/g, '').slice(0, 150);
}

function tokensOfContests(data: string): ReadonlyMap<string, number> {
  const rows = rowsOf(path.join(data, 'coderouterbench_train.jsonl')).filter((row) => row['source'] === 'lcb' && typeof row['prompt'] === 'string');
  return new Map(rows.flatMap((row) => {
    const tokens = medianTokens(row);
    return tokens === undefined ? [] : [[textKey(String(row['prompt'])), tokens] as const];
  }));
}

/** Models that answered without thinking at length. */
const terse = ['claude-opus-4-6', 'claude-sonnet-4-6', 'gpt-5.4', 'kimi-k2.5', 'Qwen3-Max'];

function medianTokens(row: Raw): number | undefined {
  const told = row['out_tok'] as Readonly<Record<string, number>> | undefined;
  return median(terse.flatMap((model) => told?.[model] ?? []).filter((count) => count > 0));
}

function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)];
}

/** Contest problems are left out: those that are not in `livecodebench_older` are newer, and kept for tests. */
function coderRouter(data: string): readonly Example[] {
  const rows = rowsOf(path.join(data, 'coderouterbench_train.jsonl')).filter((row) => (row['source'] === 'mbpp' || row['source'] === 'humaneval') && typeof row['prompt'] === 'string');
  const b = itemDifficulties(rows.map(answered), { known: new Map(), ability: { mean: 1, sd: 1 }, difficulty: { mean: -3, sd: 1.5 } });
  return rows.map((row, at) => {
    const tokens = medianTokens(row);
    const source = String(row['source']);
    return {
      id: String(row['id']),
      family: source,
      prompt: String(row['prompt']),
      difficulty: b[at] ?? 0,
      difficultyWeight: 0.4,
      levelUnknown: `coderouter-${source}`,
      ...(tokens === undefined ? {} : { tokens }),
      domains: ['code'],
      intent: 'generate',
      scores: row['score'] as Readonly<Record<string, number>>,
    };
  });
}

function routerBench(data: string): readonly Example[] {
  const rows = rowsOf(path.join(data, 'routerbench_mbpp.jsonl'));
  const b = itemDifficulties(rows.map(answered), { known: new Map(), ability: { mean: -3, sd: 1.5 }, difficulty: { mean: -3.5, sd: 1.5 } });
  return rows.map((row, at) => {
    const characters = median(Object.values(row['out_chars'] as Readonly<Record<string, number>>));
    return {
      id: String(row['id']),
      family: 'mbpp',
      prompt: String(row['prompt']),
      difficulty: b[at] ?? 0,
      difficultyWeight: 0.4,
      levelUnknown: 'routerbench-mbpp',
      ...(characters === undefined || characters < 20 ? {} : { tokens: characters / 3.6 }),
      domains: ['code'],
      intent: 'generate',
      scores: row['score'] as Readonly<Record<string, number>>,
    };
  });
}

interface GeneralTask {
  readonly family: string;
  readonly domains: readonly Domain[];
  readonly intent: Intent;
  readonly weight: number;
}

/** `agentverse-mgsm` is missing: its questions come from a test that the router is compared on. */
const generalTasks: Readonly<Record<string, GeneralTask>> = {
  'agentverse-logicgrid': { family: 'logicgrid', domains: ['reasoning'], intent: 'question', weight: 0.3 },
  commongen: { family: 'commongen', domains: ['writing', 'instruction'], intent: 'writing', weight: 0.2 },
  natural_qa: { family: 'natural_qa', domains: ['knowledge'], intent: 'question', weight: 0.4 },
  trivia_qa: { family: 'trivia_qa', domains: ['knowledge'], intent: 'question', weight: 0.4 },
  openbook_qa: { family: 'openbook_qa', domains: ['knowledge', 'reasoning'], intent: 'question', weight: 0.4 },
  arc_challenge: { family: 'arc_challenge', domains: ['knowledge', 'reasoning'], intent: 'question', weight: 0.5 },
  gpqa: { family: 'gpqa', domains: ['knowledge', 'reasoning'], intent: 'question', weight: 0.3 },
  mbpp: { family: 'mbpp', domains: ['code'], intent: 'generate', weight: 0.4 },
  human_eval: { family: 'humaneval', domains: ['code'], intent: 'generate', weight: 0.4 },
  commonsense_qa: { family: 'commonsense_qa', domains: ['reasoning'], intent: 'question', weight: 0.3 },
  math: { family: 'math', domains: ['math', 'reasoning'], intent: 'math', weight: 0.6 },
};

function llmRouter(data: string): readonly Example[] {
  const rows = rowsOf(path.join(data, 'llmrouter_train.jsonl'));
  return Object.entries(generalTasks).flatMap(([task, { family, domains: about, intent, weight }]) => {
    const own = rows.filter((row) => row['task'] === task);
    const b = itemDifficulties(own.map(answered), { known: new Map(), ability: { mean: -3, sd: 1.5 }, difficulty: { mean: -3, sd: 1.5 } });
    return own.map((row, at) => ({
      id: String(row['id']),
      family,
      // What the data adds to each mathematical question.
      prompt: String(row['prompt']).replace(/\s*After careful thought, put you final answer in \\boxed\{\.\.\.\}\.?\s*$/, ''),
      difficulty: b[at] ?? 0,
      difficultyWeight: weight,
      levelUnknown: `llmrouter-${task}`,
      domains: about,
      intent,
      scores: row['score'] as Readonly<Record<string, number>>,
    }));
  });
}

function answered(row: Raw): Answered {
  return { scores: new Map(Object.entries(row['score'] as Readonly<Record<string, number>>)) };
}

function logits(abilities: Readonly<Record<string, number>>): ReadonlyMap<string, number> {
  return new Map(Object.entries(abilities).map(([model, z]) => [model, slope * z]));
}
