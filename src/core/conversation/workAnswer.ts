import type { Failure } from '../model/failure';
import { type NanoDollars, nano } from '../model/money';
import type { StoredAnswer, StoredMessage } from '../model/thread';
import type { WorkEnd, WorkEvent, WorkRecord, WorkStep, WorkWish } from '../model/work';

/** The record of a work before its first event. */
export function beginWork(wish: WorkWish): WorkRecord {
  return { strategy: wish.strategy, wish, steps: [] };
}

/** An answer whose work goes on after it had ended. */
export function goingOn(message: StoredMessage, window: string): StoredMessage | undefined {
  const { answer } = message;
  if (!answer?.work) return undefined;
  const { end: _end, ...work } = answer.work;
  const { failure: _failure, ...rest } = answer;
  return { ...message, answer: { ...rest, state: 'streaming', window, work } };
}

const workEvents: ReadonlySet<string> = new Set<WorkEvent['type']>(['work-planned', 'step-changed', 'step-appended', 'step-taken', 'work-agreed', 'work-ended']);

export function isWorkEvent(event: { readonly type: string }): event is WorkEvent {
  return workEvents.has(event.type);
}

/** The message after one more event of its work. What belongs to no work, or to a step that is not there, changes nothing. */
export function withWork(message: StoredMessage, event: WorkEvent): StoredMessage {
  const { answer } = message;
  const work = answer?.work;
  if (!answer || !work) return message;
  switch (event.type) {
    case 'work-planned': {
      const { type: _type, ...planned } = event;
      return { ...message, answer: { ...answer, work: { ...work, ...planned } } };
    }
    case 'step-changed':
      return { ...message, answer: withSteps(answer, { ...work, steps: withStep(work.steps, event.step) }) };
    case 'step-appended':
      return { ...message, answer: { ...answer, work: { ...work, steps: work.steps.map((step) => (step.id === event.stepId ? { ...step, text: step.text + event.text } : step)) } } };
    case 'step-taken':
      return taken(message, event.stepId) ?? message;
    case 'work-agreed':
      return { ...message, answer: { ...answer, work: { ...work, agreement: event.agreement } } };
    case 'work-ended':
      return { ...message, answer: ended(withSteps(answer, { ...ofNobody(work), end: event.end, ...noteOf(work.note, event.note) }), event.end, event.failure) };
  }
}

/** The message with the text of this step as its answer; undefined when the step has none. */
export function taken(message: StoredMessage, stepId: string): StoredMessage | undefined {
  const { answer } = message;
  const step = answer?.work?.steps.find(({ id }) => id === stepId);
  if (!answer?.work || !step || step.text.trim() === '' || !answers(step)) return undefined;
  const { failure: _failure, ...rest } = answer;
  const chosen: StoredAnswer = { ...rest, ...namesOf(step), work: { ...answer.work, taken: stepId } };
  return { ...message, text: step.text, answer: answer.state === 'streaming' ? chosen : complete(chosen) };
}

/** What can be an answer: a criticism or a verdict is none. */
function answers({ kind }: Pick<WorkStep, 'kind'>): boolean {
  return kind === 'answer' || kind === 'revision' || kind === 'merge';
}

/**
 * What the model is told was answered: of a comparison of which nothing was kept the cheapest finished answer, because
 * somebody has to have said something.
 */
export function saidIn({ text, answer }: Pick<StoredMessage, 'text' | 'answer'>): string {
  if (text.trim() !== '' || answer?.work === undefined) return text;
  const finished = answer.work.steps.filter((step) => answers(step) && step.state === 'done' && step.text.trim() !== '');
  const cost = (step: WorkStep): number => step.cost ?? Number.MAX_SAFE_INTEGER;
  return finished.reduce<WorkStep | undefined>((least, step) => (least && cost(least) <= cost(step) ? least : step), undefined)?.text ?? '';
}

/** Work of a window that is gone: what was under way in it never ended. */
export function asLeft(message: StoredMessage): StoredMessage {
  const { answer } = message;
  if (!answer?.work || answer.state === 'streaming' || answer.work.end !== undefined) return message;
  return { ...message, answer: { ...answer, work: { ...ofNobody(answer.work), end: 'stopped' } } };
}

function withStep(steps: readonly WorkStep[], step: WorkStep): readonly WorkStep[] {
  return steps.some(({ id }) => id === step.id) ? steps.map((one) => (one.id === step.id ? step : one)) : [...steps, step];
}

/** What its steps cost together, and their tokens. One of unknown cost makes the sum unknown. */
function withSteps(answer: StoredAnswer, work: WorkRecord): StoredAnswer {
  const called = work.steps.filter(({ costSource }) => costSource !== undefined);
  const { cost: _cost, ...rest } = answer;
  if (called.length === 0) return { ...answer, work };
  const unknown = called.some(({ cost }) => cost === undefined);
  const sum = (of: (step: WorkStep) => number | undefined): number => called.reduce((total, step) => total + (of(step) ?? 0), 0);
  const cost: NanoDollars = nano(sum((step) => step.cost));
  return { ...rest, work, ...(unknown ? { costSource: 'unknown' } : { cost, costSource: called.at(-1)?.costSource ?? 'unknown' }), inputTokens: sum(({ inputTokens }) => inputTokens), outputTokens: sum(({ outputTokens }) => outputTokens) };
}

function ofNobody(work: WorkRecord): WorkRecord {
  return { ...work, steps: work.steps.map((step) => (step.state === 'running' || step.state === 'waiting' ? { ...step, state: step.state === 'running' ? 'cancelled' : 'skipped' } : step)) };
}

function ended(answer: StoredAnswer, end: WorkEnd, failure: Failure | undefined): StoredAnswer {
  if (end === 'stopped') return { ...answer, state: 'cancelled', failure: { kind: 'cancelled' } };
  return failure ? { ...answer, state: 'failed', failure } : complete(answer);
}

/** Whole, unless the step that is the answer was cut off. */
function complete(answer: StoredAnswer): StoredAnswer {
  const failure = answer.work?.steps.find(({ id }) => id === answer.work?.taken)?.failure;
  return failure?.kind === 'lengthReached' ? { ...answer, state: 'truncated', failure } : { ...answer, state: 'complete' };
}

function noteOf(...notes: readonly (string | undefined)[]): Pick<WorkRecord, 'note'> {
  const told = notes.filter((note) => note !== undefined);
  return told.length === 0 ? {} : { note: told.join(' ') };
}

function namesOf({ arm, modelName, providerName }: WorkStep): Partial<StoredAnswer> {
  return {
    ...(arm === undefined ? {} : { arm }),
    ...(modelName === undefined ? {} : { modelName }),
    ...(providerName === undefined ? {} : { providerName }),
  };
}
