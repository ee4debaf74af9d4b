import type * as vscode from 'vscode';
import type { AnswerEvent, Citation } from '../../core/model/ask';
import type { Failure } from '../../core/model/failure';
import type { Message, ReasoningPart, ToolCall } from '../../core/model/message';
import { t } from '../../shared/l10n';
import { markdownText } from '../markdownText';
import type { EditorParts } from './editorParts';
import type { KeptReasoning } from './keptReasoning';
import { thinkingPart } from './thinkingPart';

/** What an answer is handed on to. */
export interface Reporting {
  readonly parts: EditorParts;
  readonly progress: vscode.Progress<vscode.LanguageModelResponsePart>;
  /** Names of the tools that were offered. */
  readonly tools: ReadonlySet<string>;
  readonly kept: KeptReasoning;
  /** What is answered. */
  readonly messages: readonly Message[];
}

/**
 * Hands an answer on to the editor as it comes. Returns why it did not end well. A call of a tool that was not offered, or with
 * arguments that are no object, is handed on to nobody.
 */
export async function reportAnswer({ parts, progress, tools, kept, messages }: Reporting, events: AsyncIterable<AnswerEvent>): Promise<Failure | undefined> {
  const reasoning: ReasoningPart[] = [];
  const say = (text: string): void => progress.report(new parts.LanguageModelTextPart(text));
  let sources: readonly Citation[] = [];
  let arm = '';
  let failure: Failure | undefined;
  for await (const event of events) {
    switch (event.type) {
      case 'answer-start':
        arm = event.candidate.arm.offer.provider;
        break;
      case 'text-delta':
        say(event.text);
        break;
      case 'reasoning-delta': {
        const part = thinkingPart(parts, event.text);
        if (part) progress.report(part);
        break;
      }
      case 'reasoning-part':
        reasoning.push(event.part);
        break;
      case 'tool-call': {
        const input = inputOf(event.call);
        if (!tools.has(event.call.name) || !input) {
          failure ??= { kind: 'badReply', provider: arm, detail: tools.has(event.call.name) ? t('The arguments of the tool {0} are no object.', event.call.name) : t('The model called a tool that was not offered: {0}', event.call.name.slice(0, 100)) };
          break;
        }
        kept.keep(messages, event.call, [...reasoning]);
        progress.report(new parts.LanguageModelToolCallPart(event.call.id, event.call.name, input));
        break;
      }
      case 'citations':
        sources = event.citations;
        break;
      case 'answer-end':
        if (sources.length > 0) say(`\n\n${t('Sources:')}\n${sources.map(({ url, title }) => `- [${markdownText(title ?? url)}](<${url}>)`).join('\n')}`);
        // The API does not say why an answer ended, so it stands in the text.
        if (event.stop === 'length') say(`\n\n*${t('The answer reached the longest length allowed and stops here.')}*`);
        if (event.stop === 'contentFilter') failure ??= { kind: 'refused', provider: arm };
        break;
      case 'answer-failed':
        failure ??= event.failure;
        break;
      case 'answer-routed':
      case 'answer-waiting':
      case 'answer-switched':
        break;
    }
  }
  return failure;
}

function inputOf({ arguments: text }: ToolCall): object | undefined {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
