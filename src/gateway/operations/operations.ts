import type { Ask } from '../../core/model/ask';
import { storageFailure } from '../../core/ports/ledgerStore';
import type { Reply, Row, RowRequest } from '../row';
import { BookTotals } from './bookTotals';
import { budgetsReply } from './budgetsReply';
import { callsReply } from './callsReply';
import { ClientNames } from './clientNames';
import type { OperationsDependencies, OperationsGround } from './ground';
import { healthReply } from './healthReply';
import { Metrics, metricsContentType } from './metrics';
import { observedAsk } from './observedAsk';
import { booksClosed, Refusal } from './refusal';
import { routeReply } from './routeReply';
import { spendReply } from './spendReply';

/** What programs read of Farthing, and what is counted in it. */
export interface Operations {
  /** `door.ask`, counted. */
  readonly ask: Ask;
  readonly rows: readonly Row[];
  /** Notes a reply of the gateway. `endpoint` is the path of a row, never what a client wrote. */
  answered(endpoint: string, status: number): void;
  close(): void;
}

interface Page {
  readonly method: Row['method'];
  readonly path: string;
  /** It tells of everybody, so no client of the gateway may see it. */
  readonly machineOnly?: boolean;
  /** An object is told as JSON, a text as metrics. @throws {Refusal} */
  readonly answer: (ground: OperationsGround, request: RowRequest) => Promise<object | string>;
}

/** As docs/openapi.json describes them. */
const pages: readonly Page[] = [
  { method: 'GET', path: '/health', answer: healthReply },
  { method: 'GET', path: '/metrics', machineOnly: true, answer: ({ metrics, totals, door, names }) => metrics.text({ totals, door, names }) },
  { method: 'GET', path: '/v1/farthing/spend', answer: spendReply },
  { method: 'GET', path: '/v1/farthing/budgets', answer: budgetsReply },
  { method: 'GET', path: '/v1/farthing/calls', answer: callsReply },
  { method: 'POST', path: '/v1/farthing/route', answer: routeReply },
];

/** Counting begins with this: a gateway that is handed over starts from zero, the sums of the books do not. */
export function openOperations(dependencies: OperationsDependencies): Operations {
  const { door, clock, log } = dependencies;
  const names = new ClientNames(door, log);
  const metrics = new Metrics(dependencies.version, clock.now());
  const totals = new BookTotals(door, clock);
  const ground: OperationsGround = { ...dependencies, metrics, totals, names, startedAt: clock.elapsed() };
  const stop = [door.onCall((call) => metrics.called(call, names.of(call.client))), door.onBudgetChanged(() => totals.changed()), () => names.close()];
  return {
    ask: observedAsk(door.ask, metrics),
    rows: pages.map((page) => rowOf(page, ground)),
    answered: (endpoint, status) => metrics.answered(endpoint, status),
    close: () => stop.forEach((end) => end()),
  };
}

function rowOf({ method, path, machineOnly, answer }: Page, ground: OperationsGround): Row {
  const reply = async (request: RowRequest): Promise<Reply> => {
    if (machineOnly && request.caller !== 'machine') return { problem: { kind: 'forbidden', status: 403, message: 'This needs the token of the machine; a client sees only what is its own.' } };
    try {
      const body = await answer(ground, request);
      return { status: 200, body, ...(typeof body === 'string' ? { contentType: metricsContentType } : {}) };
    } catch (error) {
      if (error instanceof Refusal) return { problem: error.problem };
      if (storageFailure(error).kind !== 'storage') throw error;
      ground.log.error(`gateway: ${path} could not read the books`, error);
      return { problem: booksClosed };
    }
  };
  return { method, path, problem: ({ kind, message, field }) => ({ error: { kind, message, ...(field === undefined ? {} : { field }) } }), serve: { kind: 'reply', reply } };
}
