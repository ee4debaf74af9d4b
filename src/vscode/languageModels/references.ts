import * as vscode from 'vscode';
import { imageType } from '../../core/context/imageType';
import type { ContextItem } from '../../core/model/contextItem';
import type { ContextRoom } from '../context/openContext';
import type { ContextWish } from '../context/wish';
import { t } from '../../shared/l10n';

/** Things that go with one question; the editor's chat itself asks about more. */
const mostReferences = 50;

/** What the editor's agents read about the editor itself; it is added to every question, and is of no use here. */
const ofAgents = 'vscode.customizations.index';

/** What the person attached in the editor's chat, as it goes with questions here; `notes` say what stays here, and why. */
export interface Attached {
  readonly items: readonly ContextItem[];
  readonly notes: readonly string[];
  /** Language of the code at hand, where there is one. */
  readonly language?: string;
}

/** Reads them by the rules of docs/context.md: what an ignore file or its name keeps here stays here, also when the editor attached it by itself. */
export async function attachedOf(room: () => ContextRoom, references: readonly vscode.ChatPromptReference[]): Promise<Attached> {
  const items: ContextItem[] = [];
  const notes: string[] = [];
  const seen = new Set<string>();
  // The editor gives the last of the prompt first.
  for (const reference of references.filter(({ id }) => id !== ofAgents).slice(0, mostReferences).toReversed()) {
    const id = `reference-${items.length + 1}`;
    const { value, modelDescription } = reference;
    const wish = await wishOf(value);
    if (wish) {
      const key = JSON.stringify(wish);
      if (seen.has(key)) continue;
      seen.add(key);
      const { item, note } = await room().read(wish);
      if (item) items.push({ ...item, id });
      else notes.push(note);
    } else if (typeof value === 'string') {
      if (value.trim() !== '') items.push({ id, kind: 'terminal', label: modelDescription ?? t('Attached text'), text: value, readAt: Date.now() });
    } else {
      const image = await imageOf(value);
      if (image) items.push({ id, kind: 'image', label: t('Attached image'), text: '', image, readAt: Date.now() });
    }
  }
  const language = items.find(({ kind, language: known }) => known !== undefined && (kind === 'selection' || kind === 'file'))?.language;
  return { items, notes, ...(language === undefined ? {} : { language }) };
}

async function wishOf(value: unknown): Promise<ContextWish | undefined> {
  if (value instanceof vscode.Location) {
    const { start, end } = value.range;
    // A range that ends before the first character of a line has nothing of that line.
    const to = end.character === 0 && end.line > start.line ? end.line - 1 : end.line;
    return { kind: 'selection', uri: value.uri.toString(), lines: { from: start.line, to } };
  }
  if (!(value instanceof vscode.Uri)) return undefined;
  const uri = value.toString();
  if (value.scheme === 'vscode-notebook-cell') return { kind: 'notebook', uri };
  const isFolder = await vscode.workspace.fs.stat(value).then(({ type }) => (type & vscode.FileType.Directory) !== 0, () => false);
  return { kind: isFolder ? 'folder' : 'file', uri };
}

/** A pasted image comes as an object of the editor's with `data()`; read by shape, because its type is not in the API yet. */
async function imageOf(value: unknown): Promise<ContextItem['image'] | undefined> {
  if (!isBinary(value)) return undefined;
  const data = await value.data();
  if (!(data instanceof Uint8Array)) return undefined;
  const mediaType = imageType(data);
  return mediaType && { mediaType, base64: Buffer.from(data).toString('base64') };
}

function isBinary(value: unknown): value is { data(): unknown } {
  return typeof value === 'object' && value !== null && 'data' in value && typeof value.data === 'function';
}
