import type * as vscode from 'vscode';
import type { Image, Message } from '../../core/model/message';
import type { WireRequest } from '../../core/ports/wire';
import { objectOf, parseJson } from '../http/jsonValue';
import type { Editor } from './editor';

/** Shown by the editor when it asks the person whether Farthing may use a model. */
const justification = 'Farthing answers your question with this model when it is the cheapest that can. You switched it on with farthing.editorModels.enabled.';

/**
 * The messages and options of one request. The editor's API (1.125) knows no system message, no output limit, no effort
 * and no JSON mode: a system text is the first thing the user says, the others are left to the model.
 */
export function toRequest(editor: Editor, { messages, tools }: Pick<WireRequest, 'messages' | 'tools'>): { readonly messages: vscode.LanguageModelChatMessage[]; readonly options: vscode.LanguageModelChatRequestOptions } {
  return {
    messages: toMessages(editor, messages),
    options: {
      justification,
      ...(tools.length === 0 ? {} : { tools: tools.map(({ name, description, parameters }) => ({ name, description, inputSchema: parameters })) }),
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
      results.push(new editor.LanguageModelToolResultPart(message.toolCallId, [new editor.LanguageModelTextPart(message.text)]));
      continue;
    }
    flush();
    if (message.role === 'assistant') {
      const calls = (message.toolCalls ?? []).map(({ id, name, arguments: text }) => new editor.LanguageModelToolCallPart(id, name, objectOf(parseJson(text)?.value) ?? {}));
      // Empty text beside calls is refused by some vendors, a message without parts by all.
      sent.push(Assistant([...(message.text === '' && calls.length > 0 ? [] : [new editor.LanguageModelTextPart(message.text)]), ...calls]));
    } else {
      const images = message.role === 'user' ? (message.images ?? []) : [];
      sent.push(User([new editor.LanguageModelTextPart(message.text), ...images.map((image) => editor.LanguageModelDataPart.image(bytesOf(image), image.mediaType))]));
    }
  }
  flush();
  return sent;
}

function bytesOf({ base64 }: Image): Uint8Array {
  return new Uint8Array(Buffer.from(base64.replace(/^data:[^,]*,/, ''), 'base64'));
}
