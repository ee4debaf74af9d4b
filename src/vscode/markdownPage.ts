import * as vscode from 'vscode';

/** A page of Markdown that is made here and belongs to no file. Shown again, it renews itself. Lives as long as the window. */
export class MarkdownPage implements vscode.TextDocumentContentProvider {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #document: vscode.Uri;
  readonly onDidChange = this.#changed.event;
  #text = '';

  /** `scheme` is its own; `title` is that of its tab. */
  constructor(scheme: string, title: string) {
    this.#document = vscode.Uri.from({ scheme, path: `/${title}.md` });
    vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  }

  provideTextDocumentContent(): string {
    return this.#text;
  }

  async show(text: string): Promise<void> {
    this.#text = text;
    this.#changed.fire(this.#document);
    try {
      await vscode.commands.executeCommand('markdown.showPreview', this.#document);
    } catch {
      // The preview is an extension of its own, which can be switched off.
      await vscode.window.showTextDocument(this.#document, { preview: true });
    }
  }
}
