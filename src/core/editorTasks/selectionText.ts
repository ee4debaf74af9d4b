import { fenced } from './bounded';

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

/** The message that a model reads. `readMessage` of the router takes it apart again. */
export function selectionText({ ask, place, code, language, problems }: AskedSelection): string {
  return [ask, '', `From \`${place}\`:`, fenced(code, language), ...(problems === '' ? [] : ['', 'Problems the editor reports there:', problems])].join('\n');
}

/** What the editor reports of a place. Lines from 1. */
export interface ReportedProblem {
  readonly line: number;
  readonly severity: 'error' | 'warning' | 'note';
  readonly message: string;
  /** Who reports it, such as `ts`, and its number or name there. */
  readonly source?: string;
  readonly code?: string;
}

/** Characters of one message: some compilers write pages. */
const mostMessage = 600;

/** One line of `AskedSelection.problems`. */
export function problemLine({ line, severity, message, source, code }: ReportedProblem): string {
  const from = [source, code].filter((part) => part !== undefined && part !== '').join(' ');
  // Further lines are indented, so that they stay part of it.
  const said = message.trim().slice(0, mostMessage).replaceAll('\n', '\n  ');
  return `- line ${line}, ${severity}${from === '' ? '' : ` (${from})`}: ${said}`;
}
