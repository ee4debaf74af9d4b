import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { App } from '../../core/app';
import type { Log } from '../../core/ports/log';
import { storageFailure } from '../../core/ports/ledgerStore';
import { commands } from '../../shared/contributions';
import { type ExperimentsRequest, fromExperimentsPage, type ToExperimentsPage } from '../../shared/experimentsProtocol';
import { tell } from '../failureTexts';
import { pageHtml } from '../pageHtml';
import { plainText } from '../plainText';
import { runCommand } from '../register';
import { begunText } from './begunText';
import { experimentView, titleOf } from './experimentView';
import { followExperiment } from './followExperiment';

/** The panel of the experiments: one a window. It shows what the store has, also of other windows. */
export class ExperimentsPanel {
  #panel: vscode.WebviewPanel | undefined;
  #stopListening: (() => void) | undefined;
  #sending = false;
  #again = false;

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
    const panel = vscode.window.createWebviewPanel('farthing.experiments', 'Experiments', vscode.ViewColumn.Active, { enableScripts: true, localResourceRoots: [root] });
    this.#panel = panel;
    this.#stopListening = this.app.experiments().onChange(() => this.#send());
    panel.iconPath = vscode.Uri.joinPath(this.extensionUri, 'media', 'farthing.svg');
    panel.onDidDispose(() => {
      this.#panel = undefined;
      this.#stopListening?.();
    });
    panel.webview.onDidReceiveMessage((message: unknown) => void this.#receive(message));
    panel.webview.html = pageHtml(panel.webview, this.extensionUri, randomBytes(16).toString('hex'), 'experiments', 'Experiments');
  }

  async #receive(raw: unknown): Promise<void> {
    const parsed = fromExperimentsPage.safeParse(raw);
    if (!parsed.success) {
      this.log.warn(`message of the page of experiments refused: ${parsed.error.issues.map((issue) => issue.path.join('.')).join(', ')}`);
      return;
    }
    const { id, request } = parsed.data;
    try {
      const error = await this.#handle(request);
      this.#post({ type: 'reply', id, ...(error === undefined ? {} : { error }) });
    } catch (error) {
      this.log.error('an experiment could not be shown or changed', error);
      this.#post({ type: 'reply', id, error: tell(storageFailure(error), this.#context()).sentence });
    }
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
        const yes = 'Delete';
        const detail = 'Its answers and verdicts are removed for good. What it cost stays in the ledger.';
        if (experiment && (await vscode.window.showWarningMessage(plainText(`Delete the experiment "${titleOf(experiment.plan)}"?`), { modal: true, detail }, yes)) === yes) await experiments.remove(request.experiment);
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
      while (this.#again && this.#panel) {
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
    const context = this.#context();
    this.#post({ type: 'experiments', experiments: (await experiments.list()).map((one) => experimentView(one, experiments.result(one), context)) });
  }

  #context(): Parameters<typeof experimentView>[2] {
    return { nameOf: this.app.providerName, now: Date.now() };
  }

  #post(message: ToExperimentsPage): void {
    void this.#panel?.webview.postMessage(message);
  }
}
