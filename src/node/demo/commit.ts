import { type DemoMessage, promptOf } from './request';

/** What a demo model says when it is asked for a commit message; undefined for any other request. It names the first file and says how many others there are. */
export function demoCommit(messages: readonly DemoMessage[]): string | undefined {
  if (messages[0]?.role !== 'system' || !messages[0].text.startsWith('Write the git commit message')) return undefined;
  const prompt = promptOf(messages);
  const files = [...prompt.matchAll(/^- (new|changed|deleted|moved) (?:.* → )?(.+?)(?: \+\d+ -\d+)?(?: \(.*\))?$/gm)];
  const [, how = 'changed', path = 'files'] = files[0] ?? [];
  const begun = /\nThe author began to write it\. Keep what is meant:\n(`{3,})\n([\s\S]+?)\n\1/.exec(prompt)?.[2]?.split('\n')[0];
  const rest = files.length > 1 ? ` and ${files.length - 1} more` : '';
  const name = path.split('/').pop() ?? path;
  const subject = begun === undefined ? `${verbs[how] ?? 'Change'} ${name}${rest}` : `${begun.charAt(0).toUpperCase()}${begun.slice(1)} in ${name}${rest}`;
  return `${subject}\n\nSimulated message of the demo: no real model read the changes.`;
}

const verbs: Readonly<Record<string, string>> = { new: 'Add', changed: 'Change', deleted: 'Delete', moved: 'Move' };
