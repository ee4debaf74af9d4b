import type { App, Notice } from '../../core/app';
import type { ConversationEvent } from '../../core/model/thread';
import type { Clock } from '../../core/ports/clock';
import type { Ids } from '../../core/ports/ids';
import type { Log } from '../../core/ports/log';
import type { Outbound, OutboundSettings, OutboundTrouble } from '../../core/ports/outbound';
import { amountOf } from './money';
import { httpPost, type Post } from './post';
import { TraceExport } from './telemetry/traceExport';
import { Outbox, type Processes } from './webhooks/outbox';
import { Webhooks } from './webhooks/webhooks';

export interface OutboundDependencies {
  readonly app: Pick<App, 'onCall' | 'onNotice' | 'conversations' | 'onExperimentEnded' | 'onAgentEnded'>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** Where undelivered webhooks are kept over a reload. */
  readonly folder: string;
  readonly processes: Processes;
  /** The secret of a webhook or of the collector, by its name. */
  readonly secret: (name: string) => Promise<string | undefined>;
  readonly version: string;
  readonly onTrouble: (trouble: OutboundTrouble) => void;
  readonly post?: Post;
}

export type OpenOutbound = (dependencies: Omit<OutboundDependencies, 'post'>) => Outbound;

/** The name under which the headers for the collector are kept; webhooks have names of their own. */
const telemetrySecret = 'telemetry';

/** The entry of the bundle. Works in every window, whether or not the gateway runs: each tells what happened in itself. */
export function openOutbound({ app, folder, processes, post = httpPost, ...dependencies }: OutboundDependencies): Outbound {
  const { log, clock, secret, version, onTrouble } = dependencies;
  let settings: OutboundSettings = { webhooks: [], otlpUrl: '', content: false };
  let traces: TraceExport | undefined;
  const webhooks = new Webhooks({ ...dependencies, post, outbox: new Outbox(folder, processes, log), hooks: () => settings.webhooks });
  const tellMissing = async (secretName: string): Promise<void> => {
    const key = await secret(secretName).catch(() => '');
    if (key === undefined) onTrouble({ kind: 'secretMissing', secretName });
  };
  const stop = [
    app.onCall((call, said) => traces?.add(call, settings.content ? said : undefined)),
    app.onNotice((notice) => tellNotice(notice, webhooks)),
    app.conversations.onEvent((event) => tellTask(event, app, webhooks)),
    app.onAgentEnded(({ agent, folder, spend: { spent, calls, unknownCalls }, totalMs }) => webhooks.tell({ type: 'agent.finished', data: { agent, folder: folder ?? null, calls, unknownCalls, cost: amountOf(spent), totalMs: totalMs ?? null } })),
    app.onExperimentEnded((data) => webhooks.tell({ type: 'experiment.finished', data })),
  ];
  return {
    configure(next) {
      if (!next.content) traces?.forgetContent();
      if (next.otlpUrl !== settings.otlpUrl) {
        void traces?.close();
        traces = next.otlpUrl === '' ? undefined : new TraceExport({ clock, log, post, url: next.otlpUrl, secret: () => secret(telemetrySecret), onTrouble, version, window: processes.own });
      }
      settings = next;
      // At once, and not only when there is something to tell.
      for (const secretName of new Set(next.webhooks.map((hook) => hook.secretName))) void tellMissing(secretName);
    },
    async close() {
      for (const end of stop) end();
      webhooks.close();
      await traces?.close();
    },
  };
}

function tellNotice(notice: Notice, webhooks: Webhooks): void {
  if (notice.kind !== 'budgetAlert') return;
  const { scope, realm, spent, limit, resetsAt } = notice.status;
  webhooks.tell({ type: 'budget.threshold', data: { scope, realm, percent: notice.percent, spent: amountOf(spent), limit: amountOf(limit), resetsAt: resetsAt === undefined ? null : new Date(resetsAt).toISOString() } });
}

/** An answer of one model is a task when it took so long that the person has turned to something else. Milliseconds. */
const longAnswerMs = 60_000;

function tellTask(event: ConversationEvent, { conversations }: OutboundDependencies['app'], webhooks: Webhooks): void {
  if (event.type !== 'answer-changed' || event.phase !== 'ended') return;
  // Rating an answer changes it as well, long after it came.
  if (conversations.runningIn(event.threadId)?.messageId !== event.messageId) return;
  const { state, cost, totalMs, work } = event.answer;
  if (!work && (totalMs ?? 0) < longAnswerMs) return;
  const calls = work ? work.steps.filter(({ arm }) => arm !== undefined).length : null;
  webhooks.tell({ type: 'task.finished', data: { strategy: work?.strategy ?? 'ask', end: work?.end ?? null, outcome: state, threadId: event.threadId, messageId: event.messageId, calls, cost: amountOf(cost), totalMs: totalMs ?? null } });
}
