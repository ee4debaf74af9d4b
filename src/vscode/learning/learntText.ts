import type { LearningReport, LearntEffort, LearntModel } from '../../core/model/learningReport';
import type { OutcomeKind } from '../../core/model/outcome';
import { decimal, t } from '../../shared/l10n';
import { seconds } from '../costText';
import { markdownText } from '../markdownText';
import { domainName } from '../profileTexts';

/** What happened, by whether it speaks for the model; a kind that speaks one way only has one wording. */
function kindNames(kind: OutcomeKind): readonly [good: string, bad: string] {
  const names: Readonly<Record<OutcomeKind, readonly [good: string, bad: string]>> = {
    rating: [t('rated up'), t('rated down')],
    better: [t('a better model asked for'), t('a better model asked for')],
    cheaper: [t('a cheaper model asked for'), t('a cheaper model asked for')],
    retry: [t('asked again'), t('asked again')],
    followed: [t('gone on without complaint'), t('gone on')],
    kept: [t('code kept'), t('code kept')],
    undone: [t('code undone'), t('code undone')],
    diagnostics: [t('no new errors in the file'), t('new errors in the file')],
    judge: [t('as good or better in a trial'), t('worse in a trial')],
  };
  return names[kind];
}

/** What was learnt, as Markdown. Names of models are others' words and are taken as plain text. */
export function learntText({ enabled, realm, halfLifeDays, models, ofOthers }: LearningReport, now: number): string {
  const parts = [
    `# ${t('What Farthing learnt')}`,
    realm === 'demo' ? t('Of the demo: it is used for the demo alone.') : undefined,
    enabled ? undefined : t('**Learning is switched off** (`farthing.learning.enabled`): nothing is noted, and what is below is not used.'),
    models.length === 0
      ? t('Nothing yet. Rate answers with the thumbs below them, ask a better or a cheaper model, keep code or undo it: after a few such signs for a model its chances move.')
      : [
          t('Chance of success at a task of middling difficulty, before (as measured by others) and now. An outcome counts half after {0} days. One question alone moves nothing: the one that says most for a model and the one that says most against it are left out.', halfLifeDays),
          t('Forget it with **Farthing: Reset What Was Learnt**. Nothing here left this machine, and no word of a question or an answer is kept with it.'),
        ].join('\n\n'),
    ...models.map((model) => modelText(model, now)),
    ofOthers > 0 ? t(ofOthers === 1 ? '{0} outcome is of models that cannot be asked now.' : '{0} outcomes are of models that cannot be asked now.', ofOthers) : undefined,
  ];
  return `${parts.filter((part) => part !== undefined).join('\n\n')}\n`;
}

function modelText({ name, outcomes, newest, efforts }: LearntModel, now: number): string {
  const several = efforts.length > 1;
  const said = outcomes.flatMap(({ kind, good, bad }) => {
    const [forIt, againstIt] = kindNames(kind);
    return [times(good, forIt), times(bad, againstIt)].filter((one) => one !== undefined);
  }).join(', ');
  return [
    `## ${markdownText(name)}`,
    ...(outcomes.length > 0 ? [newest === undefined ? `${said}.` : t('{0}; the last {1}.', said, ago(now - newest))] : []),
    ...efforts.map((effort) => effortText(effort, several)),
  ].join('\n\n');
}

function effortText({ effort, questions, domains, verbosity, speed }: LearntEffort, several: boolean): string {
  const lines: string[] = [];
  if (several) lines.push(`### ${effort === 'none' ? t('No reasoning effort') : t('Effort {0}', effort)}`);
  if (domains.length > 0) {
    lines.push(
      [
        `| ${t('kind of task')} | ${t('before')} | ${t('now')} | ${t('outcomes')} |`,
        '|:--|--:|--:|--:|',
        ...domains.map(({ domain, before, after, outcomes }) => `| ${domainName(domain)} | ${before === undefined ? t('not measured') : percent(before)} | ${percent(after)}${moved(before, after)} | ${outcomes} |`),
      ].join('\n'),
      questions === 0 ? t('Not enough yet to count.') : t(questions === 1 ? '{0} question counts.' : '{0} questions count.', questions),
    );
  }
  const facts = [
    verbosity ? t('answers {0} times as long as those of a model that does not reason (before: {1})', decimal(verbosity.after, 2), decimal(verbosity.before, 2)) : undefined,
    speed ? [...(speed.firstTokenMs === undefined ? [] : [t('first word after {0}', seconds(speed.firstTokenMs))]), t(speed.calls === 1 ? 'whole answer after {0} (median of {1} call)' : 'whole answer after {0} (median of {1} calls)', seconds(speed.totalMs), speed.calls)].join(', ') : undefined,
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
  if (all === 0) return t('length and speed of its answers');
  const counted = t(all === 1 ? '{0} outcome' : '{0} outcomes', all);
  return bad > 0 ? t('{0}, {1} of them bad', counted, bad) : counted;
}

function times(count: number, what: string): string | undefined {
  return count === 0 ? undefined : `${count} × ${what}`;
}

function percent(share: number): string {
  return `${Math.min(99, Math.round(share * 100))} %`;
}

function ago(ms: number): string {
  const days = Math.floor(ms / 86_400_000);
  return days <= 0 ? t('today') : days === 1 ? t('yesterday') : t('{0} days ago', days);
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
