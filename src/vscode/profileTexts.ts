import type { Domain } from '../core/model/modelCard';
import type { Intent } from '../core/model/profile';
import { t } from '../shared/l10n';

/** What a task is about, for people. A stored name that is none of this version's is told as it is. */
export function domainName(domain: string): string {
  const names: Readonly<Partial<Record<string, string>>> = {
    code: t('code'),
    agentic_code: t('changes over several files'),
    math: t('mathematics'),
    reasoning: t('reasoning'),
    knowledge: t('knowledge'),
    writing: t('writing'),
    chat: t('conversation'),
    tools: t('use of tools'),
    instruction: t('following instructions'),
    long_context: t('long text'),
  } satisfies Record<Domain, string>;
  return names[domain] ?? domain;
}

/** What is wanted, for people. A stored name that is none of this version's is told as it is. */
export function intentName(intent: string): string {
  const names: Readonly<Partial<Record<string, string>>> = {
    fix: t('a fix'),
    refactor: t('refactoring'),
    generate: t('new code'),
    test: t('tests'),
    docs: t('documentation'),
    translate: t('translation of code'),
    regex: t('a regular expression'),
    sql: t('SQL'),
    shell: t('a shell command'),
    devops: t('DevOps'),
    data: t('working with data'),
    math: t('a calculation'),
    debug: t('debugging'),
    performance: t('performance'),
    security: t('security'),
    review: t('a review'),
    design: t('a design'),
    explain: t('an explanation'),
    writing: t('writing'),
    general: t('talk'),
    question: t('a fact'),
  } satisfies Record<Intent, string>;
  return names[intent] ?? intent;
}
