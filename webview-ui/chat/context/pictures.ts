import { longestImage } from '../../../src/shared/longestImage';
import { t } from '../../../src/shared/l10n';

/** Size of a picture beside the name of an item, in pixels: as large as it is shown when looked at. */
const mostWidth = 240;
const mostHeight = 160;

export interface ReadPicture {
  readonly mediaType: string;
  readonly base64: string;
  /** A small one of it to show, as a data address; undefined where it cannot be drawn. */
  readonly small: string | undefined;
}

/** Reads a picture as it is. Throws a sentence when it is too large. */
export async function readPicture(file: File): Promise<ReadPicture> {
  // Four characters of base64 for three bytes.
  if (file.size > (longestImage * 3) / 4) throw new Error(t('{0} is too large: a picture may have {1} MB.', file.name, Math.floor((longestImage * 3) / 4 / 1_000_000)));
  const address = await dataAddressOf(file);
  return { mediaType: file.type, base64: address.slice(address.indexOf(',') + 1), small: await smallOf(file) };
}

/** `data:image/png;base64,…` */
function dataAddressOf(file: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => (typeof reader.result === 'string' ? resolve(reader.result) : reject(new Error(t('The picture could not be read.')))));
    reader.addEventListener('error', () => reject(reader.error ?? new Error(t('The picture could not be read.'))));
    reader.readAsDataURL(file);
  });
}

async function smallOf(file: Blob): Promise<string | undefined> {
  try {
    const bitmap = await createImageBitmap(file);
    const scale = Math.min(1, mostWidth / bitmap.width, mostHeight / bitmap.height);
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    return canvas.toDataURL('image/webp', 0.8);
  } catch {
    // A format that the browser does not know: its chip has an icon instead.
    return undefined;
  }
}
