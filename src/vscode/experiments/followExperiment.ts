import * as vscode from 'vscode';
import type { App } from '../../core/app';
import type { Experiment } from '../../core/model/experiment';
import { commands } from '../../shared/contributions';
import { plainText } from '../plainText';
import { runCommand } from '../register';
import { resultSentence, titleOf } from './experimentView';

/** Shows how an experiment of this window goes on, with a way to pause it, and tells its result. */
export function followExperiment(app: App, id: string): void {
  void vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: 'Experiment', cancellable: true }, (progress, token) => follow(app, id, progress, token)).then(async (ended) => {
    if (ended?.state.is !== 'ended' && !(ended?.state.is === 'paused' && ended.state.failure)) return;
    const show = 'Show Experiments';
    const sentence = ended.state.is === 'ended' ? resultSentence(ended.plan, app.experiments().result(ended)) : 'It was paused; the page says why.';
    if ((await vscode.window.showInformationMessage(plainText(`${titleOf(ended.plan)}: ${sentence}`), show)) === show) await runCommand(commands.showExperiments);
  });
}

/** Resolves when nothing of it is asked any more: it ended, was paused, or waits for the person. */
function follow(app: App, id: string, progress: vscode.Progress<{ message: string }>, token: vscode.CancellationToken): Promise<Experiment | undefined> {
  const experiments = app.experiments();
  return new Promise((resolve) => {
    const look = async (): Promise<void> => {
      const experiment = await experiments.open(id).catch(() => undefined);
      const result = experiment && experiments.result(experiment);
      const waits = experiment !== undefined && (result?.open ?? 0) > 0;
      if (experiment?.state.is === 'running' && experiment.runs === 'here' && !waits) {
        const { pairs, plan } = experiment;
        progress.report({ message: plainText(`${titleOf(plan)}: ${pairs.length} of at most ${plan.mostPairs} pairs`) });
        // Nothing is asked before the next question: no reason to stay in the way.
        if (pairs.length < plan.questions.length) return;
      }
      stop();
      resolve(experiment);
    };
    const stop = experiments.onChange(() => void look());
    token.onCancellationRequested(() => void experiments.pause(id));
    void look();
  });
}
