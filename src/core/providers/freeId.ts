/** The id as wished, or with the first number from 2 that makes it nobody's. */
export function freeId(wish: string, isTaken: (id: string) => boolean): string {
  let id = wish;
  for (let number = 2; isTaken(id); number += 1) id = `${wish}-${number}`;
  return id;
}
