import * as z from 'zod/mini';
import type { Image } from '../../../core/model/message';

const kinds: Readonly<Record<string, Image['mediaType']>> = { 'image/png': 'image/png', 'image/jpeg': 'image/jpeg', 'image/jpg': 'image/jpeg', 'image/webp': 'image/webp', 'image/gif': 'image/gif' };

/** An image as both protocols of OpenAI have it, in an address that holds it whole. Nothing is fetched for a client: an address could be of anything that only this machine reaches. */
export const imageAddress = z.pipe(
  z.string().check(z.refine((address) => imageOf(address) !== undefined, 'must be a data: URL with a PNG, JPEG, WebP or GIF image in base64; images are not fetched from the web')),
  z.transform((address) => imageOf(address) ?? noImage),
);

const noImage: Image = { mediaType: 'image/png', base64: '' };

function imageOf(address: string): Image | undefined {
  const comma = address.indexOf(',');
  if (comma < 0 || comma > 100) return undefined;
  const [scheme, encoding, ...more] = address.slice(0, comma).toLowerCase().split(';');
  const mediaType = scheme?.startsWith('data:') === true ? kinds[scheme.slice('data:'.length)] : undefined;
  if (mediaType === undefined || encoding !== 'base64' || more.length > 0 || address.length === comma + 1) return undefined;
  return { mediaType, base64: address.slice(comma + 1) };
}
