/** The editor's own list of what is dragged out of it; `text/uri-list` holds only the first of several. */
const editorList = 'application/vnd.code.uri-list';

/** Whether something is dragged that can go with a question. While it is dragged a page sees only the kinds of it. */
export function isWanted(data: Pick<DataTransfer, 'types'> | null): boolean {
  return data !== null && [editorList, 'text/uri-list', 'Files'].some((type) => data.types.includes(type));
}

/** The addresses that were dropped or pasted, without comments, each once. */
export function addressesOf(data: Pick<DataTransfer, 'getData'>): string[] {
  const list = data.getData(editorList) || data.getData('text/uri-list');
  const lines = list.split(/\r?\n/u).map((line) => line.trim());
  return [...new Set(lines.filter((line) => line !== '' && !line.startsWith('#')))];
}
