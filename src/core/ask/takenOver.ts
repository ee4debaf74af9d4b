import type { AnswerEvent, AskRequest } from '../model/ask';
import type { Candidate } from '../model/route';
import type { AppSettings } from '../model/settings';
import type { Connection } from './connection';

export interface TakenOverDependencies {
  readonly connection: Connection;
  readonly settings: () => AppSettings;
}

/**
 * Asks, and when it turns out that the network is gone asks once more: `decide` then offers only models on this machine,
 * if the person lets them take over. The failed try is told like any other switch, with its receipt.
 */
export async function* takenOver({ connection, settings }: TakenOverDependencies, request: AskRequest, signal: AbortSignal, asked: (request: AskRequest, signal: AbortSignal) => AsyncGenerator<AnswerEvent, void>): AsyncGenerator<AnswerEvent, void> {
  let last: Candidate | undefined;
  let lost: Extract<AnswerEvent, { type: 'answer-failed' }> | undefined;
  for await (const event of asked(request, signal)) {
    if (event.type === 'answer-start') last = event.candidate;
    if (event.type === 'answer-failed' && event.failure.kind === 'offline' && !signal.aborted) lost = event;
    else yield event;
  }
  if (!lost) return;
  connection.settle();
  if (!last || !connection.isSurelyLost || !settings()['offline.localModels']) {
    yield lost;
    return;
  }
  const from = last;
  const { failure, receipt } = lost;
  let told = false;
  for await (const event of asked(request, signal)) {
    if (event.type === 'answer-start' && !told) {
      told = true;
      yield { type: 'answer-switched', from, to: event.candidate, failure, receipt };
    }
    // Nobody on this machine can answer: the first failure says what is the matter.
    if (event.type === 'answer-failed' && !told) yield lost;
    else yield event;
  }
}
