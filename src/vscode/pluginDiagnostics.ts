import * as path from 'node:path';
import * as vscode from 'vscode';
import type { App } from '../core/app';
import { jsonPlace } from './jsonPlace';
import { problemText } from './pluginTexts';

/** How long after the last key a text is looked at. Milliseconds. */
const quietMs = 300;
const mostCharacters = 256 * 1024;

/**
 * Marks in open plug-in files what the published schema cannot say, such as an id that is taken; the editor marks the
 * rest by the schema. Looks only at files of the plug-in folder and at `*.farthing-provider.json`.
 */
export function pluginDiagnostics(app: App): vscode.Disposable {
  const marks = vscode.languages.createDiagnosticCollection('farthing');
  const waiting = new Map<string, NodeJS.Timeout>();
  const look = (document: vscode.TextDocument): void => {
    if (document.isClosed) return;
    const text = document.getText();
    const problems = text.length > mostCharacters ? [] : app.plugins.check(text, nameInFolder(app, document)).filter(({ bySchema }) => !bySchema);
    marks.set(
      document.uri,
      problems.map((problem) => {
        const { start, end } = jsonPlace(text, problem.path);
        const mark = new vscode.Diagnostic(new vscode.Range(document.positionAt(start), document.positionAt(end)), problemText(problem), vscode.DiagnosticSeverity.Error);
        mark.source = 'Farthing';
        return mark;
      }),
    );
  };
  const lookSoon = (document: vscode.TextDocument): void => {
    if (!isPlugin(app, document)) return;
    const key = document.uri.toString();
    clearTimeout(waiting.get(key));
    waiting.set(key, setTimeout(() => (waiting.delete(key), look(document)), quietMs));
  };
  const lookAtAll = (): void => vscode.workspace.textDocuments.forEach(lookSoon);
  lookAtAll();
  return vscode.Disposable.from(
    marks,
    vscode.workspace.onDidOpenTextDocument(lookSoon),
    vscode.workspace.onDidChangeTextDocument(({ document }) => lookSoon(document)),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => marks.delete(uri)),
    // An id may have become taken or free.
    { dispose: app.plugins.onChange(lookAtAll) },
    { dispose: () => waiting.forEach((timer) => clearTimeout(timer)) },
  );
}

function isPlugin(app: App, document: vscode.TextDocument): boolean {
  return document.fileName.endsWith('.json') && (document.fileName.endsWith('.farthing-provider.json') || nameInFolder(app, document) !== undefined);
}

function nameInFolder(app: App, { uri }: vscode.TextDocument): string | undefined {
  return uri.scheme === 'file' && path.relative(app.plugins.folder, path.dirname(uri.fsPath)) === '' ? path.basename(uri.fsPath) : undefined;
}
