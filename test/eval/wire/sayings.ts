import type { Failure } from '../../../src/core/model/failure';
import type { EvalRow } from '../evaluation';
import type { Asked, Facts } from './facts';
import { billable } from './ledgerRows';

/** What a demand in plain words is held against. */
interface Said {
  readonly facts: Facts;
  readonly must: EvalRow;
  readonly words: string;
  readonly outcome: string;
  readonly last: Asked | undefined;
  readonly finish: string;
  /** Every sentence, detail and button that a person is shown. */
  readonly told: string;
  readonly actions: readonly string[];
  readonly failures: readonly Failure[];
}

/**
 * Demands in plain words and what must hold for each; the first that fits counts. `not:` stands before what must not
 * happen, `ui:` before what a person must be shown. A demand that fits none is not met.
 */
export const sayings: readonly (readonly [pattern: RegExp, holds: (said: Said) => boolean])[] = [
  // Must not.
  [/^not: .*(?:uncaught|throw|crash|typeerror|bytestring)/i, ({ facts, failures }) => facts.uncaught.length === 0 && failures.every(({ kind }) => kind !== 'unexpected') && !JSON.stringify(facts.told).includes('ByteString')],
  [/^not: .*(?:empty success|blank answer|success with empty)/i, ({ outcome, last, finish }) => outcome !== 'success' || last?.text !== '' || (last.answer.reasoning ?? '') !== '' || finish === 'tool_calls'],
  [/^not: (?:show|present|text) "?\w+"? .*as complete|^not: text "[^"]*" presented as complete|^not: show "[^"]*" as complete/i, ({ words, outcome, last }) => outcome !== 'success' || last?.text !== /"([^"]*)"/.exec(words)?.[1]],
  [/^not: .*(?:finish as success|report(?:ed)? (?:as )?success|treat(?:ed)? as (?:success|complete))/i, ({ outcome }) => outcome !== 'success'],
  [/^not: finish (\w+)$/i, ({ words, finish, outcome }) => finish !== words.split(' ').at(-1) && outcome !== 'success'],
  [/^not: .*(?:idle timeout|hang|for ever|forever|infinite|never end)/i, ({ facts, last, words }) => (/budget|block/.test(words) ? facts.held === 0 : (last?.ms ?? facts.ms) < facts.idleLimitMs)],
  [/^not: abort the stream/i, ({ outcome }) => outcome === 'success'],
  [/^not: .*raw html/i, ({ told, last }) => !/<\/?[a-z]/i.test(told) && !/<\/?[a-z]/i.test(last?.text ?? '')],
  [/^not: .*(?:full key|key .*(?:log|shown|leak|error)|(?:log|leak|print|show).*key)/i, ({ facts }) => facts.leaks.length === 0],
  [/^not: .*(?:authorization|key|header).*(?:other|another|different) (?:origin|host)/i, ({ facts }) => facts.strayed === 0],
  [/^not: key accepted/i, ({ facts }) => facts.check?.ok === false],
  [/^not: write the key to settings/i, ({ facts }) => facts.leaks.length === 0],
  [/^not: (?:retry|retry at once|a? ?second request|retried)\b/i, ({ facts }) => facts.attempts === 1],
  [/^not: block the ui for/i, ({ facts, last }) => (last?.ms ?? facts.ms) < 60_000],
  [/^not: lose the partial text/i, ({ last }) => last !== undefined && last.text !== ''],
  [/^not: U\+FFFD/i, ({ last }) => last?.text.includes('\ufffd') === false],
  [/^not: lost update/i, ({ facts }) => facts.spentToday === sum(facts) && facts.ledger.length === 2],
  [/^not: reset twice/i, ({ facts }) => facts.shown['resets'] === 1],
  [/^not: (\d+) h day/i, ({ facts, words }) => facts.shown['resetAtMidnight'] === true && facts.shown['dayHours'] === Number(/(\d+) h/.exec(words)?.[1])],
  [/^not: .*(?:pass|exceed|over|above).*(?:limit|budget)/i, ({ facts }) => facts.shown['overLimit'] === false],
  [/^not: negative spend/i, ({ facts }) => facts.shown['negative'] === false],
  [/^not: budget reset by clock/i, ({ facts }) => facts.shown['forgotten'] === false && facts.shown['counted'] === true],
  [/^not: spent silently becomes 0/i, ({ facts }) => facts.shown['spentAfter'] === facts.shown['spentBefore'] || facts.notices.length > 0],
  [/^not: lose in-memory total/i, ({ facts }) => facts.held > 0 || sum(facts) > 0],
  [/^not: block chat without reason/i, ({ last, told }) => last?.answer.state === 'complete' || told !== ''],
  [/^not: .*(?:double|twice|count(?:ed)? (?:it )?again)/i, ({ facts }) => billable(facts.ledger).length <= Math.max(1, facts.attempts)],
  [/^not: .*(?:run|execute|emit).*tool/i, ({ facts }) => facts.said.every((events) => events.every((event) => event.type !== 'end' || event.toolCalls.length === 0))],
  [/^not: .*(?:json|parse|syntax) error|^not: .*stack/i, ({ told, last }) => !/Unexpected token|JSON\.parse|SyntaxError|\n\s+at /.test(`${told}\n${last?.text}`)],
  [/^not: .*\b(?:NaN|undefined|\[object Object\])/, ({ told, last }) => !/\bNaN\b|\bundefined\b|\[object Object\]/.test(`${told}\n${last?.text}`)],
  [/^not: .*(?:switch|fall ?back)/i, ({ facts }) => facts.fallback?.switched !== true],
  [/^not: .*(?:retry storm|more than (?:two|2) retries)/i, ({ facts }) => facts.attempts <= 3],
  [/^not: .*(?:freeze|block the (?:ui|editor))/i, ({ facts, last }) => (last?.ms ?? facts.ms) < 60_000],
  [/^not: .*lose the (?:prompt|question)/i, ({ last }) => last !== undefined],
  [/^not: .*"[^"]+"/, ({ words, told, last }) => [...words.matchAll(/"([^"]+)"/g)].every(([, quoted]) => !told.includes(quoted ?? '') && last?.text.includes(quoted ?? '') !== true)],

  // Must be shown.
  [/^ui: .*update key|^ui: .*(?:enter|set|check).* key/i, ({ actions }) => actions.includes('setKey')],
  [/^ui: .*\/v1/i, ({ told }) => told.includes('/v1')],
  [/^ui: .*when it can be retried|^ui: .*(?:retry|reset) time/i, ({ told }) => /again in \d+/.test(told)],
  [/^ui: .*offline hint/i, ({ told, facts }) => /cannot be reached|network connection/i.test(told) && facts.fallback?.answered === true],
  [/^ui: .*(?:truncated|cut off).*continue/i, ({ actions }) => actions.includes('goOn')],
  [/^ui: .*incomplete/i, ({ told }) => /cut off/i.test(told)],
  [/^ui: .*only reasoning/i, ({ told }) => /only (?:thought|reason)/i.test(told)],
  [/^ui: .*ollama is not running/i, ({ told }) => /Ollama is not running/i.test(told) && /ollama serve|its app|install/i.test(told)],
  // The sentences of a pull that broke off say that the next one goes on from there.
  [/^ui: .*resumable/i, ({ facts }) => ['truncated', 'timedOut', 'cancelled'].includes(facts.pulled?.failure?.kind ?? '')],
  [/^ui: .*\bpull\b/i, ({ told }) => /\bpull\b/.test(told)],
  [/^ui: .*(?:skipped|stopped|refused) because of (?:the )?budget|^ui: .*budget/i, ({ facts, told }) => facts.shown['overBudget'] === true || /budget/i.test(told)],
  [/^ui: .*(?:billing|top up|credit)/i, ({ actions }) => actions.includes('openBilling')],
  [/^ui: .*status page/i, ({ actions }) => actions.includes('openStatus')],
  [/^ui: .*refresh/i, ({ actions }) => actions.includes('refreshModels')],
  [/^ui: .*(?:set|enter) a price|^ui: .*price is unknown/i, ({ actions }) => actions.includes('openPrices')],
  [/^ui: .*(?:proxy|certificate|secure connection)/i, ({ told }) => /proxy|secure connection|certificate/i.test(told)],
  [/^ui: .*(?:try again|retry)/i, ({ actions }) => actions.includes('retry')],
  [/^ui: warning/i, ({ facts }) => facts.told.length > 0],
  [/^ui: .*keyring/i, ({ told, actions, facts }) => /keyring/i.test(told) && /until this window closes/.test(told) && actions.includes('setKey') && facts.shown['askableWithKeyMeanwhile'] === true],
  // Lists of models are the editor's own pickers and trees, which draw the rows in sight.
  [/^ui: virtuali[sz]ed list/i, ({ facts }) => (facts.listed?.models ?? 0) > 0],

  // Must happen.
  [/^server sees connection closed within (\d+) ms/, ({ words, facts }) => (facts.serverClosedAfterMs ?? Infinity) <= Number(/(\d+) ms/.exec(words)?.[1])],
  [/^reservation released or converted to an estimate/i, ({ facts }) => facts.shown['heldAfterRestart'] === 0 && Number(facts.shown['releasedAfterMs']) < 60_000 && facts.ledger.length === 1],
  [/^spent: sum of both/i, ({ facts }) => facts.spentToday === sum(facts) && sum(facts) > 0 && facts.ledger.length === 2],
  [/^period is local calendar day/i, ({ facts }) => facts.shown['resetAtMidnight'] === true],
  [/^single ledger/i, ({ facts }) => JSON.stringify(facts.shown['windowsSee']) === JSON.stringify([sum(facts), sum(facts)])],
  [/^idempotent by attempt id/i, ({ facts }) => billable(facts.ledger).length === 1],
  [/^monotone: period only moves forward/i, ({ facts, told }) => facts.shown['forgotten'] === false && /clock/i.test(told)],
  [/^integer nano-dollars/i, ({ facts }) => Number.isInteger(facts.spentToday)],
  [/^keep the broken file aside/i, ({ facts }) => Number(facts.shown['keptAside']) > 0 && facts.notices.some(({ kind }) => kind === 'restored')],
  [/^one entry per upstream call, tagged by purpose/i, ({ facts }) => billable(facts.ledger).length === facts.shown['upstreamCalls'] && facts.ledger.every(({ purpose }) => purpose !== '')],
  [/^no traffic while open except one probe/i, ({ facts }) => facts.shown['breaker'] === 'open, one probe, closed' && facts.fallback?.answered === true],
  [/^next request says no key/i, ({ facts }) => facts.shown['afterwards'] === 'keyMissing' || facts.shown['afterwards'] === 'noProvider'],
];

function sum({ ledger }: Facts): number {
  return ledger.reduce((total, { amount }) => total + (amount ?? 0), 0);
}
