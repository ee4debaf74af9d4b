import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { Log } from '../../core/ports/log';
import type { Wire } from '../../core/ports/wire';
import { type EditorModelOptions, editorModelWire } from './editorModelWire';

/** The entry of the bundle, and the only file of a wire that is bound to the editor. */
export function editorModel(options: Pick<EditorModelOptions, 'mayAsk'> & { readonly log: Log }): Wire {
  return editorModelWire(vscode, { ...options, makeId: randomUUID });
}
