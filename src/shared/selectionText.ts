/** A selection and what is asked about it, as the chat sends it. */
export interface AskedSelection {
  readonly ask: string;
  /** Where it stands, such as `src/app.ts:3-9`. */
  readonly place: string;
  readonly code: string;
  /** The editor's language id. */
  readonly language: string;
  /** What the editor reports there, a line each; empty when it reports nothing. */
  readonly problems: string;
}

/** The message that a model reads. `readMessage` of the core takes it apart again. */
export function selectionText({ ask, place, code, language, problems }: AskedSelection): string {
  return [ask, '', `From \`${place}\`:`, fenced(code, language), ...(problems === '' ? [] : ['', 'Problems the editor reports there:', problems])].join('\n');
}

/** A fence longer than any run of backticks in the code, so that the code cannot end it. */
function fenced(code: string, language: string): string {
  const longest = [...code.matchAll(/`+/g)].reduce((most, [run]) => Math.max(most, run.length), 2);
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${code}\n${fence}`;
}
