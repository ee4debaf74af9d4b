import { useEffect, useRef, useState } from 'preact/hooks';
import type { ContextItemView } from '../../../src/shared/contextProtocol';
import { t } from '../../../src/shared/l10n';
import { usePage } from '../page';
import { addressesOf, isWanted } from './dropped';
import { readPicture } from './pictures';

interface Dropped {
  /** Something that can be dropped is over the page. */
  readonly dragging: boolean;
  /** Takes pictures from the clipboard. */
  readonly onPaste: (event: ClipboardEvent) => void;
}

/**
 * Files of the editor and pictures from anywhere, dropped anywhere on the page or pasted into the field.
 * @param items what goes with the question already: each picture gets a name of its own
 * @param onPicture told of a small one to show, as a data address
 */
export function useDropped(items: readonly ContextItemView[], onPicture: (label: string, small: string) => void): Dropped {
  const { request, perform, report } = usePage();
  const [dragging, setDragging] = useState(false);
  /** Names given to pictures of this question: one that is on its way is not among the items yet. */
  const taken = useRef(new Set<string>());
  const labels = useRef(items);
  labels.current = items;
  useEffect(() => {
    if (items.length === 0) taken.current.clear();
  }, [items]);

  const addPictures = async (files: readonly File[], pasted: boolean) => {
    for (const file of files) {
      const name = freeName(pasted ? t('pasted picture') : file.name, new Set([...taken.current, ...labels.current.map(({ label }) => label)]));
      taken.current.add(name);
      try {
        const { mediaType, base64, small } = await readPicture(file);
        if (small !== undefined) onPicture(name, small);
        await request({ type: 'context', request: { type: 'add-image', mediaType, base64, name } });
      } catch (error) {
        report(error);
      }
    }
  };

  useEffect(() => {
    let leaving: ReturnType<typeof setTimeout> | undefined;
    const over = (event: DragEvent) => {
      if (!isWanted(event.dataTransfer)) return;
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
      clearTimeout(leaving);
      setDragging(true);
    };
    // Between two elements of the page it leaves one and enters the next; only what does not come back has left.
    const leave = () => {
      clearTimeout(leaving);
      leaving = setTimeout(() => setDragging(false), 60);
    };
    const drop = (event: DragEvent) => {
      const { dataTransfer } = event;
      if (dataTransfer === null || !isWanted(dataTransfer)) return;
      event.preventDefault();
      clearTimeout(leaving);
      setDragging(false);
      const uris = addressesOf(dataTransfer);
      const files = [...dataTransfer.files];
      const pictures = files.filter(isPicture);
      if (uris.length > 0) {
        perform({ type: 'context', request: { type: 'add-files', uris: uris.slice(0, 200) } });
      } else if (pictures.length > 0) void addPictures(pictures, false);
      else if (files.length > 0) report(t('From outside the editor only pictures can be dropped. Open the file in the editor, or add it with @.'));
    };
    window.addEventListener('dragenter', over);
    window.addEventListener('dragover', over);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      clearTimeout(leaving);
      window.removeEventListener('dragenter', over);
      window.removeEventListener('dragover', over);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, []);

  const onPaste = (event: ClipboardEvent) => {
    const data = event.clipboardData;
    const pictures = [...(data?.files ?? [])].filter(isPicture);
    // What is copied from a table or a text comes as a picture as well: the words are what is meant.
    if (pictures.length === 0 || data?.getData('text/plain') !== '') return;
    event.preventDefault();
    void addPictures(pictures, true);
  };
  return { dragging, onPaste };
}

function isPicture(file: File): boolean {
  return file.type.startsWith('image/');
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted;
  for (let number = 2; taken.has(name); number += 1) name = `${wanted} ${number}`;
  return name;
}
