/** A file, a block of an answer, and what the file becomes. */
interface ChangeRow {
  readonly name: string;
  /** Undefined: there is none yet. */
  readonly file: string | undefined;
  readonly block: string;
  /** Of the fence. */
  readonly language?: string;
  readonly becomes?: string;
  readonly unsure?: true;
  readonly kept?: readonly string[];
  readonly dropped?: readonly string[];
  /** Instead of a change: why there is none. */
  readonly outcome?: 'same' | 'unknownPlace' | 'moves' | 'tooLarge';
}

const lines = (...all: readonly string[]) => `${all.join('\n')}\n`;
const code = (...all: readonly string[]) => all.join('\n');
const dos = (text: string) => text.replaceAll('\n', '\r\n');

const station = [
  "import { round } from './round';",
  '',
  '/** A place to charge. */',
  'export class Station {',
  '  constructor(private readonly cents: number) {}',
  '',
  '  price(minutes: number): number {',
  '    const halfHours = Math.floor(minutes / 30);',
  '    return halfHours * this.cents;',
  '  }',
  '',
  '  name(): string {',
  "    return 'station';",
  '  }',
  '}',
  '',
  'export function total(prices: readonly number[]): number {',
  '  let sum = 0;',
  '  for (const price of prices) {',
  '    sum += price;',
  '  }',
  '  return round(sum);',
  '}',
] as const;
const stationFile = lines(...station);
/** The file with some lines replaced; lines are counted from 1, both included. */
const stationWith = (from: number, to: number, ...instead: readonly string[]) => lines(...station.slice(0, from - 1), ...instead, ...station.slice(to));

const server = [
  'package server', '', 'import (', '\t"fmt"', '\t"net/http"', ')', '', 'type Server struct {', '\tport int', '}', '', '// Start listens.', 'func (s *Server) Start() error {', '\tfmt.Println("start")', '\treturn http.ListenAndServe(":80", nil)', '}', '', 'func (c *Client) Start() error {', '\treturn nil', '}',
] as const;
const goFile = lines(...server);

const shop = [
  'import json', 'from typing import Any', '', '', 'class Shop:', '    """A shop."""', '', '    def __init__(self, name: str) -> None:', '        self.name = name', '        self.items: list[str] = []', '', '    @property', '    def size(self) -> int:', '        return len(self.items)', '', '    def add(self, item: str) -> None:', '        self.items.append(item)', '', '', 'def load(path: str) -> Any:', '    with open(path) as file:', '        return json.load(file)',
] as const;
const pyFile = lines(...shop);
const pyWith = (from: number, to: number, ...instead: readonly string[]) => lines(...shop.slice(0, from - 1), ...instead, ...shop.slice(to));

const style = ['body {', '  margin: 0;', '  color: black;', '}', '', '.card {', '  padding: 1rem;', '}', '', '.card:hover {', '  color: blue;', '}'] as const;
const cssFile = lines(...style);

const manifest = ['{', '  "name": "demo",', '  "version": "1.0.0",', '  "scripts": {', '    "build": "tsc",', '    "test": "mocha"', '  },', '  "license": "MIT"', '}'] as const;
const jsonFile = lines(...manifest);

const readme = ['# Demo', '', 'A demo.', '', '## Install', '', 'Run npm install.', '', '## Use', '', '```sh', '# not a heading', 'demo', '```', '', '### Options', '', 'None.', '', '## Licence', '', 'MIT'] as const;
const mdFile = lines(...readme);

const script = ['#!/usr/bin/env bash', 'set -euo pipefail', '', 'build() {', '  echo building', '  make', '}', '', 'deploy() {', '  if [ -z "$HOST" ]; then', '    exit 1', '  fi', '  scp out "$HOST"', '}', '', 'build', 'deploy'] as const;
const shFile = lines(...script);

/** By the path of the file. */
export const rows: Readonly<Record<string, readonly ChangeRow[]>> = {
  'src/station.ts': [
    { name: 'a new file ends with a line end', file: undefined, block: 'export const a = 1;', becomes: 'export const a = 1;\n' },
    { name: 'a new file has no line that only names it', file: undefined, block: code('// src/station.ts', '', 'export const a = 1;'), becomes: 'export const a = 1;\n' },
    { name: 'an empty file is filled', file: '\n', block: 'export const a = 1;', becomes: 'export const a = 1;\n' },
    { name: 'a new file with lines left out is not sure', file: undefined, block: code('const a = 1;', '// ... rest of the file ...'), becomes: lines('const a = 1;', '// ... rest of the file ...'), unsure: true },
    { name: 'the same text changes nothing', file: stationFile, block: code(...station), outcome: 'same' },
    { name: 'a whole file is replaced', file: stationFile, block: code(...station).replace('/ 30', '/ 15').replace("'station'", "'Station'"), becomes: stationFile.replace('/ 30', '/ 15').replace("'station'", "'Station'") },
    { name: 'a whole file may gain and lose parts', file: stationFile, block: code(...station.slice(0, 16), 'export function half(price: number): number {', '  return price / 2;', '}'), becomes: lines(...station.slice(0, 16), 'export function half(price: number): number {', '  return price / 2;', '}'), dropped: ['total'] },
    { name: 'one method, without its indentation', file: stationFile, block: code('price(minutes: number): number {', '  return Math.ceil(minutes / 30) * this.cents;', '}'), becomes: stationWith(7, 10, '  price(minutes: number): number {', '    return Math.ceil(minutes / 30) * this.cents;', '  }') },
    { name: 'one method, with its indentation', file: stationFile, block: code('  name(): string {', "    return 'Station';", '  }'), becomes: stationWith(13, 13, "    return 'Station';") },
    { name: 'one function', file: stationFile, block: code('export function total(prices: readonly number[]): number {', '  return round(prices.reduce((sum, price) => sum + price, 0));', '}'), becomes: stationWith(18, 22, '  return round(prices.reduce((sum, price) => sum + price, 0));') },
    { name: 'a function with a new signature', file: stationFile, block: code('export function total(prices: Iterable<number>, start = 0): number {', '  return start;', '}'), becomes: stationWith(17, 23, 'export function total(prices: Iterable<number>, start = 0): number {', '  return start;', '}') },
    { name: 'a function becomes an arrow function', file: stationFile, block: code('export const total = (prices: readonly number[]): number => round(prices.length);'), becomes: stationWith(17, 23, 'export const total = (prices: readonly number[]): number => round(prices.length);') },
    { name: 'a method in its class, the rest left out', file: stationFile, block: code('export class Station {', '  // ... existing code ...', '', '  name(): string {', '    return `Station ${this.cents}`;', '  }', '}'), becomes: stationWith(13, 13, '    return `Station ${this.cents}`;') },
    { name: 'a method in its class, left out on both sides', file: stationFile, block: code('export class Station {', '  // ...', '  price(minutes: number): number {', '    return minutes;', '  }', '  // ...', '}'), becomes: stationWith(8, 9, '    return minutes;') },
    { name: 'a new method after the one that is shown', file: stationFile, block: code('export class Station {', '  // ... existing code ...', '', '  name(): string {', "    return 'station';", '  }', '', '  free(): boolean {', '    return this.cents === 0;', '  }', '}'), becomes: stationWith(15, 15, '', '  free(): boolean {', '    return this.cents === 0;', '  }', '}') },
    { name: 'a new method at the end of the class', file: stationFile, block: code('export class Station {', '  // ... existing methods ...', '', '  free(): boolean {', '    return this.cents === 0;', '  }', '}'), becomes: stationWith(15, 15, '', '  free(): boolean {', '    return this.cents === 0;', '  }', '}') },
    { name: 'a new import and a changed function', file: stationFile, block: code("import { round } from './round';", "import { sum } from './sum';", '', '// ... existing code ...', '', 'export function total(prices: readonly number[]): number {', '  return round(sum(prices));', '}'), becomes: lines(station[0], "import { sum } from './sum';", ...station.slice(1, 17), '  return round(sum(prices));', '}') },
    { name: 'lines left out inside a function', file: stationFile, block: code('export function total(prices: readonly number[]): number {', '  let sum = 0;', '  // ... existing loop ...', '  return Math.round(sum);', '}'), becomes: stationWith(22, 22, '  return Math.round(sum);') },
    { name: 'an import gains a name', file: stationFile, block: "import { round, floor } from './round';", becomes: stationWith(1, 1, "import { round, floor } from './round';") },
    { name: 'an import never loses a name that is used', file: stationFile, block: "import { floor } from './round';", becomes: stationWith(1, 1, "import { floor, round } from './round';") },
    { name: 'an import loses a name that nothing uses any more', file: stationFile, block: code("import { floor } from './round';", '', 'export function total(prices: readonly number[]): number {', '  return floor(prices.length);', '}'), becomes: lines("import { floor } from './round';", ...station.slice(1, 17), '  return floor(prices.length);', '}') },
    { name: 'a helper beside the function that uses it', file: stationFile, block: code('export function total(prices: readonly number[]): number {', '  return round(add(prices));', '}', '', 'function add(prices: readonly number[]): number {', '  return prices.length;', '}'), becomes: stationWith(18, 23, '  return round(add(prices));', '}', '', 'function add(prices: readonly number[]): number {', '  return prices.length;', '}') },
    { name: 'a class that shows one of its methods keeps the others, and says so', file: stationFile, block: code('export class Station {', '  name(): string {', "    return 'Station';", '  }', '}'), becomes: stationWith(13, 13, "    return 'Station';"), unsure: true, kept: ['price'] },
    { name: 'what nobody knows changes nothing', file: stationFile, block: code('export function other(): void {', '  return;', '}'), outcome: 'unknownPlace' },
    { name: 'a call that is nowhere changes nothing', file: stationFile, block: 'npm install', language: 'sh', outcome: 'unknownPlace' },
    { name: 'a doc comment comes with its function', file: stationFile, block: code('/** The sum. */', 'export function total(prices: readonly number[]): number {', '  return 0;', '}'), becomes: stationWith(17, 22, '/** The sum. */', 'export function total(prices: readonly number[]): number {', '  return 0;') },
    { name: 'a doc comment stays when only the code is shown', file: stationFile.replace('  let sum = 0;\n', ''), block: code('export class Station {', '  constructor(readonly cents: number) {}', '', '  price(): number {', '    return this.cents;', '  }', '', '  name(): string {', "    return '';", '  }', '}'), becomes: stationFile.replace('  let sum = 0;\n', '').replace(code(...station.slice(4, 14)), code('  constructor(readonly cents: number) {}', '', '  price(): number {', '    return this.cents;', '  }', '', '  name(): string {', "    return '';", '  }')) },
    { name: 'line ends of Windows are kept', file: dos(stationFile), block: code('  name(): string {', '    // new', "    return 'x';", '  }'), becomes: dos(stationWith(13, 13, '    // new', "    return 'x';")) },
    { name: 'a missing line end at the end stays missing', file: code(...station), block: code('export function total(prices: readonly number[]): number {', '  return 0;', '}'), becomes: code(...station.slice(0, 17), '  return 0;', '}') },
    { name: 'a byte order mark stays', file: `\uFEFF${stationFile}`, block: code('name(): string {', "  return '';", '}'), becomes: `\uFEFF${stationWith(13, 13, "    return '';")}` },
    { name: 'blanks become the tabs of the file', file: stationFile.replaceAll('  ', '\t'), block: code('name(): string {', '  if (true) {', "    return '';", '  }', '}'), becomes: stationWith(13, 13, '  PLACE').replaceAll('  ', '\t').replace('\tPLACE', code('\t\tif (true) {', "\t\t\treturn '';", '\t\t}')) },
  ],
  'src/diffed.ts': [
    { name: 'a diff', file: stationFile, language: 'diff', block: code('--- a/src/diffed.ts', '+++ b/src/diffed.ts', '@@ -12,3 +12,3 @@', '   name(): string {', "-    return 'station';", "+    return 'Station';", '   }'), becomes: stationWith(13, 13, "    return 'Station';") },
    { name: 'a diff with wrong counts', file: stationFile, language: 'diff', block: code('@@ -12,9 +12,1 @@', '   name(): string {', "-    return 'station';", "+    return 'Station';", '   }'), becomes: stationWith(13, 13, "    return 'Station';") },
    { name: 'a diff with wrong line numbers', file: stationFile, language: 'diff', block: code('@@ -90,3 +90,3 @@', '   name(): string {', "-    return 'station';", "+    return 'Station';", '   }'), becomes: stationWith(13, 13, "    return 'Station';") },
    { name: 'a diff without numbers', file: stationFile, language: 'diff', block: code('@@ ... @@', '   name(): string {', "-    return 'station';", "+    return 'Station';"), becomes: stationWith(13, 13, "    return 'Station';") },
    { name: 'a diff without headers', file: stationFile, language: 'diff', block: code("-    return 'station';", "+    return 'Station';"), becomes: stationWith(13, 13, "    return 'Station';") },
    { name: 'a diff whose kept lines lack their blank', file: stationFile, language: 'diff', block: code('@@ -12,3 +12,3 @@', '  name(): string {', "-    return 'station';", "+    return 'Station';", '  }'), becomes: stationWith(13, 13, "    return 'Station';") },
    { name: 'two hunks', file: stationFile, language: 'diff', block: code('@@ -8,1 +8,1 @@', '-    const halfHours = Math.floor(minutes / 30);', '+    const halfHours = Math.ceil(minutes / 30);', '@@ -22,2 +22,2 @@', '-  return round(sum);', '+  return sum;', ' }'), becomes: stationFile.replace('floor', 'ceil').replace('round(sum)', 'sum') },
    { name: 'a diff of code that has moved', file: lines('// 1', '// 2', '// 3', ...station), language: 'diff', block: code('@@ -12,3 +12,3 @@', '   name(): string {', "-    return 'station';", "+    return 'Station';", '   }'), becomes: lines('// 1', '// 2', '// 3', ...station).replace("'station'", "'Station'") },
    { name: 'a diff of code that is indented otherwise', file: stationFile.replaceAll('  ', '\t'), language: 'diff', block: code('@@ -12,3 +12,4 @@', '   name(): string {', "-    return 'station';", "+    const name = 'Station';", '+    return name;', '   }'), becomes: stationFile.replaceAll('  ', '\t').replace("\t\treturn 'station';", "\t\tconst name = 'Station';\n\t\treturn name;") },
    { name: 'a diff around which something has changed', file: stationFile.replace('let sum = 0', 'let sum = 1'), language: 'diff', block: code('@@ -17,7 +17,7 @@', ' export function total(prices: readonly number[]): number {', '   let sum = 0;', '   for (const price of prices) {', '-    sum += price;', '+    sum += price * 2;', '   }', '   return round(sum);', ' }'), becomes: stationFile.replace('let sum = 0', 'let sum = 1').replace('sum += price;', 'sum += price * 2;') },
    { name: 'a diff of something else changes nothing', file: stationFile, language: 'diff', block: code('@@ -1,3 +1,3 @@', ' const a = 1;', '-const b = 2;', '+const b = 3;', ' const c = 3;'), outcome: 'unknownPlace' },
    { name: 'all of a diff or nothing', file: stationFile, language: 'diff', block: code('@@ -13,1 +13,1 @@', "-    return 'station';", "+    return 'Station';", '@@ -40,1 +40,1 @@', '-not there', '+there'), outcome: 'unknownPlace' },
    { name: 'a diff that was applied before', file: stationWith(13, 13, "    return 'Station';"), language: 'diff', block: code('@@ -12,3 +12,3 @@', '   name(): string {', "-    return 'station';", "+    return 'Station';", '   }'), outcome: 'same' },
    { name: 'of places that are alike the one that is named', file: lines('a', 'x', 'b', 'x', 'c'), language: 'diff', block: code('@@ -4,1 +4,1 @@', '-x', '+y'), becomes: lines('a', 'x', 'b', 'y', 'c') },
    { name: 'of places that are alike none for sure', file: lines('a', 'x', 'b', 'x', 'c'), language: 'diff', block: code('-x', '+y'), becomes: lines('a', 'y', 'b', 'x', 'c'), unsure: true },
    { name: 'a diff that makes a file', file: undefined, language: 'diff', block: code('--- /dev/null', '+++ b/src/diffed.ts', '@@ -0,0 +1,2 @@', '+const a = 1;', '+const b = 2;'), becomes: lines('const a = 1;', 'const b = 2;') },
    { name: 'a diff that deletes a file is no edit', file: stationFile, language: 'diff', block: code('--- a/src/diffed.ts', '+++ /dev/null', '@@ -1,1 +0,0 @@', `-${station[0]}`), outcome: 'moves' },
    { name: 'its part of a diff of two files', file: stationFile, language: 'diff', block: code('diff --git a/src/other.ts b/src/other.ts', '--- a/src/other.ts', '+++ b/src/other.ts', '@@ -1 +1 @@', '-x', '+y', 'diff --git a/src/diffed.ts b/src/diffed.ts', 'index 1..2 100644', '--- a/src/diffed.ts', '+++ b/src/diffed.ts', '@@ -13 +13 @@', "-    return 'station';", "+    return 'Station';"), becomes: stationWith(13, 13, "    return 'Station';") },
    { name: 'a diff in a file with line ends of Windows', file: dos(stationFile), language: 'diff', block: code('@@ -12,3 +12,4 @@', '   name(): string {', "-    return 'station';", "+    return 'a';", '+    // b', '   }'), becomes: dos(stationWith(13, 13, "    return 'a';", '    // b')) },
    { name: 'search and replace', file: stationFile, block: code('<<<<<<< SEARCH', "    return 'station';", '=======', "    return 'Station';", '>>>>>>> REPLACE'), becomes: stationWith(13, 13, "    return 'Station';") },
    { name: 'search and replace without indentation', file: stationFile, block: code('<<<<<<< SEARCH', 'name(): string {', "  return 'station';", '}', '=======', 'name(): string {', "  const name = 'Station';", '  return name;', '}', '>>>>>>> REPLACE'), becomes: stationWith(13, 13, "    const name = 'Station';", '    return name;') },
    { name: 'two searches, in any order', file: stationFile, block: code('src/diffed.ts', '<<<<<<< SEARCH', '  return round(sum);', '=======', '  return sum;', '>>>>>>> REPLACE', '<<<<<<< SEARCH', "import { round } from './round';", '', '=======', '>>>>>>> REPLACE'), becomes: lines(...station.slice(2)).replace('round(sum)', 'sum') },
    { name: 'a search that finds nothing changes nothing', file: stationFile, block: code('<<<<<<< SEARCH', 'nothing of it', '=======', 'x', '>>>>>>> REPLACE'), outcome: 'unknownPlace' },
  ],
  'server/server.go': [
    { name: 'a method of one of two types', file: goFile, block: code('func (s *Server) Start() error {', '\treturn nil', '}'), becomes: goFile.replace('\tfmt.Println("start")\n\treturn http.ListenAndServe(":80", nil)\n', '\treturn nil\n') },
    { name: 'a new import in the group, and a changed method', file: goFile, block: code('package server', '', 'import (', '\t"fmt"', '\t"net/http"', '\t"os"', ')', '', '// ... existing code ...', '', 'func (c *Client) Start() error {', '\treturn os.ErrClosed', '}'), becomes: goFile.replace('\t"net/http"\n', '\t"net/http"\n\t"os"\n').replace('\treturn nil\n', '\treturn os.ErrClosed\n') },
    { name: 'an import group that shows only what is new', file: goFile, block: code('import (', '\t"os"', ')'), becomes: goFile.replace('\t"net/http"\n', '\t"net/http"\n\t"os"\n'), kept: ['"fmt"', '"net/http"'] },
    { name: 'a field of a struct', file: goFile, block: code('type Server struct {', '\tport int', '\thost string', '}'), becomes: goFile.replace('\tport int\n', '\tport int\n\thost string\n') },
    { name: 'a diff with tabs', file: goFile, language: 'diff', block: code('@@ -13,2 +13,2 @@', ' func (s *Server) Start() error {', '-\tfmt.Println("start")', '+\tfmt.Println("starting")'), becomes: goFile.replace('"start"', '"starting"') },
  ],
  'shop/shop.py': [
    { name: 'a method without its class', file: pyFile, block: code('def add(self, item: str) -> None:', '    if item:', '        self.items.append(item)'), becomes: pyWith(17, 17, '        if item:', '            self.items.append(item)') },
    { name: 'a method in its class', file: pyFile, block: code('class Shop:', '    # ... existing code ...', '', '    def add(self, item: str) -> None:', '        self.items.insert(0, item)'), becomes: pyWith(17, 17, '        self.items.insert(0, item)') },
    { name: 'a decorated method keeps its decorator', file: pyFile, block: code('    def size(self) -> int:', '        return len(self.items) + 1'), becomes: pyWith(14, 14, '        return len(self.items) + 1') },
    { name: 'a decorated method replaces its decorator', file: pyFile, block: code('    @cached_property', '    def size(self) -> int:', '        return 1'), becomes: pyWith(12, 14, '    @cached_property', '    def size(self) -> int:', '        return 1') },
    { name: 'a function and a new import', file: pyFile, block: code('import json', 'import os', '', '# ... rest of the imports ...', '', 'def load(path: str) -> Any:', '    return os.stat(path)'), becomes: lines(shop[0], 'import os', ...shop.slice(1, 20), '    return os.stat(path)') },
    { name: 'three dots are code', file: pyFile, block: code('def load(path: str) -> Any:', '    ...'), becomes: pyWith(21, 22, '    ...') },
    { name: 'a new method after a shown one', file: pyFile, block: code('class Shop:', '    # ...', '    def add(self, item: str) -> None:', '        self.items.append(item)', '', '    def clear(self) -> None:', '        self.items = []'), becomes: pyWith(17, 17, '        self.items.append(item)', '', '    def clear(self) -> None:', '        self.items = []') },
    { name: 'a statement in a function', file: pyFile, block: code('    def __init__(self, name: str) -> None:', '        self.name = name.strip()', '        # ... existing code ...'), becomes: pyWith(9, 9, '        self.name = name.strip()') },
    { name: 'a function after everything else is nowhere', file: pyFile, block: code('def save(path: str) -> None:', '    pass'), outcome: 'unknownPlace' },
  ],
  'style/main.css': [
    { name: 'a rule', file: cssFile, block: code('.card {', '  padding: 2rem;', '  margin: 1rem;', '}'), becomes: cssFile.replace('  padding: 1rem;\n', '  padding: 2rem;\n  margin: 1rem;\n') },
    { name: 'a rule of a state and not the one without', file: cssFile, block: code('.card:hover {', '  color: red;', '}'), becomes: cssFile.replace('blue', 'red') },
    { name: 'a new rule after a shown one', file: cssFile, block: code('/* ... */', '.card:hover {', '  color: blue;', '}', '', '.card:focus {', '  color: red;', '}'), becomes: `${cssFile}\n.card:focus {\n  color: red;\n}\n` },
    { name: 'a rule that shows one property keeps the others', file: cssFile.replace('  margin: 0;\n', '  margin: 0;\n  border: 0;\n  font: inherit;\n  padding: 0;\n'), block: code('body {', '  color: white;', '}'), becomes: cssFile.replace('  margin: 0;\n', '  margin: 0;\n  border: 0;\n  font: inherit;\n  padding: 0;\n').replace('black', 'white'), kept: ['margin', 'border', 'font', 'padding'] },
  ],
  'package.json': [
    { name: 'a part with the rest left out', file: jsonFile, block: code('{', '  // ... existing fields ...', '  "scripts": {', '    "build": "esbuild",', '    "test": "mocha"', '  },', '  // ...', '}'), becomes: jsonFile.replace('"tsc"', '"esbuild"') },
    { name: 'a part alone', file: jsonFile, block: code('"scripts": {', '  "build": "tsc -p .",', '  "test": "mocha"', '}'), becomes: jsonFile.replace('"tsc"', '"tsc -p ."') },
    { name: 'a new value with its comma', file: jsonFile, block: code('"scripts": {', '  "build": "tsc",', '  "test": "mocha",', '  "lint": "oxlint"', '}'), becomes: jsonFile.replace('"mocha"\n', '"mocha",\n    "lint": "oxlint"\n') },
    { name: 'an object that shows one value keeps the others', file: jsonFile, block: code('{', '  "version": "1.1.0"', '}'), becomes: jsonFile.replace('1.0.0', '1.1.0'), kept: ['name', 'scripts', 'license'] },
    { name: 'a whole object', file: jsonFile, block: code(...manifest).replace('MIT', 'ISC').replace('"1.0.0"', '"2.0.0"'), becomes: jsonFile.replace('MIT', 'ISC').replace('"1.0.0"', '"2.0.0"') },
  ],
  'README.md': [
    { name: 'a section', file: mdFile, block: code('## Install', '', 'Run npm ci.'), becomes: mdFile.replace('npm install', 'npm ci') },
    { name: 'a section with what is below it', file: mdFile, block: code('## Use', '', '```sh', 'demo --help', '```', '', '### Options', '', '--help'), becomes: mdFile.replace('# not a heading\ndemo\n', 'demo --help\n').replace('None.', '--help') },
    { name: 'a new section after a shown one', file: mdFile, block: code('<!-- ... existing content ... -->', '', '## Install', '', 'Run npm install.', '', '## Build', '', 'Run make.', '', '<!-- ... rest unchanged ... -->'), becomes: mdFile.replace('Run npm install.\n', 'Run npm install.\n\n## Build\n\nRun make.\n') },
  ],
  'deploy.sh': [
    { name: 'a function', file: shFile, block: code('build() {', '  make all', '}'), becomes: shFile.replace('  echo building\n  make\n', '  make all\n') },
    { name: 'a function with a branch', file: shFile, block: code('deploy() {', '  if [ -z "$HOST" ]; then', '    echo "no host" >&2', '    exit 1', '  fi', '  rsync out "$HOST"', '}'), becomes: shFile.replace('    exit 1\n', '    echo "no host" >&2\n    exit 1\n').replace('scp', 'rsync') },
    { name: 'a whole script', file: shFile, block: code(...script).replace('pipefail', 'pipefail -x'), becomes: shFile.replace('pipefail', 'pipefail -x') },
    { name: 'a line that is nowhere', file: shFile, block: 'curl https://example.com', outcome: 'unknownPlace' },
  ],
};
