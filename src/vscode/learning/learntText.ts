import type { LearningReport, LearntEffort, LearntModel } from '../../core/model/learningReport';
import type { Domain } from '../../core/model/modelCard';
import type { OutcomeKind } from '../../core/model/outcome';
import { markdownText } from '../markdownText';

const domainNames: Readonly<Record<Domain, string>> = {
  code: 'code',
  agentic_code: 'changes over several files',
  math: 'mathematics',
  reasoning: 'reasoning',
  knowledge: 'knowledge',
  writing: 'writing',
  chat: 'conversation',
  tools: 'tools',
  instruction: 'following instructions',
  long_context: 'long context',
};

/** What happened, by whether it speaks for the model; a kind that speaks one way only has one wording. */
const kindNames: Readonly<Record<OutcomeKind, { readonly good: string; readonly bad: string }>> = {
  rating: { good: 'rated up', bad: 'rated down' },
  better: { good: 'a better model asked for', bad: 'a better model asked for' },
  cheaper: { good: 'a cheaper model asked for', bad: 'a cheaper model asked for' },
  retry: { good: 'asked again', bad: 'asked again' },
  followed: { good: 'gone on without complaint', bad: 'gone on' },
  kept: { good: 'code kept', bad: 'code kept' },
  undone: { good: 'code undone', bad: 'code undone' },
  diagnostics: { good: 'no new errors in the file', bad: 'new errors in the file' },
  judge: { good: 'as good or better in a trial', bad: 'worse in a trial' },
};

/** What was learnt, as Markdown. Names of models are others' words and are taken as plain text. */
export function learntText({ enabled, realm, halfLifeDays, models, ofOthers }: LearningReport, now: number): string {
  const parts = [
    '# What Farthing learnt',
    realm === 'demo' ? 'Of the demo: it is used for the demo alone.' : undefined,
    enabled ? undefined : '**Learning is switched off** (`farthing.learning.enabled`): nothing is noted, and what is below is not used.',
    models.length === 0
      ? 'Nothing yet. Rate answers with the thumbs below them, ask a better or a cheaper model, keep code or undo it: after a few such signs for a model its chances move.'
      : [
          `Chance of success at a task of middling difficulty, before (as measured by others) and now. An outcome counts half after ${halfLifeDays} days. One question alone moves nothing: the one that says most for a model and the one that says most against it are left out.`,
          'Forget it with **Farthing: Reset What Was Learnt**. Nothing here left this machine, and no word of a question or an answer is kept with it.',
        ].join('\n\n'),
    ...models.map((model) => modelText(model, now)),
    ofOthers > 0 ? `${ofOthers} ${ofOthers === 1 ? 'outcome is' : 'outcomes are'} of models that cannot be asked now.` : undefined,
  ];
  return `${parts.filter((part) => part !== undefined).join('\n\n')}\n`;
}

function modelText({ name, outcomes, newest, efforts }: LearntModel, now: number): string {
  const several = efforts.length > 1;
  return [
    `## ${markdownText(name)}`,
    ...(outcomes.length > 0 ? [`${outcomes.flatMap(({ kind, good, bad }) => [times(good, kindNames[kind].good), times(bad, kindNames[kind].bad)].filter((one) => one !== undefined)).join(', ')}${newest === undefined ? '' : `; the last ${ago(now - newest)}`}.`] : []),
    ...efforts.map((effort) => effortText(effort, several)),
  ].join('\n\n');
}

function effortText({ effort, questions, domains, verbosity, speed }: LearntEffort, several: boolean): string {
  const lines: string[] = [];
  if (several) lines.push(`### ${effort === 'none' ? 'No reasoning effort' : `Effort ${effort}`}`);
  if (domains.length > 0) {
    lines.push(
      [
        '| kind of task | before | now | outcomes |',
        '|:--|--:|--:|--:|',
        ...domains.map(({ domain, before, after, outcomes }) => `| ${domainNames[domain]} | ${before === undefined ? 'not measured' : percent(before)} | ${percent(after)}${moved(before, after)} | ${outcomes} |`),
      ].join('\n'),
      questions === 0 ? 'Not enough yet to count.' : `${questions} ${questions === 1 ? 'question counts' : 'questions count'}.`,
    );
  }
  const facts = [
    verbosity ? `answers ${verbosity.after.toFixed(2)} times as long as those of a model that does not reason (before: ${verbosity.before.toFixed(2)})` : undefined,
    speed ? `${speed.firstTokenMs === undefined ? '' : `first word after ${seconds(speed.firstTokenMs)}, `}whole answer after ${seconds(speed.totalMs)} (median of ${speed.calls} ${speed.calls === 1 ? 'call' : 'calls'})` : undefined,
  ].filter((fact) => fact !== undefined);
  if (facts.length > 0) lines.push(`${sentence(facts.join('; '))}.`);
  return lines.join('\n\n');
}

function moved(before: number | undefined, after: number): string {
  const points = before === undefined ? 0 : Math.round(after * 100) - Math.round(before * 100);
  return points === 0 ? '' : ` (${points > 0 ? '+' : '−'}${Math.abs(points)})`;
}

/** Numbers of outcomes for a line of a list, e.g. `12 outcomes, 4 of them bad`. */
export function outcomesText(outcomes: LearntModel['outcomes']): string {
  const bad = outcomes.reduce((sum, one) => sum + one.bad, 0);
  const all = outcomes.reduce((sum, one) => sum + one.good, bad);
  if (all === 0) return 'length and speed of its answers';
  return `${all} ${all === 1 ? 'outcome' : 'outcomes'}${bad > 0 ? `, ${bad} of them bad` : ''}`;
}

function times(count: number, what: string): string | undefined {
  return count === 0 ? undefined : `${count} × ${what}`;
}

function percent(share: number): string {
  return `${Math.min(99, Math.round(share * 100))} %`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function ago(ms: number): string {
  const days = Math.floor(ms / 86_400_000);
  return days <= 0 ? 'today' : days === 1 ? 'yesterday' : `${days} days ago`;
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
