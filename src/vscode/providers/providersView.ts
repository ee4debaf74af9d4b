import * as vscode from 'vscode';
import { views } from '../../shared/contributions';
import type { TreeNode } from './nodes';
import type { ProviderTree, TreeSurface } from './providerTree';

/** The view of the providers as the editor knows it from the start. What it shows is loaded by the first look at it: the editor asks for rows only then. */
export class ProvidersView implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #view: vscode.TreeView<TreeNode>;
  #loaded: ProviderTree | undefined;

  constructor(private readonly load: (surface: TreeSurface) => ProviderTree) {
    this.#view = vscode.window.createTreeView(views.providers, { treeDataProvider: this, showCollapseAll: true });
  }

  dispose(): void {
    this.#loaded?.dispose();
    this.#view.dispose();
    this.#changed.dispose();
  }

  /** Shows the view, also when it was hidden, and moves the keyboard into it. */
  async focus(): Promise<void> {
    await vscode.commands.executeCommand(`${views.providers}.focus`);
  }

  getChildren(node?: TreeNode): Promise<TreeNode[]> {
    return this.#tree().getChildren(node);
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    return this.#tree().getTreeItem(node);
  }

  resolveTreeItem(item: vscode.TreeItem, node: TreeNode): Promise<vscode.TreeItem> {
    return this.#tree().resolveTreeItem(item, node);
  }

  #tree(): ProviderTree {
    return (this.#loaded ??= this.load({ changed: () => this.#changed.fire(undefined), isSeen: () => this.#view.visible, say: (sentence) => (this.#view.message = sentence) }));
  }
}
