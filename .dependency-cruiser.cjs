// What may import what: the table of ARCHITECTURE.md as rules. test/unit/repository/importTable.test.ts runs them and
// proves that they see the modules. `parser: 'swc'` because with TypeScript 7 the default parser finds nothing and succeeds.

const core = '^src/core/';

/** The folders of the core, each with the folders whose modules it may import besides its own. */
const coreRooms = {
  model: [],
  ports: ['model'],
  catalog: ['model', 'ports'],
  budget: ['model', 'ports'],
  privacy: ['model', 'ports'],
  cache: ['model', 'ports'],
  context: ['model', 'editorTasks'],
  conversation: ['model', 'ports', 'context'],
  experiments: ['model', 'ports', 'conversation'],
  editorTasks: ['model'],
  chatFiles: ['model'],
  insight: ['model', 'ports'],
  providers: ['model', 'ports', 'catalog'],
  routing: ['model', 'ports', 'catalog'],
  report: ['model', 'ports'],
  edits: ['model'],
  learning: ['model', 'ports', 'catalog', 'routing'],
  ask: ['model', 'ports', 'catalog', 'budget', 'privacy', 'cache', 'conversation', 'insight', 'providers', 'routing'],
  ...Object.fromEntries(
    ['agent', 'work'].map((room) => [room, ['model', 'ports', 'catalog', 'budget', 'privacy', 'cache', 'conversation', 'insight', 'providers', 'routing', 'ask']]),
  ),
  orchestrate: ['model', 'ports', 'catalog', 'budget', 'routing', 'conversation', 'experiments'],
};

/** A folder may import itself and what is listed, of our own modules. */
const only = (from, allowed, comment) => ({
  name: `${from.replace(/[\^\\]/g, '').replace(/\/$/, '').replaceAll('/', '-')}-imports`,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: '^(src|webview-ui|test|scripts)/', pathNot: [from, ...allowed] },
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', comment: 'A cycle has no place to start reading.', severity: 'error', from: {}, to: { circular: true } },
    { name: 'not-to-unresolvable', comment: 'A module that is not there.', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^vscode$' } },
    ...Object.entries(coreRooms).map(([room, allowed]) => only(`${core}${room}/`, allowed.map((name) => `${core}${name}/`), `core/${room} may import: ${allowed.join(', ') || 'nothing'}.`)),
    only('^src/core/app\\.ts$', [core], 'app.ts is the door into the core; it imports the core.'),
    only(`${core}door/`, [core], 'What the door is made of imports the rooms.'),
    { name: 'door-only-by-app', comment: 'What the door is made of is behind the door.', severity: 'error', from: { path: '^(src|webview-ui)/', pathNot: ['^src/core/app\\.ts$', `${core}door/`] }, to: { path: `${core}door/` } },
    {
      name: 'core-outside',
      comment: 'The core touches no outside world: zod is the only package, and no module of Node.',
      severity: 'error',
      from: { path: core, pathNot: `${core}edits/` },
      to: { pathNot: ['^src/', '^node_modules/zod/'] },
    },
    { name: 'core-edits-outside', comment: 'What changes texts compares lines with the package diff.', severity: 'error', from: { path: `${core}edits/` }, to: { pathNot: ['^src/', '^node_modules/(zod|diff)/'] } },
    { name: 'core-no-dynamic-import', comment: 'What the core uses is there when it starts.', severity: 'error', from: { path: core }, to: { dynamic: true } },
    { name: 'model-imports-no-package', comment: 'The nouns are plain types.', severity: 'error', from: { path: `${core}(model|ports)/` }, to: { path: '^node_modules/' } },
    only('^src/wires/', [`${core}(model|ports)/`], 'A wire knows the nouns and the ports.'),
    {
      name: 'wires-apart',
      comment: 'What two protocols share is in src/wires/http.',
      severity: 'error',
      from: { path: '^src/wires/([^/]+)/' },
      to: { path: '^src/wires/', pathNot: ['^src/wires/$1/', '^src/wires/http/'] },
    },
    only('^src/node/', [`${core}(model|ports)/`], 'A port on Node knows the nouns and the ports.'),
    only('^src/gateway/', [`${core}(model|ports)/`, '^src/core/app\\.ts$', '^src/shared/'], 'The gateway uses the core through its door.'),
    only('^src/vscode/', [`${core}(model|ports|editorTasks|edits|chatFiles|context)/`, '^src/core/app\\.ts$', '^src/shared/'], 'A surface uses the core through its door; the texts of the editor\'s commands are pure functions.'),
    only('^src/shared/', [`${core}model/`], 'What host and page share knows the nouns, as types.'),
    {
      name: 'shared-types-only',
      comment: 'The page must not carry the core: shared imports the nouns as types.',
      severity: 'error',
      from: { path: '^src/shared/' },
      to: { path: core, dependencyTypesNot: ['type-only'] },
    },
    only('^webview-ui/', ['^src/shared/'], 'A page knows only what is shared.'),
    {
      name: 'vscode-at-the-edge',
      comment: 'Only the surfaces, the entries and the wire to the editor\'s own models know the editor.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/vscode/', '^src/(extension|main)\\.ts$', '^src/wires/editorModel/'] },
      // The types are what the module resolves to where they are installed.
      to: { path: '^(vscode$|node_modules/@types/vscode/)' },
    },
    { name: 'node-at-the-edge', comment: 'Pages and what they share run in a browser.', severity: 'error', from: { path: '^(webview-ui|src/shared)/' }, to: { dependencyTypes: ['core'] } },
    { name: 'product-without-tests', comment: 'Nothing that ships imports tests or tools.', severity: 'error', from: { path: '^(src|webview-ui)/' }, to: { path: '^(test|scripts)/' } },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    moduleSystems: ['es6', 'cjs'],
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|out)/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'], extensions: ['.ts', '.tsx', '.mjs', '.cjs', '.js', '.json', '.d.ts'] },
  },
};
