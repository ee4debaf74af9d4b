import * as vscode from 'vscode';

/** Scheme of texts that are shown and not yet written. Menus of package.json know it. */
export const proposalScheme = 'farthing-proposal';

/** What was shown before is forgotten. */
const mostTexts = 200;

/** Texts that are shown beside a file before they are written to it. */
export class Proposals implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #texts = new Map<string, string>();
  #count = 0;
  readonly #registration = vscode.workspace.registerTextDocumentContentProvider(proposalScheme, this);

  constructor() {
    // After a reload the texts are gone; an empty one would look like a change that deletes everything.
    void vscode.window.tabGroups.close(tabsWith(({ scheme }) => scheme === proposalScheme));
  }

  dispose(): void {
    this.#registration.dispose();
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.query) ?? '';
  }

  /** @param path of the file it is for: it names the tab, its ending gives the colours */
  add(path: string, text: string): vscode.Uri {
    // Its own address each time: the editor would show an earlier proposal again.
    const uri = vscode.Uri.from({ scheme: proposalScheme, path: `/${path.replaceAll('\\', '/').replace(/^\/+/, '')}`, query: String(++this.#count) });
    this.#texts.set(uri.query, text);
    for (const old of [...this.#texts.keys()].slice(0, -mostTexts)) this.#texts.delete(old);
    return uri;
  }

  /** Forgets a text and closes what shows it. */
  async remove(uri: vscode.Uri): Promise<void> {
    await vscode.window.tabGroups.close(this.tabsOf(uri));
    this.#texts.delete(uri.query);
  }

  tabsOf(uri: vscode.Uri): readonly vscode.Tab[] {
    return tabsWith((modified) => modified.toString() === uri.toString());
  }
}

function tabsWith(isIt: (modified: vscode.Uri) => boolean): readonly vscode.Tab[] {
  return vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).filter(({ input }) => input instanceof vscode.TabInputTextDiff && isIt(input.modified));
}
