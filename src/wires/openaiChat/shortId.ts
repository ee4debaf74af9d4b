/**
 * An id of nine letters and digits, the only form that Mistral takes: itself where it has it, else one made of it, always
 * the same, so that a result finds its call.
 */
export function shortId(id: string): string {
  if (/^[A-Za-z0-9]{9}$/.test(id)) return id;
  // FNV-1a in 64 bits: 36^9 is 47 of them, and the ids of one conversation are few.
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(id)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(36).padStart(9, '0').slice(-9);
}
