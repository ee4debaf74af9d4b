import * as z from 'zod/mini';
import { useBundle } from '../src/shared/l10n';

const bundle = z.record(z.string(), z.string());

/** From now on the texts are in the editor's language, as the host wrote them into the page. Called before anything is drawn. */
export function useEditorTexts(): void {
  const text = document.getElementById('texts')?.textContent;
  const read = text ? bundle.safeParse(JSON.parse(text)) : undefined;
  if (read?.success) useBundle(read.data);
}
