import type * as vscode from 'vscode';
import { noUsage, type Usage } from '../../core/model/usage';

/** How long the model's own count is waited for after the answer, in milliseconds. Then it is estimated like any other. */
const countMs = 1500;

/** Longest text that is sent to be counted, in characters. */
const mostCounted = 400_000;

/**
 * The editor tells no usage, but models count with their own tokenizer. The prompt's count is begun with the request, so
 * that it is there when the answer is. Undefined when the model does not count in time: the caller then estimates.
 */
export function usageCount(model: Pick<vscode.LanguageModelChat, 'countTokens'>, prompt: string): (answer: string) => Promise<Usage | undefined> {
  const input = count(model, prompt);
  return async (answer) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tooLate = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), countMs);
    });
    const counts = await Promise.race([Promise.all([input, count(model, answer)]), tooLate]);
    clearTimeout(timer);
    const [inputTokens, outputTokens] = counts ?? [];
    if (inputTokens === undefined || outputTokens === undefined) return undefined;
    return { ...noUsage, inputTokens, outputTokens, estimated: true };
  };
}

async function count(model: Pick<vscode.LanguageModelChat, 'countTokens'>, text: string): Promise<number | undefined> {
  if (text.length > mostCounted) return undefined;
  try {
    const tokens = await model.countTokens(text);
    return Number.isSafeInteger(tokens) && tokens >= 0 ? tokens : undefined;
  } catch {
    return undefined;
  }
}
