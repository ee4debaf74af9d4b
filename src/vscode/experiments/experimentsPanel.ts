import * as vscode from 'vscode';
import type { App } from '../../core/app';
import type { Log } from '../../core/ports/log';
import { commands } from '../../shared/contributions';
import { type ExperimentsRequest, fromExperimentsPage, type ToExperimentsPage } from '../../shared/experimentsProtocol';
import { t } from '../../shared/l10n';
import { PagePanel } from '../pagePanel';
import { plainText } from '../plainText';
import { runCommand } from '../register';
import { begunText } from './begunText';
import { experimentView, titleOf } from './experimentView';
import { followExperiment } from './followExperiment';

/** The panel of the experiments. It shows what the store has, also of other windows. */
export class ExperimentsPanel {
  readonly #panel: PagePanel<ExperimentsRequest, ToExperimentsPage>;
  #sending = false;
  #again = false;

  constructor(
    private readonly app: App,
    private readonly log: Log,
    extensionUri: vscode.Uri,
  ) {
    const opened = () => this.app.experiments().onChange(() => this.#send());
    this.#panel = new PagePanel({ name: 'experiments', title: t('Experiments'), message: fromExperimentsPage, handle: (request) => this.#handle(request), opened }, app, log, extensionUri);
  }

  show(): void {
    this.#panel.show();
  }

  /** Returns why it was not done, for the person. */
  async #handle(request: ExperimentsRequest): Promise<string | undefined> {
    const experiments = this.app.experiments();
    switch (request.type) {
      case 'show':
        await this.#tellAll();
        return undefined;
      case 'new':
        await runCommand(commands.newExperiment);
        return undefined;
      case 'pause':
        await experiments.pause(request.experiment);
        break;
      case 'stop':
        await experiments.stop(request.experiment);
        break;
      case 'judge':
        await experiments.judge(request.experiment, request.place, request.better);
        break;
      case 'resume': {
        const begun = await experiments.resume(request.experiment);
        if (!begun.ok) return begunText(begun.why);
        followExperiment(this.app, begun.id);
        break;
      }
      case 'remove': {
        const experiment = await experiments.open(request.experiment);
        const yes = t('Delete');
        const detail = t('Its answers and verdicts are removed for good. What it cost stays in the ledger.');
        if (experiment && (await vscode.window.showWarningMessage(plainText(t('Delete the experiment "{0}"?', titleOf(experiment.plan))), { modal: true, detail }, yes)) === yes) await experiments.remove(request.experiment);
        break;
      }
    }
    this.#send();
    return undefined;
  }

  /** However many changes come while one is told, what is told last is the newest. */
  #send(): void {
    this.#again = true;
    if (!this.#sending) void this.#sendAll();
  }

  async #sendAll(): Promise<void> {
    this.#sending = true;
    try {
      while (this.#again && this.#panel.isOpen) {
        this.#again = false;
        await this.#tellAll();
      }
    } catch (error) {
      this.log.error('the experiments could not be read', error);
    } finally {
      this.#sending = false;
    }
  }

  async #tellAll(): Promise<void> {
    const experiments = this.app.experiments();
    const context = { nameOf: this.app.providerName, now: Date.now() };
    this.#panel.post({ type: 'experiments', experiments: (await experiments.list()).map((one) => experimentView(one, experiments.result(one), context)) });
  }
}
