import type * as vscode from 'vscode';
import type { App } from '../../core/app';
import type { RoutingReport } from '../../core/model/report';
import type { Log } from '../../core/ports/log';
import { t } from '../../shared/l10n';
import { fromReportPage, type Period, type ReportRequest, type ToReportPage } from '../../shared/reportProtocol';
import { PagePanel } from '../pagePanel';
import { reportView, shortName } from './reportView';
import { saveCalls } from './saveCalls';

/** The panel of the Routing Report. The page asks, and is told anew whenever it asks again. */
export class ReportPanel {
  readonly #panel: PagePanel<ReportRequest, ToReportPage>;
  /** Of the report that is being read. */
  #reading = new AbortController();

  constructor(
    private readonly app: App,
    log: Log,
    extensionUri: vscode.Uri,
  ) {
    const opened = () => () => this.#reading.abort();
    this.#panel = new PagePanel({ name: 'report', title: t('Routing Report'), message: fromReportPage, handle: (request) => this.#handle(request), opened }, app, log, extensionUri);
  }

  show(): void {
    this.#panel.show();
  }

  async #handle(request: ReportRequest): Promise<undefined> {
    switch (request.type) {
      case 'show': {
        const report = await this.#read(request.period);
        if (report) this.#panel.post({ type: 'report', report: reportView(report, request.period, armNaming(await this.app.knownModels(), this.app.providerName)) });
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
      return await this.app.routingReport(daysOf(period), reading.signal, (calls) => this.#panel.post({ type: 'progress', calls }));
    } catch (error) {
      if (reading.signal.aborted) return undefined;
      throw error;
    }
  }
}

function daysOf(period: Period): number | undefined {
  return period === 'all' ? undefined : Number(period);
}

/** `provider/model#effort` for people: the model's name where it can still be asked, else its id. */
function armNaming(models: Awaited<ReturnType<App['models']>>, nameOf: App['providerName']): (arm: string) => string {
  const names = new Map<string, string>(models.map(({ id, arm: { card, effort } }) => [id, effort.isDefault ? card.name : t('{0} ({1} effort)', card.name, effort.effort)]));
  return (arm) => {
    const slash = arm.indexOf('/');
    return slash === -1 ? shortName(arm) : t('{0} at {1}', shortName(names.get(arm) ?? arm.slice(slash + 1)), shortName(nameOf(arm.slice(0, slash))));
  };
}
