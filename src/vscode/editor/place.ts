import * as vscode from 'vscode';
import { problemLine, type ReportedProblem } from '../../core/editorTasks/selectionText';
import { t } from '../../shared/l10n';

/** A place in a document, and what it is for people: `selection`, `symbol "name"`. */
export interface Place {
  readonly range: vscode.Range;
  readonly what: string;
}

/** Lines of the problems at the code, at most; more would cost more than it helps. */
const mostProblems = 10;

/** A symbol of more lines says too little of one problem in it. */
const mostSymbolLines = 300;
/** Without a symbol: the whole of a file of so many lines, else so many before and after the problem. */
const smallFileLines = 150;
const linesAround = 40;

/** Who knows the symbols of a file may just be starting; the person does not wait for that. Milliseconds. */
const symbolsWithinMs = 3_000;

/** The selection, else the innermost symbol around the caret, else the whole file. */
export async function codeAt({ document, selection }: vscode.TextEditor): Promise<Place> {
  if (!selection.isEmpty) return { range: withIndentation(document, selection), what: t('selection') };
  const symbol = await enclosingSymbol(document, selection.active);
  if (symbol) return { range: withIndentation(document, symbol.range), what: t('symbol "{0}"', symbol.name) };
  return { range: wholeOf(document), what: t('whole file') };
}

/** What to show of a file for one problem in it: the symbol around it, else the file if it is small, else the lines around it. */
export async function codeAround(document: vscode.TextDocument, problem: vscode.Range): Promise<vscode.Range> {
  const symbol = await enclosingSymbol(document, problem.start);
  if (symbol?.range.contains(problem) && symbol.range.end.line - symbol.range.start.line < mostSymbolLines) return withIndentation(document, symbol.range);
  if (document.lineCount <= smallFileLines) return wholeOf(document);
  const last = Math.min(document.lineCount - 1, problem.end.line + linesAround);
  return new vscode.Range(new vscode.Position(Math.max(0, problem.start.line - linesAround), 0), document.lineAt(last).range.end);
}

export function wholeOf(document: vscode.TextDocument): vscode.Range {
  return new vscode.Range(new vscode.Position(0, 0), document.lineAt(document.lineCount - 1).range.end);
}

/** The path in the workspace with its lines, such as `src/app.ts:3-9`. */
export function placeText(uri: vscode.Uri, range: vscode.Range): string {
  return `${vscode.workspace.asRelativePath(uri)}:${range.start.line + 1}-${range.end.line + 1}`;
}

/** Errors and warnings at a place, a line each; empty when there are none. */
export function problemsIn(document: vscode.TextDocument, range: vscode.Range): string {
  return vscode.languages
    .getDiagnostics(document.uri)
    .filter((problem) => problem.severity <= vscode.DiagnosticSeverity.Warning && problem.range.intersection(range))
    .slice(0, mostProblems)
    .map((problem) => problemLine(reportedProblem(problem)))
    .join('\n');
}

export function reportedProblem({ range, severity, message, source, code }: vscode.Diagnostic): ReportedProblem {
  const { Error, Warning } = vscode.DiagnosticSeverity;
  const number = typeof code === 'object' ? code.value : code;
  return {
    line: range.start.line + 1,
    severity: severity === Error ? 'error' : severity === Warning ? 'warning' : 'note',
    message,
    ...(source === undefined ? {} : { source }),
    ...(number === undefined ? {} : { code: String(number) }),
  };
}

/** From the beginning of its first line when only space is before it: otherwise the first line alone would lose its indentation. */
function withIndentation(document: vscode.TextDocument, { start, end }: vscode.Range): vscode.Range {
  const before = document.lineAt(start.line).text.slice(0, start.character);
  return new vscode.Range(before.trim() === '' ? start.with({ character: 0 }) : start, end);
}

async function enclosingSymbol(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.DocumentSymbol | undefined> {
  let symbols = (await symbolsOf(document)).filter((symbol): symbol is vscode.DocumentSymbol => 'children' in symbol);
  let innermost: vscode.DocumentSymbol | undefined;
  for (;;) {
    const next = symbols.find((symbol) => symbol.range.contains(position) && isCode(symbol.kind));
    if (!next) return innermost;
    innermost = next;
    symbols = next.children;
  }
}

async function symbolsOf(document: vscode.TextDocument): Promise<readonly (vscode.DocumentSymbol | vscode.SymbolInformation)[]> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), symbolsWithinMs);
  });
  const found = vscode.commands.executeCommand<readonly (vscode.DocumentSymbol | vscode.SymbolInformation)[] | undefined>('vscode.executeDocumentSymbolProvider', document.uri);
  try {
    return (await Promise.race([found, late])) ?? [];
  } finally {
    clearTimeout(timer);
  }
}

/** Symbols worth asking about as a whole; a lone variable or property is not. */
function isCode(kind: vscode.SymbolKind): boolean {
  const { Class, Constructor, Enum, Function, Interface, Method, Module, Namespace, Struct } = vscode.SymbolKind;
  return [Class, Constructor, Enum, Function, Interface, Method, Module, Namespace, Struct].includes(kind);
}
