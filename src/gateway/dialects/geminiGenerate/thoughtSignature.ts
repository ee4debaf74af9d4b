import * as z from 'zod/mini';
import type { ReasoningPart } from '../../../core/model/message';
import { unwrapSealed, wrapSealed } from '../sealed';

/**
 * All that must come back with a call, in the one signature that a part has. Clients keep it with the call, but forget what
 * was shown of the thinking, so that is in it as well.
 */
export function toSignature(parts: readonly ReasoningPart[]): string | undefined {
  const wrapped = parts.map(wrapSealed);
  return wrapped.length > 1 ? Buffer.from(JSON.stringify(wrapped)).toString('base64') : wrapped[0];
}

/** Empty where it is not ours. */
export function fromSignature(signature: string): readonly ReasoningPart[] {
  const one = unwrapSealed(signature);
  return one === undefined ? listIn(signature).flatMap((each) => unwrapSealed(each) ?? []) : [one];
}

const list = z.array(z.string());

function listIn(signature: string): readonly string[] {
  try {
    const parsed = list.safeParse(JSON.parse(Buffer.from(signature, 'base64').toString('utf8')));
    return parsed.success ? parsed.data : [];
  } catch {
    return [];
  }
}
