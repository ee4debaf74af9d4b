import * as vscode from 'vscode';
import type { App } from '../../core/app';
import type { Experiment } from '../../core/model/experiment';
import { commands } from '../../shared/contributions';
import { t } from '../../shared/l10n';
import { plainText } from '../plainText';
import { runCommand } from '../register';
import { endedText, titleOf } from './experimentView';

/** Shows how an experiment of this window goes on while it asks, with a way to pause it, and tells its result, however much later. */
export function followExperiment(app: App, id: string): void {
  void vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: t('Experiment'), cancellable: true }, (progress, token) => {
    token.onCancellationRequested(() => void app.experiments().pause(id).catch((error: unknown) => vscode.window.showErrorMessage(plainText(t('The experiment could not be paused: {0}', error instanceof Error ? error.message : String(error))))));
    return when(app, id, (experiment) => {
      if (experiment && isAsking(app, experiment)) progress.report({ message: plainText(t('{0}: {1} of at most {2} pairs', titleOf(experiment.plan), experiment.pairs.length, experiment.plan.mostPairs)) });
      return !experiment || !isAsking(app, experiment);
    });
  });
  void when(app, id, (experiment) => experiment?.state.is !== 'running' || experiment.runs !== 'here').then(async (experiment) => {
    if (!experiment) return;
    const { plan, state } = experiment;
    const sentence = state.is === 'ended' ? endedText(experiment, app.experiments().result(experiment)) : state.is === 'paused' && state.failure ? t('It was paused; the page says why.') : undefined;
    // Who paused or stopped it knows.
    if (sentence === undefined || (state.is === 'ended' && state.why === 'stopped')) return;
    const show = t('Show Experiments');
    if ((await vscode.window.showInformationMessage(plainText(`${titleOf(plan)}: ${sentence}`), show)) === show) await runCommand(commands.showExperiments);
  });
}

/** It does not wait for the person's verdict or next question. */
function isAsking(app: App, experiment: Experiment): boolean {
  const { state, runs, pairs, plan } = experiment;
  return state.is === 'running' && runs === 'here' && app.experiments().result(experiment).open === 0 && pairs.length < plan.questions.length;
}

/** Looks at an experiment whenever something changed, until `isDone`; undefined is one that was deleted. */
function when(app: App, id: string, isDone: (experiment: Experiment | undefined) => boolean): Promise<Experiment | undefined> {
  return new Promise((resolve) => {
    const look = async (): Promise<void> => {
      // What cannot be read now is looked at again after the next change.
      const found = await app.experiments().open(id).then((experiment) => ({ experiment }), () => undefined);
      if (!found || !isDone(found.experiment)) return;
      stop();
      resolve(found.experiment);
    };
    const stop = app.experiments().onChange(() => void look());
    void look();
  });
}
