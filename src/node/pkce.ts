import { createHash, randomBytes } from 'node:crypto';
import type { PkceValues } from '../core/ports/signIn';

export const pkce: PkceValues = {
  random: (bytes) => randomBytes(bytes).toString('base64url'),
  sha256: (text) => createHash('sha256').update(text, 'ascii').digest('base64url'),
};
