import type * as vscode from 'vscode';
import type { Image, Message } from '../../core/model/message';
import type { WireRequest } from '../../core/ports/wire';
import { objectOf, parseJson } from '../http/jsonValue';
import { offeredTools } from '../http/offeredTools';
import { schemaText } from '../http/schemaText';
import type { Editor } from './editor';

/** Shown by the editor when it asks the person whether Farthing may use a model. */
const justification = 'Farthing answers your question with this model when it is the cheapest that can. You switched it on with farthing.editorModels.enabled.';

/**
 * The messages and options of one request. The editor's API (1.125) knows no system message, no output limit, no effort,
 * no JSON mode and no sampling: a system text is the first thing the user says, a schema is asked for in words, the others
 * are left to the model.
 */
export function toRequest(editor: Editor, request: Pick<WireRequest, 'messages' | 'tools' | 'toolChoice' | 'format'>): { readonly messages: vscode.LanguageModelChatMessage[]; readonly options: vscode.LanguageModelChatRequestOptions } {
  const { messages, toolChoice, format } = request;
  const tools = offeredTools(request);
  const inWords = format === undefined || format === 'json' ? [] : [{ role: 'system', text: schemaText(format) } as const];
  // Models of some extensions, Copilot among them, refuse that one of several tools must be called.
  const mustCall = tools.length === 1 && (toolChoice === 'required' || typeof toolChoice === 'object');
  return {
    messages: toMessages(editor, [...inWords, ...messages]),
    options: {
      justification,
      ...(tools.length === 0 ? {} : { tools: tools.map(({ name, description, parameters }) => ({ name, description, inputSchema: parameters })), ...(mustCall ? { toolMode: editor.LanguageModelChatToolMode.Required } : {}) }),
    },
  };
}

function toMessages(editor: Editor, messages: readonly Message[]): vscode.LanguageModelChatMessage[] {
  const sent: vscode.LanguageModelChatMessage[] = [];
  let results: vscode.LanguageModelToolResultPart[] = [];
  const { User, Assistant } = editor.LanguageModelChatMessage;
  // The results of parallel calls belong into one message: most vendors refuse a call whose result is not in the next one.
  const flush = () => {
    if (results.length > 0) sent.push(User(results));
    results = [];
  };
  for (const message of messages) {
    if (message.role === 'tool') {
      results.push(new editor.LanguageModelToolResultPart(message.toolCallId, [new editor.LanguageModelTextPart(message.text), ...toImages(editor, message.images)]));
      continue;
    }
    flush();
    if (message.role === 'assistant') {
      const calls = (message.toolCalls ?? []).map(({ id, name, arguments: text }) => new editor.LanguageModelToolCallPart(id, name, objectOf(parseJson(text)?.value) ?? {}));
      // Empty text beside calls is refused by some vendors, a message without parts by all.
      sent.push(Assistant([...(message.text === '' && calls.length > 0 ? [] : [new editor.LanguageModelTextPart(message.text)]), ...calls]));
    } else {
      sent.push(User([new editor.LanguageModelTextPart(message.text), ...toImages(editor, message.role === 'user' ? message.images : undefined)]));
    }
  }
  flush();
  return sent;
}

function toImages(editor: Editor, images: readonly Image[] = []): vscode.LanguageModelDataPart[] {
  return images.map((image) => editor.LanguageModelDataPart.image(bytesOf(image), image.mediaType));
}

function bytesOf({ base64 }: Image): Uint8Array {
  return new Uint8Array(Buffer.from(base64.replace(/^data:[^,]*,/, ''), 'base64'));
}
