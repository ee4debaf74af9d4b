import * as vscode from 'vscode';
import { type SavedComparison, savedComparison } from '../../shared/compareProtocol';
import { Comparison, type ComparisonDependencies } from './comparison';

/** The comparisons that are open, one tab each. */
export class Comparisons {
  readonly #open = new Set<Comparison>();

  constructor(private readonly dependencies: ComparisonDependencies) {}

  /**
   * Shows a comparison, or a page to ask for one.
   * @param argument what it is of (SavedComparison), `quiet` beside what is being worked on, and the panel of one that came back with the window
   */
  show(argument: unknown): void {
    const place = readPlace(argument);
    const panel = panelOf(argument);
    const known = place.messageId === undefined ? undefined : [...this.#open].find(({ messageId }) => messageId === place.messageId);
    if (panel) {
      if (known) panel.dispose();
      else this.#create(place).adopt(panel);
      return;
    }
    const quiet = isQuiet(argument);
    // Beside what is being worked on; but where another comparison is in front, the next one takes its place.
    const column = [...this.#open].map((one) => one.column).find((one) => one !== undefined) ?? (quiet ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active);
    (known ?? this.#create(place)).show(column, quiet);
  }

  #create(place: SavedComparison): Comparison {
    const comparison: Comparison = new Comparison(this.dependencies, place, () => this.#open.delete(comparison));
    this.#open.add(comparison);
    return comparison;
  }
}

/** A command's argument may come from anywhere; what is not of the shape asks for a new comparison. */
function readPlace(argument: unknown): SavedComparison {
  const parsed = savedComparison.safeParse(argument);
  return parsed.success ? parsed.data : {};
}

function isQuiet(argument: unknown): boolean {
  return typeof argument === 'object' && argument !== null && 'quiet' in argument && argument.quiet === true;
}

function panelOf(argument: unknown): vscode.WebviewPanel | undefined {
  return typeof argument === 'object' && argument !== null && 'panel' in argument && isPanel(argument.panel) ? argument.panel : undefined;
}

function isPanel(value: unknown): value is vscode.WebviewPanel {
  return typeof value === 'object' && value !== null && 'webview' in value && 'reveal' in value;
}
