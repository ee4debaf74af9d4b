/** A fenced block of a prompt. */
export interface CodeBlock {
  readonly language: string;
  readonly code: string;
}

/** A text taken apart: its fenced blocks, and the prose around them. */
export interface Fenced {
  readonly prose: string;
  readonly blocks: readonly CodeBlock[];
}

/** Line by line, because a pattern for fences is quadratic on a text of backticks. An open fence lasts to the end. */
export function splitFences(text: string): Fenced {
  const prose: string[] = [];
  const blocks: CodeBlock[] = [];
  let open: { readonly fence: string; readonly language: string; readonly lines: string[] } | undefined;
  for (const line of text.split('\n')) {
    const marker = /^(`{3,}|~{3,})[ \t]*([\w+#.-]*)/.exec(line);
    if (open === undefined && marker !== null) open = { fence: marker[1] ?? '', language: (marker[2] ?? '').toLowerCase(), lines: [] };
    else if (open === undefined) prose.push(line);
    else if (line.trimEnd() === open.fence) {
      blocks.push({ language: open.language, code: open.lines.join('\n') });
      open = undefined;
    } else open.lines.push(line);
  }
  if (open !== undefined) blocks.push({ language: open.language, code: open.lines.join('\n') });
  return { prose: prose.join('\n'), blocks };
}

/** The largest fenced block of a text, of code rather than of what was printed; undefined when there is none. */
export function codeIn(text: string): CodeBlock | undefined {
  return splitFences(text).blocks.toSorted((a, b) => Number(a.language === 'text') - Number(b.language === 'text') || b.code.length - a.code.length)[0];
}

const hashComments = new Set(['python', 'py', 'ruby', 'rb', 'shellscript', 'bash', 'sh', 'zsh', 'yaml', 'yml', 'toml', 'r', 'perl', 'makefile', 'dockerfile', 'elixir', 'powershell', 'julia', 'coffeescript', 'ini', 'properties']);
const dashComments = new Set(['sql', 'lua', 'haskell', 'ada', 'elm', 'vhdl']);
const markupComments = new Set(['html', 'xml', 'markdown', 'md', 'svg', 'vue', 'svelte']);
const blockComments = new Set(['css']);
/** No comments at all: an added one would break the file. */
const withoutComments = new Set(['json', 'csv', 'plaintext', 'text', '']);

/** A comment in a language; undefined where the language has none. */
export function commentIn(language: string, words: string): string | undefined {
  if (withoutComments.has(language)) return undefined;
  if (hashComments.has(language)) return `# ${words}`;
  if (dashComments.has(language)) return `-- ${words}`;
  if (markupComments.has(language)) return `<!-- ${words} -->`;
  if (blockComments.has(language)) return `/* ${words} */`;
  return `// ${words}`;
}

/** The code with one harmless, visible change: a comment above its first line, indented like it. */
export function markedCode({ language, code }: CodeBlock, words: string): string {
  const comment = commentIn(language, words);
  if (comment === undefined) return code;
  const lines = code.split('\n');
  // A shebang or an XML declaration must stay first.
  const at = /^(#!|<\?|<!doctype)/i.test(lines[0] ?? '') ? 1 : 0;
  const indent = /^[ \t]*/.exec(lines[at] ?? '')?.[0] ?? '';
  return lines.toSpliced(at, 0, `${indent}${comment}`).join('\n');
}

/** Names a piece of code declares, in order, each once. */
export function declaredNames(code: string): readonly string[] {
  const declared = /\b(?:function\*?|def|fn|func|class|interface|struct|enum|trait|type|const|let|var|module)\s+([A-Za-z_$][\w$]*)/g;
  return [...new Set([...code.matchAll(declared)].map(([, name = '']) => name))];
}

const languageWords: readonly (readonly [RegExp, string])[] = [
  [/\btypescript\b|\bts\b|\btsx\b/i, 'typescript'],
  [/\bpython\b|\bpytest\b|\bdjango\b|\bpandas\b/i, 'python'],
  [/\brust\b|\bcargo\b/i, 'rust'],
  [/\bgolang\b|\bin go\b|\bgo (function|program|code)\b/i, 'go'],
  [/\bjava\b|\bspring\b/i, 'java'],
  [/\bc#|\bcsharp\b|\.net\b/i, 'csharp'],
  [/\bc\+\+|\bcpp\b/i, 'cpp'],
  [/\bsql\b|\bquery the database\b/i, 'sql'],
  [/\bbash\b|\bshell\b/i, 'bash'],
  [/\bhtml\b/i, 'html'],
  [/\bcss\b/i, 'css'],
  [/\bruby\b|\brails\b/i, 'ruby'],
  [/\bjavascript\b|\bjs\b|\bnode\b/i, 'javascript'],
];

/** The language a prompt speaks of; TypeScript when it speaks of code and names none. */
export function languageOf(prompt: string): string {
  return languageWords.find(([words]) => words.test(prompt))?.[1] ?? 'typescript';
}

/** A small, valid program about `subject` in a language. */
export function sampleCode(language: string, name: string, subject: string): string {
  const comment = commentIn(language, `Simulated: stands for "${subject}".`) ?? '';
  switch (language) {
    case 'python':
      return `def ${snake(name)}(items):\n    """Simulated: stands for "${subject}"."""\n    result = []\n    for item in items:\n        if item is not None:\n            result.append(item)\n    return result\n\n\nprint(${snake(name)}([1, None, 2]))`;
    case 'rust':
      return `${comment}\nfn ${snake(name)}(items: &[i64]) -> i64 {\n    items.iter().filter(|item| **item > 0).sum()\n}\n\nfn main() {\n    println!("{}", ${snake(name)}(&[1, -2, 3]));\n}`;
    case 'go':
      return `package main\n\nimport "fmt"\n\n${comment}\nfunc ${name}(items []int) int {\n\ttotal := 0\n\tfor _, item := range items {\n\t\ttotal += item\n\t}\n\treturn total\n}\n\nfunc main() {\n\tfmt.Println(${name}([]int{1, 2, 3}))\n}`;
    case 'java':
      return `${comment}\nclass Demo {\n    static int ${name}(int[] items) {\n        int total = 0;\n        for (int item : items) total += item;\n        return total;\n    }\n}`;
    case 'csharp':
      return `${comment}\nstatic int ${pascal(name)}(IEnumerable<int> items) => items.Where(item => item > 0).Sum();`;
    case 'cpp':
      return `#include <numeric>\n#include <vector>\n\n${comment}\nint ${name}(const std::vector<int>& items) {\n    return std::accumulate(items.begin(), items.end(), 0);\n}`;
    case 'sql':
      return `${comment}\nSELECT customer_id, COUNT(*) AS orders, SUM(total) AS spent\nFROM orders\nWHERE created_at >= CURRENT_DATE - INTERVAL '30 days'\nGROUP BY customer_id\nORDER BY spent DESC\nLIMIT 10;`;
    case 'bash':
      return `#!/usr/bin/env bash\n${comment}\nset -euo pipefail\n\nfor file in ./*.log; do\n  [ -e "$file" ] || continue\n  wc -l "$file"\ndone`;
    case 'html':
      return `<!doctype html>\n${comment}\n<html lang="en">\n  <body>\n    <main>\n      <h1>Demo</h1>\n      <p>Hello.</p>\n    </main>\n  </body>\n</html>`;
    case 'css':
      return `${comment}\n.card {\n  display: grid;\n  gap: 0.5rem;\n  padding: 1rem;\n  border-radius: 0.5rem;\n}`;
    case 'ruby':
      return `${comment}\ndef ${snake(name)}(items)\n  items.compact.map(&:to_s)\nend\n\nputs ${snake(name)}([1, nil, 2])`;
    case 'javascript':
      return `${comment}\nexport function ${name}(items) {\n  return items.filter((item) => item !== undefined);\n}`;
    default:
      return `${comment}\nexport function ${name}<T>(items: readonly (T | undefined)[]): T[] {\n  return items.filter((item): item is T => item !== undefined);\n}`;
  }
}

/** A test of the named thing in a language. */
export function sampleTest(language: string, name: string): string {
  switch (language) {
    case 'python':
    case 'py':
      return `# Simulated tests.\nimport pytest\n\n\ndef test_${snake(name)}_usual_case():\n    assert ${name} is not None\n\n\ndef test_${snake(name)}_empty_input():\n    with pytest.raises(Exception):\n        raise ValueError("replace with a real case")`;
    case 'rust':
      return `// Simulated tests.\n#[cfg(test)]\nmod tests {\n    use super::*;\n\n    #[test]\n    fn ${snake(name)}_usual_case() {\n        let _ = ${name};\n    }\n}`;
    case 'go':
      return `// Simulated tests.\nfunc Test${pascal(name)}(t *testing.T) {\n\tt.Run("usual case", func(t *testing.T) {\n\t\t_ = ${name}\n\t})\n}`;
    default:
      return `// Simulated tests.\nimport assert from 'node:assert/strict';\n\ndescribe('${name}', () => {\n  it('handles the usual case', () => {\n    assert.ok(${name});\n  });\n\n  it('handles empty input', () => {\n    assert.ok(${name});\n  });\n});`;
  }
}

function snake(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
}

function pascal(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
