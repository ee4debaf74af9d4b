/** One row of a scrape. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * Reads Prometheus' text format 0.0.4 as its own documentation has it, strictly: whatever is not a comment, a blank line or
 * a sample of a family that was declared before throws.
 */
export function readMetrics(text: string): readonly Sample[] {
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  const types = new Map<string, string>();
  return text.split('\n').flatMap((line) => {
    if (line === '' || line.startsWith('# HELP ')) return [];
    const declared = /^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)$/.exec(line);
    if (declared?.[1] !== undefined && declared[2] !== undefined) {
      if (types.has(declared[1])) throw new Error(`declared twice: ${line}`);
      types.set(declared[1], declared[2]);
      return [];
    }
    const sample = readSample(line);
    const family = types.has(sample.name) ? sample.name : sample.name.replace(/_(bucket|sum|count)$/, '');
    if (!types.has(family) || (family !== sample.name && types.get(family) !== 'histogram')) throw new Error(`no family: ${line}`);
    return [sample];
  });
}

function readSample(line: string): Sample {
  const name = /^[a-zA-Z_:][a-zA-Z0-9_:]*/.exec(line)?.[0];
  if (name === undefined) throw new Error(`no name: ${line}`);
  const labels: Record<string, string> = {};
  let rest = line.slice(name.length);
  if (rest.startsWith('{')) {
    rest = rest.slice(1);
    while (!rest.startsWith('}')) {
      const pair = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)",?/.exec(rest);
      if (pair?.[1] === undefined || pair[2] === undefined || pair[1] in labels) throw new Error(`no label: ${line}`);
      labels[pair[1]] = pair[2].replaceAll(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
      rest = rest.slice(pair[0].length);
    }
    rest = rest.slice(1);
  }
  const value = /^ (\+Inf|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/.exec(rest)?.[1];
  if (value === undefined) throw new Error(`no value: ${line}`);
  return { name, labels, value: value === '+Inf' ? Infinity : Number(value) };
}
