import * as vscode from 'vscode';
import { chatParticipantId, languageModelTools, languageModelVendor } from '../../shared/contributions';
import type { LanguageModelRoom } from './openLanguageModels';

/** How long after start the editor is told of models for the first time: until then it lists none of ours. Milliseconds. */
const offerAfterMs = 3000;

/**
 * Tells the editor's own chat what there is: models, the participant and tools. What is behind it is loaded by its first use.
 * @param open loads it; what it is given is to be called when what is offered is another than before
 */
export function editorChatDoor(open: (offersChanged: () => void) => LanguageModelRoom): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  const room = () => open(() => changed.fire());
  // Who has switched the editor's chat off is spared the work.
  const timer = setTimeout(() => void (vscode.workspace.getConfiguration('chat').get('disableAIFeatures') !== true && room()), offerAfterMs);
  const participant = vscode.chat.createChatParticipant(chatParticipantId, (...request) => room().participant.handle(...request));
  participant.iconPath = new vscode.ThemeIcon('credit-card');
  participant.followupProvider = { provideFollowups: (result) => room().participant.provideFollowups(result) };
  return vscode.Disposable.from(
    changed,
    { dispose: () => clearTimeout(timer) },
    participant,
    participant.onDidReceiveFeedback((feedback) => room().participant.heard(feedback)),
    vscode.lm.registerLanguageModelChatProvider(languageModelVendor, {
      onDidChangeLanguageModelChatInformation: changed.event,
      provideLanguageModelChatInformation: (options) => room().provider.provideLanguageModelChatInformation(options),
      provideLanguageModelChatResponse: (...request) => room().provider.provideLanguageModelChatResponse(...request),
      provideTokenCount: (model, text) => room().provider.provideTokenCount(model, text),
    }),
    ...(['ask', 'estimateCost', 'spend'] as const).map((tool) =>
      vscode.lm.registerTool<unknown>(languageModelTools[tool], {
        prepareInvocation: (...invocation) => room().tools[tool].prepareInvocation?.(...invocation),
        invoke: (...invocation) => room().tools[tool].invoke(...invocation),
      }),
    ),
  );
}
