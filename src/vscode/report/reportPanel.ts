import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { App } from '../../core/app';
import type { RoutingReport } from '../../core/model/report';
import type { Log } from '../../core/ports/log';
import { storageFailure } from '../../core/ports/ledgerStore';
import { type FromReportPage, fromReportPage, type Period, type ReportRequest, type ToReportPage } from '../../shared/reportProtocol';
import { tell } from '../failureTexts';
import { pageHtml } from '../pageHtml';
import { reportView, shortName } from './reportView';
import { saveCalls } from './saveCalls';

/** The panel of the Routing Report: one a window. The page asks, and is told anew whenever it asks again. */
export class ReportPanel {
  #panel: vscode.WebviewPanel | undefined;
  /** Of the report that is being read. */
  #reading = new AbortController();

  constructor(
    private readonly app: App,
    private readonly log: Log,
    private readonly extensionUri: vscode.Uri,
  ) {}

  show(): void {
    if (this.#panel) {
      this.#panel.reveal();
      return;
    }
    const root = vscode.Uri.joinPath(this.extensionUri, 'dist', 'webview');
    const panel = vscode.window.createWebviewPanel('farthing.report', 'Routing Report', vscode.ViewColumn.Active, { enableScripts: true, localResourceRoots: [root] });
    this.#panel = panel;
    panel.iconPath = vscode.Uri.joinPath(this.extensionUri, 'media', 'farthing.svg');
    panel.onDidDispose(() => {
      this.#panel = undefined;
      this.#reading.abort();
    });
    panel.webview.onDidReceiveMessage((message: unknown) => void this.#receive(message));
    panel.webview.html = pageHtml(panel.webview, this.extensionUri, randomBytes(16).toString('hex'), 'report', 'Routing Report');
  }

  async #receive(raw: unknown): Promise<void> {
    const parsed = fromReportPage.safeParse(raw);
    if (!parsed.success) {
      this.log.warn(`message of the report page refused: ${parsed.error.issues.map((issue) => issue.path.join('.')).join(', ')}`);
      return;
    }
    const { id, request }: FromReportPage = parsed.data;
    try {
      await this.#handle(request);
      this.#post({ type: 'reply', id });
    } catch (error) {
      this.log.error('the routing report failed', error);
      this.#post({ type: 'reply', id, error: tell(storageFailure(error), { nameOf: this.app.providerName, now: Date.now() }).sentence });
    }
  }

  async #handle(request: ReportRequest): Promise<void> {
    switch (request.type) {
      case 'show': {
        const report = await this.#read(request.period);
        if (report) this.#post({ type: 'report', report: reportView(report, request.period, this.#armName) });
        return;
      }
      case 'stop':
        this.#reading.abort();
        return;
      case 'export':
        await saveCalls(this.app, daysOf(request.period), request.format);
    }
  }

  /** Undefined when it was stopped, or another was asked for meanwhile. */
  async #read(period: Period): Promise<RoutingReport | undefined> {
    this.#reading.abort();
    const reading = new AbortController();
    this.#reading = reading;
    try {
      return await this.app.routingReport(daysOf(period), reading.signal, (calls) => this.#post({ type: 'progress', calls }));
    } catch (error) {
      if (reading.signal.aborted) return undefined;
      throw error;
    }
  }

  /** `provider/model#effort` for people. */
  readonly #armName = (arm: string): string => {
    const slash = arm.indexOf('/');
    return slash === -1 ? shortName(arm) : `${shortName(arm.slice(slash + 1))} at ${shortName(this.app.providerName(arm.slice(0, slash)))}`;
  };

  #post(message: ToReportPage): void {
    void this.#panel?.webview.postMessage(message);
  }
}

function daysOf(period: Period): number | undefined {
  return period === 'all' ? undefined : Number(period);
}
