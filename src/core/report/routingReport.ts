import type { RoutingReport } from '../model/report';
import type { CallHistory, CallQuery } from '../ports/callHistory';
import { mostOutcomes, type OutcomeStore } from '../ports/outcomeStore';
import { Predictions } from './prediction';
import { type Asked, Questions } from './questions';
import { savings } from './savings';
import { retriedQuestions, selection } from './selection';
import { Spend } from './spend';

export interface ReportStores {
  readonly history: CallHistory;
  readonly outcomes: Pick<OutcomeStore, 'list'>;
}

/**
 * What the books say of the routing in a period. Reads every call of it once.
 * @param onProgress told how many calls were read so far
 * @throws {StorageError} when the books cannot be read; the signal's reason when it was aborted
 */
export async function routingReport({ history, outcomes: store }: ReportStores, query: CallQuery, signal: AbortSignal, onProgress: (calls: number) => void = () => undefined): Promise<RoutingReport> {
  const spend = new Spend();
  const predictions = new Predictions();
  const questions = new Questions();
  let calls = 0;
  for await (const page of history.pages(query)) {
    signal.throwIfAborted();
    for (const call of page) {
      spend.add(call);
      predictions.add(call);
      questions.add(call);
    }
    calls += page.length;
    onProgress(calls);
  }
  // A question may have been rated long after it was asked, so the end of the period is not theirs.
  const outcomes = (await store.list(query.from, mostOutcomes)).filter(({ realm }) => realm === query.realm);
  const prediction = predictions.report();
  const saved = savings(questions, retriedQuestions(outcomes));
  // Between the two that go through all questions others have their turn.
  const trials = await history.trials(query);
  return {
    ...query,
    spend: spend.report({ side: questions.side, ...counted(questions.asked.values()) }),
    savings: saved,
    prediction,
    selection: selection(questions.asked.values(), outcomes, trials),
  };
}

function counted(asked: Iterable<Asked>): { readonly questions: number; readonly requests: number } {
  let questions = 0;
  let requests = 0;
  for (const { isProgram } of asked) if (isProgram) requests += 1; else questions += 1;
  return { questions, requests };
}
