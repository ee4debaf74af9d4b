import * as vscode from 'vscode';
import type { App } from '../../core/app';
import type { Log } from '../../core/ports/log';
import { t, useBundle } from '../../shared/l10n';
import type { Actions } from '../actions';
import type { ContextRoom } from '../context/openContext';
import type { TextContext } from '../failureTexts';
import { ChatProvider } from './chatProvider';
import { OfferedButtons } from './offeredButtons';
import { Participant } from './participant';
import { FailureNotices } from './tellFailure';
import { languageModelTools } from './tools';

export interface LanguageModelDependencies {
  readonly app: App;
  readonly actions: Pick<Actions, 'run'>;
  readonly log: Log;
  readonly contextRoom: () => ContextRoom;
  /** Told when what is offered to the editor is another than before. */
  readonly offersChanged: () => void;
}

/** What Farthing is to the editor's own chat, its agents and to other extensions. */
export interface LanguageModelRoom extends vscode.Disposable {
  readonly provider: ChatProvider;
  readonly participant: Participant;
  readonly tools: ReturnType<typeof languageModelTools>;
  /** A button below an answer in the editor's chat. */
  pressButton(argument: unknown): Promise<void>;
}

/** The entry of the bundle. */
export function openLanguageModels({ app, actions, log, contextRoom, offersChanged }: LanguageModelDependencies): LanguageModelRoom {
  // A bundle of its own has its own copy of the texts.
  useBundle(vscode.l10n.bundle, vscode.env.language);
  const context = (): TextContext => ({ nameOf: app.providerName, now: Date.now() });
  const run: Actions['run'] = async (...action) => {
    const done = await actions.run(...action);
    // The editor has no way to ask again for the person.
    if (done === 'retry') void vscode.window.showInformationMessage(t("That is done. Now ask again in the editor's chat."));
    return done;
  };
  const provider = new ChatProvider(app, new FailureNotices(run, context), log, context, () => follow());
  const buttons = new OfferedButtons(run);
  let told = '[]';
  // Setups change often, what is offered seldom: the editor reads all models anew for each word of a change.
  const compare = async (): Promise<void> => {
    const now = JSON.stringify(await provider.knownOffers());
    if (now === told) return;
    told = now;
    offersChanged();
  };
  const follow = (): void => void compare().catch((error: unknown) => log.error("what is offered to the editor's chat could not be read", error));
  const stop = app.onSetupChanged(follow);
  follow();
  return {
    provider,
    participant: new Participant({ app, log, context, contextRoom, buttons }),
    tools: languageModelTools(app, context),
    pressButton: async (argument) => {
      if (!(await buttons.press(argument))) void vscode.window.showInformationMessage(t('That button is from before the window was loaded. Ask again.'));
    },
    dispose: stop,
  };
}
