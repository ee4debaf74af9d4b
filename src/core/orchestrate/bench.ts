import type { AnswerEvent, Ask, AskRequest } from '../model/ask';
import type { Failure } from '../model/failure';
import type { Message } from '../model/message';
import { type NanoDollars, nano } from '../model/money';
import type { Candidate } from '../model/route';
import type { WorkEnd, WorkEvent, WorkStep } from '../model/work';
import type { Ids } from '../ports/ids';

/** How many calls are under way at most: as many as a comparison has columns. */
const mostAtOnce = 6;

export const budgetNote = 'The budget has no room for the next step. What was there before it is kept.';

export interface BenchOptions {
  readonly ask: Ask;
  readonly ids: Ids;
  /** What all calls have in common: purpose, conversation, question, hold. */
  readonly common: Omit<AskRequest, 'messages'>;
  readonly signal: AbortSignal;
  /** Fires when the person has this one step stopped. */
  readonly stopOf: (stepId: string) => AbortSignal;
  readonly tell: (event: WorkEvent) => void;
}

/** What a call came to. */
export interface Said {
  readonly id: string;
  readonly candidate: Candidate;
  readonly text: string;
  /** It came to its end and says something. */
  readonly ok: boolean;
  /** The answer hit its limit and is cut off. */
  readonly cut: boolean;
  readonly failure: Failure | undefined;
}

export interface Ended {
  readonly end: WorkEnd;
  readonly note?: string;
  /** Where nothing came of it. */
  readonly failure?: Failure;
}

interface NewStep extends Pick<WorkStep, 'kind' | 'parent' | 'round'> {
  /** The one in whose place it is asked once more; what that cost still counts. */
  readonly again?: WorkStep;
}

/** Where strategies have models asked: every call is a step that is told as it grows, and one that fails harms no other. */
export class Bench {
  readonly #steps = new Map<string, WorkStep>();
  #underWay = 0;
  #broke = false;
  readonly #waiting: (() => void)[] = [];

  constructor(private readonly options: BenchOptions) {}

  get stopped(): boolean {
    return this.options.signal.aborted;
  }

  /** A step had no room in the budget. */
  get broke(): boolean {
    return this.#broke;
  }

  get signal(): AbortSignal {
    return this.options.signal;
  }

  /** Asks one model. Never rejects. */
  async ask(step: NewStep, candidate: Candidate, messages: readonly Message[], maxOutputTokens?: number): Promise<Said> {
    const id = step.again?.id ?? this.options.ids.next();
    for await (const _ of this.#called(id, step, candidate, { messages, purpose: 'chat', pin: candidate.id, ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }) })) void _;
    const { text = '', state, failure } = this.#steps.get(id) ?? {};
    return { id, candidate, text, ok: state === 'done' && text.trim() !== '', cut: failure?.kind === 'lengthReached', failure };
  }

  /** The request path for others that ask: each call is a step, its id among `steps`. */
  through(step: NewStep, candidate: Candidate): { readonly ask: Ask; readonly steps: readonly string[] } {
    const steps: string[] = [];
    return {
      steps,
      ask: (request) => {
        const id = this.options.ids.next();
        steps.push(id);
        return this.#called(id, step, candidate, request);
      },
    };
  }

  /** What came out of a step, in a word and a figure. */
  found(id: string, found: Pick<WorkStep, 'score' | 'note'>): void {
    const step = this.#steps.get(id);
    if (step) this.#tell({ ...step, ...found });
  }

  /** Makes it the answer. */
  take({ id }: Pick<Said, 'id'>): void {
    this.options.tell({ type: 'step-taken', stepId: id });
  }

  agreed(agreement: Extract<WorkEvent, { type: 'work-agreed' }>['agreement']): void {
    this.options.tell({ type: 'work-agreed', agreement });
  }

  /** How work ends of which nothing came. */
  nothing(said: readonly Said[]): Ended {
    if (this.stopped) return { end: 'stopped' };
    const failures = said.flatMap(({ failure }) => failure ?? []);
    const failure = failures.find(({ kind }) => kind === 'budgetReached') ?? failures[0] ?? { kind: 'badReply', provider: said[0]?.candidate.arm.offer.provider ?? '', detail: 'The answer was empty.' };
    return { end: failure.kind === 'budgetReached' ? 'budget' : 'failed', failure };
  }

  /** How work ends that something came of, when the next step failed. */
  after({ failure }: Said, done: Ended): Ended {
    if (this.stopped) return { end: 'stopped' };
    return failure?.kind === 'budgetReached' ? { end: 'budget', note: budgetNote } : done;
  }

  async *#called(id: string, { kind, parent, round, again }: NewStep, candidate: Candidate, request: AskRequest): AsyncGenerator<AnswerEvent, void> {
    const { common } = this.options;
    const signal = AbortSignal.any([this.options.signal, this.options.stopOf(id)]);
    const { card, offer } = candidate.arm;
    this.#tell({
      id,
      kind,
      state: 'waiting',
      arm: candidate.id,
      modelName: card.name,
      providerName: offer.provider,
      text: '',
      ...(parent === undefined ? {} : { parent }),
      ...(round === undefined ? {} : { round }),
      ...(again?.costSource === undefined ? {} : { costSource: again.costSource }),
      ...(again?.cost === undefined ? {} : { cost: again.cost }),
    });
    await this.#turn();
    try {
      if (signal.aborted) {
        this.#change(id, { state: 'skipped' });
        yield { type: 'answer-failed', failure: { kind: 'cancelled' }, receipt: undefined };
        return;
      }
      this.#change(id, { state: 'running' });
      for await (const event of this.options.ask({ ...request, ...common, pin: candidate.id }, signal)) {
        this.#follow(id, event);
        yield event;
      }
    } finally {
      this.#underWay -= 1;
      this.#waiting.shift()?.();
    }
  }

  #follow(id: string, event: AnswerEvent): void {
    if (event.type === 'text-delta') {
      const step = this.#steps.get(id);
      if (step) this.#steps.set(id, { ...step, text: step.text + event.text });
      this.options.tell({ type: 'step-appended', stepId: id, text: event.text });
      return;
    }
    if (event.type === 'answer-waiting') this.#change(id, { note: event.reason === 'limit' ? 'Waits for its turn: your limit for this provider is reached.' : 'Had trouble for a moment and is asked again.' });
    if (event.type === 'answer-start') this.#begun(id, event.held?.likely);
    if ('receipt' in event && event.receipt) {
      const { charge, usage, timing } = event.receipt;
      const before = this.#steps.get(id);
      if (!before) return;
      const { cost = 0, ...step } = before;
      const unknown = step.costSource === 'unknown' || charge.amount === undefined;
      this.#tell({
        ...step,
        ...(unknown ? { costSource: 'unknown' } : { cost: nano(cost + charge.amount), costSource: charge.source }),
        inputTokens: usage.inputTokens,
        outputTokens: usage.outputTokens,
        totalMs: timing.totalMs,
        ...(timing.firstTokenMs === undefined ? {} : { firstTokenMs: timing.firstTokenMs }),
      });
    }
    if (event.type === 'answer-end') this.#change(id, { state: 'done', ...(event.stop === 'length' ? { failure: { kind: 'lengthReached', provider: this.#steps.get(id)?.providerName ?? '' } } : {}) });
    if (event.type === 'answer-failed' && event.failure.kind === 'budgetReached') this.#broke = true;
    if (event.type === 'answer-failed') this.#change(id, { state: event.failure.kind === 'cancelled' ? 'cancelled' : 'failed', failure: event.failure });
  }

  /** It waits no longer. */
  #begun(id: string, expected: NanoDollars | undefined): void {
    const step = this.#steps.get(id);
    if (!step) return;
    const { note: _waited, ...rest } = step;
    this.#tell({ ...rest, ...(expected === undefined ? {} : { expected }) });
  }

  async #turn(): Promise<void> {
    this.#underWay += 1;
    if (this.#underWay > mostAtOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #change(id: string, change: Partial<WorkStep>): void {
    const step = this.#steps.get(id);
    if (step) this.#tell({ ...step, ...change });
  }

  #tell(step: WorkStep): void {
    this.#steps.set(step.id, step);
    this.options.tell({ type: 'step-changed', step });
  }
}
