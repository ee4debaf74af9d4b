/** The snapshot file is damaged or of another format: a fault of the package, not of the person. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';
}

export function record(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new SnapshotError(`${where}: not an object`);
  return { ...value };
}

export function list(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new SnapshotError(`${where}: not a list`);
  return value;
}

export function optionalList(value: unknown, where: string): readonly unknown[] {
  return value === undefined || value === 0 ? [] : list(value, where);
}

export function string(value: unknown, where: string): string {
  if (typeof value !== 'string' || value === '') throw new SnapshotError(`${where}: not a text`);
  return value;
}

export function number(value: unknown, where: string): number {
  if (typeof value !== 'number') throw new SnapshotError(`${where}: not a number`);
  return value;
}

export function optional<T extends string | number>(value: unknown, otherwise: T): T | (T extends string ? string : number);
export function optional(value: unknown, otherwise: string | number): string | number {
  return typeof value === typeof otherwise && (typeof value === 'string' || typeof value === 'number') ? value : otherwise;
}
