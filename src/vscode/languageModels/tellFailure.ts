import * as vscode from 'vscode';
import type { Failure, FailureKind } from '../../core/model/failure';
import { type ActionId, tell, type TextContext } from '../failureTexts';
import { plainText } from '../plainText';
import type { ActionContext } from '../actions';
import { offeredOf } from './offeredButtons';

/** Who asks, where that is the editor's own chat: it shows people an error with its stack, and makes one of its own for errors of the API's kinds. */
const ownChat = /^(core|github\.copilot)/i;

/**
 * The error that the editor and other extensions get: its code by the API's own kinds, its message the sentence of the
 * failure. The editor's chat shows it as text, without links.
 * @param asker id of the extension that asks, where the editor tells it
 */
export function editorError(failure: Failure, context: TextContext, asker?: unknown): Error {
  const error = errorOf(failure, context);
  if (failure.kind === 'cancelled' || typeof asker !== 'string' || !ownChat.test(asker)) return error;
  const plain = new Error(error.message);
  plain.stack = '';
  return plain;
}

function errorOf(failure: Failure, context: TextContext): Error {
  if (failure.kind === 'cancelled') return new vscode.CancellationError();
  const { sentence, detail } = tell(failure, context);
  const message = detail === undefined ? sentence : `${sentence} (${detail})`;
  switch (failure.kind) {
    case 'consentMissing':
    case 'keyMissing':
    case 'keyRejected':
      return vscode.LanguageModelError.NoPermissions(message);
    case 'noProvider':
    case 'noCandidate':
    case 'modelGone':
      return vscode.LanguageModelError.NotFound(message);
    case 'budgetReached':
    case 'priceUnknown':
    case 'noCredit':
    case 'rateLimited':
    case 'limitReached':
      return vscode.LanguageModelError.Blocked(message);
    default:
      return new Error(message);
  }
}

/** Notifications with the buttons that the editor's chat cannot show below an error. One of a kind at a time: an agent may fail ten times in a row. */
export class FailureNotices {
  readonly #shown = new Set<FailureKind>();

  constructor(
    private readonly run: (action: ActionId, context: ActionContext) => Promise<unknown>,
    private readonly context: () => TextContext,
  ) {}

  async show(failure: Failure): Promise<void> {
    const told = tell(failure, this.context());
    const offered = offeredOf(told);
    if (failure.kind === 'cancelled' || offered.length === 0 || this.#shown.has(failure.kind)) return;
    this.#shown.add(failure.kind);
    try {
      const choice = await vscode.window.showWarningMessage(plainText(told.sentence), ...offered.map(({ label }) => label));
      const action = offered.find(({ label }) => label === choice);
      if (action) await this.run(action.id, { failure, threadId: undefined });
    } finally {
      this.#shown.delete(failure.kind);
    }
  }
}
