import type { Reading } from './readMessage';

interface LanguageRow {
  /** The editor's id. */
  readonly id: string;
  /** Names after a fence and as words of a sentence. */
  readonly names: string;
  /** Ordinary words that mean it only together, two joined with `_`. */
  readonly phrases?: string;
  /** Endings of files. */
  readonly endings: string;
  /** What its code looks like; each that is found counts one. */
  readonly looks: readonly RegExp[];
}

/** Of several that fit equally well, the first. Looks have no repetition inside a repetition: they are run on any text. */
const languages: readonly LanguageRow[] = [
  { id: 'typescript', names: 'typescript ts mts cts', endings: 'ts mts cts', looks: [/\b(?:interface|type)\s\w{1,40}\s?[={<]/, /[\w)\]?]:\s?(?:string|number|boolean|unknown|void|Promise<|\w{1,30}\[\])|\buse(?:State|Ref)<|\bnew\s(?:Map|Set|Subject)<|: [A-Z]\w{1,30}[,)]/, /\bas\sconst\b|\bimport\stype\b|\bexport\stype\b|\breadonly\s\w/, /\bconst\s\w{1,40}:\s/] },
  { id: 'typescriptreact', names: 'tsx', endings: 'tsx', looks: [/<[A-Z]\w{1,40}[\s/>]/, /\b(?:interface|type)\s\w{1,40}Props\b|:\s(?:React\.FC|JSX\.Element|ReactNode)/, /\buse(?:State|Effect|Memo|Ref|Callback)<\w/, /\breturn\s?\(?\s?<\w/] },
  { id: 'javascriptreact', names: 'jsx', endings: 'jsx', looks: [/<[A-Z]\w{1,40}[\s/>]/, /\buse(?:State|Effect|Memo|Ref|Callback)\(/, /\bclassName=/, /\breturn\s?\(?\s?<\w/] },
  { id: 'javascript', names: 'javascript js mjs cjs node nodejs', phrases: 'node.js', endings: 'js mjs cjs', looks: [/\b(?:const|let|var)\s\w{1,40}\s?=/, /\bfunction\s?\w{0,40}\(|=>\s?[{(]?/, /\bconsole\.log\(|\brequire\(['"]|\bmodule\.exports\b/, /===|\bawait\s|\bdocument\.\w/] },
  { id: 'python', names: 'python py python3 py3', endings: 'py pyi pyw', looks: [/\bdef\s\w{1,40}\(.{0,200}\)(?:\s?->\s?.{1,60})?:/, /^\s{0,20}(?:from\s[\w.]{1,60}\s)?import\s\w/m, /\bself\.|\bprint\(|__\w{1,20}__|\bNone\b|\bimport\s\w{1,20}\sas\s/, /\bfor\s\w{1,30}(?:,\s\w{1,30})?\sin\s.{1,80}[:\])]/, /^\s{0,40}(?:if|for|while|elif|with|class|try|except)\b.{0,200}:\s*$/m] },
  { id: 'jupyter', names: 'jupyter ipynb', endings: 'ipynb', looks: [/^%%?\w/m] },
  { id: 'java', names: 'java', endings: 'java', looks: [/\bpublic\s(?:static\s|final\s|abstract\s)?(?:class|void|interface|int|String)\b/, /\bSystem\.out\.|\bnew\s[A-Z]\w{1,40}<|@Override\b|@Autowired\b/, /^import\s(?:static\s)?(?:java|javax|org|com)\./m, /\b(?:String|int|long|double|List<\w{1,30}>)\s\w{1,30}\s?=\s?.{1,200};/] },
  { id: 'kotlin', names: 'kotlin kt', endings: 'kt kts', looks: [/\bfun\s(?:\w{1,30}\.)?\w{1,40}\(/, /\bval\s\w{1,40}\s?[:=]/, /\bdata\sclass\b|\bcompanion\sobject\b|\bsuspend\sfun\b/, /\?\.|\?:|!!\./] },
  { id: 'csharp', names: 'csharp cs c#', phrases: '.net dotnet', endings: 'cs csx', looks: [/^\s{0,8}using\s[A-Z][\w.]{1,60};/m, /\bnamespace\s[A-Z]/, /\bConsole\.Write|\basync\sTask\b|\{\sget;/, /\bpublic\s(?:async\s|static\s|override\s)?(?:\w{1,30}(?:<\w{1,30}>)?\s)[A-Z]\w{1,40}\(/] },
  { id: 'cpp', names: 'cpp c++ cxx cc hpp', endings: 'cpp cc cxx hpp hh hxx', looks: [/\bstd::/, /#include\s?<(?:iostream|vector|string|memory|atomic|thread|map|algorithm)>/, /\btemplate\s?<|\bauto\s?&|\bnullptr\b|\bconstexpr\b/, /\bcout\s?<<|\bvirtual\s\w|\busing\snamespace\b/] },
  { id: 'c', names: 'c', phrases: 'in_c c_code c_program c_function ansi_c c99 c11', endings: 'c h', looks: [/#include\s?<(?:stdio|stdlib|string|stdint|unistd)\.h>/, /\b(?:printf|malloc|free|sizeof|memcpy|strlen)\s?\(/, /\b(?:int|char|void|size_t)\s?\*{1,2}\s?\w/, /\bstruct\s\w{1,40}\s?\*?\s?\w{0,40}\s?[{;=]/] },
  { id: 'go', names: 'golang go', phrases: 'in_go go_code go_function go_program go_service go_module go_mod go_test go_channel go_struct goroutine goroutines', endings: 'go', looks: [/\bfunc\s?\(?\w.{0,120}\{/, /:=/, /\bpackage\s\w{1,40}\s*$/m, /\bif\serr\s!=\snil\b|\bfmt\.\w|\bgo\sfunc\b|\bchan\s\w|\bdefer\s/] },
  { id: 'rust', names: 'rust rs', endings: 'rs', looks: [/\bfn\s\w{1,40}\s?(?:<.{1,80}>)?\(/, /\blet\smut\b|\bimpl\b|&mut\b|&'?\w{0,12}\s?str\b/, /\buse\s(?:std|crate|tokio|serde)::|\bResult<|\bOption<|\bVec<|\bArc</, /\w!\(|\.unwrap\(\)|#\[derive/] },
  { id: 'ruby', names: 'ruby rb', endings: 'rb rake gemspec', looks: [/^\s{0,20}def\s\w.{0,80}$/m, /^\s{0,20}end\s*$/m, /\bputs\s|\brequire\s'|\battr_\w|\.each\sdo\b/, /\bdo\s\|\w/] },
  { id: 'php', names: 'php', endings: 'php', looks: [/<\?php/, /\$\w{1,30}\s?(?:=|->)/, /\bfunction\s\w{1,40}\(.{0,40}\$/, /->\w{1,40}\(|\becho\s/] },
  { id: 'swift', names: 'swift swiftui', endings: 'swift', looks: [/\bfunc\s\w{1,40}\(.{0,120}\)\s?(?:->|\{)/, /\b(?:let|var)\s\w{1,40}\s?:\s?[A-Z]/, /\bguard\slet\b|\bif\slet\b|@State\b|@Published\b|\bsome\sView\b/, /\bimport\s(?:SwiftUI|UIKit|Foundation|Combine)\b/] },
  { id: 'scala', names: 'scala sbt', endings: 'scala sc sbt', looks: [/\bdef\s\w{1,40}(?:\[.{1,40}\])?\(.{0,120}\)\s?:\s?\w.{0,60}=/, /\bcase\sclass\b|\bobject\s[A-Z]|\bimplicit\b/, /\bval\s\w{1,40}\s?[:=]/] },
  { id: 'haskell', names: 'haskell hs ghc', endings: 'hs lhs', looks: [/^\w{1,40}\s::\s/m, /\bdata\s[A-Z]\w{0,40}\s?.{0,40}=|\bnewtype\b|\binstance\s[A-Z]|\bwhere\s*$/m, /<\$>|>>=|\$\s\w/] },
  { id: 'elixir', names: 'elixir ex exs phoenix', endings: 'ex exs', looks: [/\bdefmodule\s/, /\bdefp?\s\w.{0,80}\sdo\b/, /\|>/] },
  { id: 'clojure', names: 'clojure clj clojurescript', endings: 'clj cljs cljc edn', looks: [/\(defn?\s/, /\(ns\s|\(let\s\[|\(fn\s\[/] },
  { id: 'fsharp', names: 'fsharp f# fs', endings: 'fs fsx', looks: [/\blet\srec\s|\|>\s|\bmatch\s.{1,60}\swith\b/] },
  { id: 'dart', names: 'dart flutter', endings: 'dart', looks: [/\bWidget\sbuild\(|\bStatelessWidget\b|\bStatefulWidget\b/, /\bimport\s'package:/] },
  { id: 'lua', names: 'lua', endings: 'lua', looks: [/\blocal\s(?:function\s)?\w/, /\bthen\s*$/m, /^\s{0,20}end\s*$/m] },
  { id: 'perl', names: 'perl pl', endings: 'pl pm', looks: [/\bmy\s[$@%]\w/, /\buse\sstrict\b|=~\s/] },
  { id: 'r', names: 'r rstats ggplot2 dplyr tidyverse', phrases: 'in_r r_script r_code r_package', endings: 'r rmd', looks: [/<-\s?(?:function|c\(|read|data\.frame)/, /\blibrary\(\w|%>%|\bggplot\(/] },
  { id: 'julia', names: 'julia jl', endings: 'jl', looks: [/^\s{0,12}function\s\w.{0,80}$/m, /\busing\s[A-Z]\w{1,30}\s*$/m, /^\s{0,12}end\s*$/m] },
  { id: 'zig', names: 'zig', endings: 'zig', looks: [/\bpub\sfn\s|@import\(|\bcomptime\b/] },
  { id: 'shellscript', names: 'bash sh zsh shell shellscript', endings: 'sh bash zsh', looks: [/^#!.{0,40}sh\b/m, /\$\{\w|\$\(|"\$\w/, /\b(?:echo|grep|awk|sed|export|chmod|sudo|curl)\s/, /\bfi\s*$|\bdone\s*$|\besac\b|\|\s(?:grep|awk|sort|xargs|wc)\b/m] },
  { id: 'powershell', names: 'powershell ps1 pwsh', endings: 'ps1 psm1', looks: [/\b(?:Get|Set|New|Remove|Invoke|Write)-[A-Z]\w{2,30}/, /\$_\.|\$PSItem|-eq\s|\bparam\s?\(/] },
  { id: 'sql', names: 'sql postgres postgresql mysql sqlite mssql plsql tsql bigquery', endings: 'sql', looks: [/\bselect\s.{1,400}\sfrom\s/is, /\b(?:insert\sinto|update\s\w{1,60}\sset|delete\sfrom|create\s(?:unique\s)?(?:table|index|view)|alter\stable)\b/i, /\b(?:left|inner|outer)?\s?join\s\w.{0,80}\son\s|\bgroup\sby\b|\border\sby\b/i] },
  { id: 'html', names: 'html xhtml', endings: 'html htm', looks: [/<!doctype\shtml/i, /<(?:div|span|body|head|form|table|ul|section|button)\b/i, /<\/(?:div|span|body|p|a|ul|li|section|button)>/i] },
  { id: 'css', names: 'css', endings: 'css', looks: [/[.#][\w-]{1,40}\s?\{/, /\b(?:display|margin|padding|color|width|position|grid|flex)[\w-]{0,20}:\s?[^;{}\n]{1,80};/] },
  { id: 'scss', names: 'scss sass', endings: 'scss sass', looks: [/@mixin\s|@include\s|\$[\w-]{1,30}:\s/] },
  { id: 'vue', names: 'vue', endings: 'vue', looks: [/<template>|<script\ssetup/, /\bv-(?:if|for|model|bind)=/] },
  { id: 'svelte', names: 'svelte', endings: 'svelte', looks: [/\{#(?:if|each|await)\s/, /\bon:click=|\$state\(/] },
  { id: 'dockerfile', names: 'dockerfile', endings: 'dockerfile', looks: [/^FROM\s\S{1,80}/m, /^(?:RUN|COPY|ENTRYPOINT|CMD|WORKDIR|EXPOSE)\s/m] },
  { id: 'dockercompose', names: 'docker-compose', phrases: 'docker_compose', endings: '', looks: [/^services:\s*$/m] },
  { id: 'terraform', names: 'terraform hcl tf', endings: 'tf tfvars hcl', looks: [/\bresource\s"\w{1,60}"\s"/, /\b(?:variable|module|provider|output)\s"\w{1,60}"\s\{/] },
  { id: 'yaml', names: 'yaml yml', endings: 'yaml yml', looks: [/^apiVersion:|^kind:\s|^on:\s*$|^jobs:\s*$/m, /^\s{0,20}-\s(?:name|uses|run|image):\s/m] },
  { id: 'json', names: 'json jsonc', endings: 'json jsonc', looks: [/^\s{0,4}\{\s*$/m, /^\s{0,20}"[\w-]{1,40}":\s/m] },
  { id: 'xml', names: 'xml xsd xslt', endings: 'xml xsd xsl csproj plist', looks: [/<\?xml\s/] },
  { id: 'toml', names: 'toml', endings: 'toml', looks: [/^\[[\w.-]{1,40}\]\s*$/m] },
  { id: 'makefile', names: 'makefile make', endings: 'mk makefile', looks: [/^\.PHONY:/m] },
  { id: 'cuda-cpp', names: 'cuda cu', endings: 'cu cuh', looks: [/__global__\s|__shared__\s|<<<.{1,60}>>>/, /\bthreadIdx\./] },
  { id: 'solidity', names: 'solidity sol', endings: 'sol', looks: [/\bpragma\ssolidity\b/, /\bcontract\s[A-Z]\w{1,40}/] },
  { id: 'matlab', names: 'matlab', endings: 'mat', looks: [/^\s{0,8}function\s.{0,40}=\s?\w{1,40}\(/m] },
  { id: 'latex', names: 'latex tex', endings: 'tex bib', looks: [/\\begin\{\w{1,30}\}|\\documentclass/] },
  { id: 'graphql', names: 'graphql gql', endings: 'graphql gql', looks: [/^(?:query|mutation|subscription|fragment)\s\w/m] },
  { id: 'proto3', names: 'protobuf proto', endings: 'proto', looks: [/\bsyntax\s=\s"proto/] },
  { id: 'markdown', names: 'markdown md', endings: 'md mdx', looks: [] },
];

/** Names that are words of everyday talk about programs, too: of a sentence they say nothing by themselves. */
const onlyAfterFence: ReadonlySet<string> = new Set(['c', 'cc', 'cs', 'ex', 'fs', 'go', 'hs', 'js', 'make', 'md', 'node', 'pl', 'proto', 'py', 'r', 'rb', 'rs', 'sc', 'sh', 'shell', 'sol', 'tex', 'tf', 'ts', 'cu', 'json', 'yaml', 'yml', 'xml', 'markdown', 'html', 'css']);
/** Of the same, those that are told when nothing else is. */
const weakWords: ReadonlySet<string> = new Set(['js', 'ts', 'py', 'node', 'shell', 'html', 'css', 'yaml', 'json', 'xml']);

const byName = new Map(languages.flatMap(({ id, names }) => names.split(' ').map((name): [string, string] => [name, id])));
const byPhrase = new Map(languages.flatMap(({ id, phrases = '' }) => phrases.split(' ').map((phrase): [string, string] => [phrase, id])));
const byEnding = new Map(languages.flatMap(({ id, endings }) => endings.split(' ').map((ending): [string, string] => [ending, id])));
byPhrase.delete('');
byEnding.delete('');

/** Files without an ending that stand among the endings. */
const namedFiles: ReadonlySet<string> = new Set(['dockerfile', 'makefile']);

/** The language of a file by its ending or, as of a Dockerfile, its name. */
export function languageOfFile(file: string): string | undefined {
  const name = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1).toLowerCase();
  const dot = name.lastIndexOf('.');
  return dot === -1 && !namedFiles.has(name) ? undefined : byEnding.get(name.slice(dot + 1));
}

/** The editor's id of a language by the name it has after a fence or in settings; the name itself when it is not known. */
export function languageNamed(name: string): string {
  const small = name.toLowerCase();
  return byName.get(small) ?? small;
}

const labels: Readonly<Partial<Record<string, string>>> = { typescript: 'TypeScript', typescriptreact: 'TSX', javascript: 'JavaScript', javascriptreact: 'JSX', cpp: 'C++', csharp: 'C#', fsharp: 'F#', shellscript: 'shell', 'cuda-cpp': 'CUDA', sql: 'SQL', php: 'PHP', html: 'HTML', css: 'CSS', json: 'JSON', yaml: 'YAML', proto3: 'Protocol Buffers', powershell: 'PowerShell' };

/** The name of a language for people. */
export function languageLabel(id: string): string {
  return labels[id] ?? `${id.charAt(0).toUpperCase()}${id.slice(1)}`;
}

export interface LanguageClues {
  /** As the editor says. */
  readonly given: string | undefined;
  /** Names after fences. */
  readonly fences: readonly string[];
  readonly files: readonly string[];
  readonly reading: Pick<Reading, 'said' | 'shown'>;
}

/** What the editor calls files without a language. */
const noLanguage: ReadonlySet<string> = new Set(['plaintext', 'log', 'output', 'markdown', 'search-result']);

/** The language a task is about: as given, else by fences, files, the look of the code, and last by what is said. */
export function languageOf({ given, fences, files, reading }: LanguageClues): string | undefined {
  if (given !== undefined && given !== '' && !noLanguage.has(given)) return given;
  for (const fence of fences) {
    const id = byName.get(fence.toLowerCase());
    if (id !== undefined && !noLanguage.has(id)) return id;
  }
  const said = languageSaid(reading.said);
  return mostOften(files.flatMap((file) => languageOfFile(file) ?? [])) ?? languageOfLooks(reading.shown, true) ?? said.sure ?? languageOfLooks(reading.said, false) ?? (reading.shown === '' ? said.weak : undefined);
}

function mostOften(ids: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const id of ids) if (!noLanguage.has(id)) counts.set(id, (counts.get(id) ?? 0) + 1);
  return [...counts].reduce<[string, number] | undefined>((best, one) => (best && best[1] >= one[1] ? best : one), undefined)?.[0];
}

/** The language with most signs; fewer than two may be chance, and count in code alone, when no other language shows any. */
function languageOfLooks(text: string, isCode: boolean): string | undefined {
  if (text === '') return undefined;
  const signs = new Map<string, number>();
  for (const { id, looks } of languages) {
    const found = looks.reduce((count, look) => (look.test(text) ? count + 1 : count), 0);
    if (found > 0) signs.set(id, found);
  }
  const [id, most] = [...signs].reduce<readonly [string | undefined, number]>((best, one) => (best[1] >= one[1] ? best : one), [undefined, 0]);
  if (most < 2 && (!isCode || signs.size > 1)) return undefined;
  // Code with types is code without them, too.
  return typedForms.find(([plain, typed]) => plain === id && signs.has(typed))?.[1] ?? id;
}

const typedForms = [['javascript', 'typescript'], ['javascriptreact', 'typescriptreact']] as const;

function languageSaid(said: string): { readonly sure: string | undefined; readonly weak: string | undefined } {
  let weak: string | undefined;
  let before = '';
  for (const word of said.toLowerCase().match(/\.?[a-z][a-z0-9-]{0,30}(?:\.js\b|\+\+|#)?/g) ?? []) {
    const sure = byPhrase.get(word) ?? byPhrase.get(`${before}_${word}`) ?? (onlyAfterFence.has(word) ? undefined : byName.get(word));
    if (sure !== undefined) return { sure, weak };
    if (weakWords.has(word)) weak ??= byName.get(word);
    before = word;
  }
  return { sure: undefined, weak };
}
