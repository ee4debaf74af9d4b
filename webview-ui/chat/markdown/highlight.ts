import hljs from 'highlight.js/lib/core';
import type { Emitter, LanguageFn } from 'highlight.js';
import bash from 'highlight.js/lib/languages/bash';
import c from 'highlight.js/lib/languages/c';
import cpp from 'highlight.js/lib/languages/cpp';
import csharp from 'highlight.js/lib/languages/csharp';
import css from 'highlight.js/lib/languages/css';
import diff from 'highlight.js/lib/languages/diff';
import dockerfile from 'highlight.js/lib/languages/dockerfile';
import go from 'highlight.js/lib/languages/go';
import ini from 'highlight.js/lib/languages/ini';
import java from 'highlight.js/lib/languages/java';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import kotlin from 'highlight.js/lib/languages/kotlin';
import lua from 'highlight.js/lib/languages/lua';
import makefile from 'highlight.js/lib/languages/makefile';
import markdown from 'highlight.js/lib/languages/markdown';
import php from 'highlight.js/lib/languages/php';
import powershell from 'highlight.js/lib/languages/powershell';
import python from 'highlight.js/lib/languages/python';
import ruby from 'highlight.js/lib/languages/ruby';
import rust from 'highlight.js/lib/languages/rust';
import sql from 'highlight.js/lib/languages/sql';
import swift from 'highlight.js/lib/languages/swift';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import yaml from 'highlight.js/lib/languages/yaml';

/** A run of text, or a scope such as `keyword` around more of them. */
export type Piece = string | { readonly scope: string; readonly pieces: readonly Piece[] };

/** Beyond this many characters a block is shown without colours: highlighting is linear, but not free. */
const longest = 100_000;

const languages: Readonly<Record<string, LanguageFn>> = {
  bash, c, cpp, csharp, css, diff, dockerfile, go, ini, java, javascript, json, kotlin, lua, makefile, markdown, php, powershell, python,
  ruby, rust, sql, swift, typescript, xml, yaml,
};

/** Names that people and models write, beside the aliases the definitions bring. */
const extraAliases: Readonly<Record<string, string>> = {
  jsonc: 'json', jsonl: 'json', scss: 'css', less: 'css', vue: 'xml', svelte: 'xml', console: 'bash', shell: 'bash', shellsession: 'bash', terminal: 'bash',
  env: 'ini', dotenv: 'ini', typescriptreact: 'typescript', javascriptreact: 'javascript', patch: 'diff', mysql: 'sql', postgresql: 'sql', sqlite: 'sql',
};

/**
 * Code as coloured pieces; undefined when the language is not known or the code is too long. Pieces instead of the
 * library's HTML text: the page never parses a string as HTML.
 */
export function highlightCode(code: string, language: string): readonly Piece[] | undefined {
  const asked = language.toLowerCase();
  const name = extraAliases[asked] ?? asked;
  if (name === '' || code.length > longest || !highlighter.getLanguage(name)) return undefined;
  const { _emitter: emitter, errorRaised } = highlighter.highlight(code, { language: name, ignoreIllegals: true });
  // A grammar that fails half way would lose the rest of the code.
  return errorRaised === undefined && emitter instanceof PieceEmitter ? emitter.pieces : undefined;
}

/** The library's documented extension point ("technically private, but stable"): collects scopes as data. */
class PieceEmitter implements Emitter {
  readonly pieces: Piece[] = [];
  private readonly open: { scope: string; pieces: Piece[] }[] = [];

  addText(text: string): void {
    if (text !== '') this.innermost().push(text);
  }

  startScope(scope: string): void {
    const piece = { scope, pieces: [] };
    this.innermost().push(piece);
    this.open.push(piece);
  }

  endScope(): void {
    this.open.pop();
  }

  /** The library calls these two as well, which its types leave out. */
  openNode(scope: string): void {
    this.startScope(scope);
  }

  closeNode(): void {
    this.endScope();
  }

  __addSublanguage(emitter: Emitter): void {
    if (emitter instanceof PieceEmitter) this.innermost().push(...emitter.pieces);
  }

  finalize(): void {
    this.open.length = 0;
  }

  toHTML(): string {
    // Part of the interface, and the one thing this emitter exists not to do.
    return '';
  }

  private innermost(): Piece[] {
    return this.open.at(-1)?.pieces ?? this.pieces;
  }
}

// Below the class, which must exist when this runs.
const highlighter = createHighlighter();

function createHighlighter() {
  const instance = hljs.newInstance();
  instance.configure({ __emitter: PieceEmitter });
  for (const [name, definition] of Object.entries(languages)) instance.registerLanguage(name, definition);
  return instance;
}
