import { mkdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { buildOptions } from '../../esbuild.mjs';
import { launchOptions } from '../../scripts/browser.mjs';
import { root } from '../../scripts/node24.mjs';
import type { CompareDelta, CompareRequest, CompareState } from '../../src/shared/compareProtocol';
import type { ChatDelta, ChatRequest, ChatState, ToPage } from '../../src/shared/protocol';
import themes from '../fixtures/webviewThemes.json';
import { textsInBrackets } from './otherLanguage';

type PageRequest = ChatRequest | CompareRequest;

export type PageTheme = keyof typeof themes;
export const pageThemes: readonly PageTheme[] = ['dark', 'light', 'hc-dark', 'hc-light'];

/** As the editor names them on the body of a webview. */
const bodyClasses: Readonly<Record<PageTheme, string>> = {
  dark: 'vscode-dark',
  light: 'vscode-light',
  'hc-dark': 'vscode-high-contrast',
  'hc-light': 'vscode-high-contrast vscode-high-contrast-light',
};

interface ChatPageOptions {
  readonly state?: ChatState;
  /** The page of a comparison in place of the chat's. */
  readonly comparison?: CompareState;
  readonly theme?: PageTheme;
  readonly width?: number;
  readonly height?: number;
  /** Without the policy it is the page's own code that must keep everything harmless. */
  readonly withoutPolicy?: boolean;
  /** Every text of ours stands in ⟦brackets⟧, as a translation that leaves none out. */
  readonly inBrackets?: boolean;
}

/** The built page on a loopback server, and a browser whose every other request goes to a socket that counts. */
export interface ChatPages {
  open(options?: ChatPageOptions): Promise<ChatPage>;
  /** Connections of any kind to anywhere but the page's own server. */
  strayConnections(): number;
  close(): Promise<void>;
}

export interface ChatPage {
  readonly page: Page;
  /** Requests that the page has posted, oldest first. */
  posted<T extends PageRequest['type']>(type: T): Promise<Extract<PageRequest, { type: T }>[]>;
  /** Waits until there are `count` of them. */
  waitForPosted<T extends PageRequest['type']>(type: T, count?: number): Promise<Extract<PageRequest, { type: T }>[]>;
  /** From now on requests of this type are refused with the sentence; undefined accepts them again. */
  refuse(type: PageRequest['type'], sentence: string | undefined): Promise<void>;
  /** Sends deltas with the next sequence numbers, in one go. */
  send(...deltas: readonly (ChatDelta | CompareDelta)[]): Promise<void>;
  sendRaw(message: ToPage): Promise<void>;
  /** What the host would answer a snapshot request with from now on. */
  setState(state: ChatState | CompareState): Promise<void>;
  /** Changes the theme of the page as it stands, as the editor does. */
  setTheme(theme: PageTheme): Promise<void>;
  /** Errors of scripts and of the content security policy so far. */
  readonly errors: readonly string[];
  shot(name: string): Promise<void>;
  close(): Promise<void>;
}

interface FakeHost {
  state: ChatState | CompareState;
  sequence: number;
  readonly posted: { id: number; request: PageRequest }[];
  readonly refused: Record<string, string>;
}

declare global {
  interface Window {
    fakeHost: FakeHost;
  }
}

export async function openChatPages(): Promise<ChatPages> {
  const files = await buildPage();
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const file = files.get(pathname);
    if (file !== undefined) {
      response.writeHead(200, { 'content-type': file.type }).end(file.content);
    } else if (pathname === '/') {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html(asTheme(searchParams.get('theme')), searchParams.has('withoutPolicy'), searchParams.get('page') === 'compare' ? 'compare' : 'chat', searchParams.has('inBrackets') ? textsInBrackets() : {}));
    } else {
      response.writeHead(404).end();
      stray += 1;
    }
  });
  let stray = 0;
  const counter = createServer((_request, response) => response.end()).on('connection', () => {
    stray += 1;
  });
  // TLS and malformed requests count as connections; what they say does not matter.
  counter.on('clientError', (_error, socket) => socket.destroy());
  const port = await listen(server);
  const counterPort = await listen(counter);
  const options = await launchOptions();
  const browser: Browser = await chromium.launch({
    ...options,
    // Every name and every port but the page's own leads to the counter.
    args: [...(options.args ?? []), `--host-resolver-rules=MAP chat.test:80 127.0.0.1:${port}, MAP * 127.0.0.1:${counterPort}`],
  });
  const open: BrowserContext[] = [];
  return {
    open: async (pageOptions = {}) => {
      const context = await browser.newContext({ viewport: { width: pageOptions.width ?? 300, height: pageOptions.height ?? 720 } });
      open.push(context);
      return openPage(context, pageOptions);
    },
    strayConnections: () => stray,
    close: async () => {
      await Promise.all(open.map((context) => context.close()));
      await browser.close();
      await Promise.all([server, counter].map((one) => new Promise((resolve) => one.close(resolve))));
    },
  };
}

async function openPage(context: BrowserContext, { state, comparison, theme = 'dark', withoutPolicy = false, inBrackets = false }: ChatPageOptions): Promise<ChatPage> {
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('dialog', (dialog) => {
    errors.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.addInitScript((initial) => {
    const fake: FakeHost = { state: initial, sequence: 1, posted: [], refused: {} };
    window.fakeHost = fake;
    const reply = (message: ToPage) => window.postMessage(message, '*');
    Object.assign(window, {
      acquireVsCodeApi: () => ({
        getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null'),
        setState: (saved: unknown) => sessionStorage.setItem('state', JSON.stringify(saved)),
        postMessage: (message: { id: number; request: PageRequest }) => {
          fake.posted.push(message);
          const refusal = fake.refused[message.request.type];
          if (refusal !== undefined) {
            reply({ type: 'reply', id: message.id, ok: false, error: refusal });
            return;
          }
          if (message.request.type === 'snapshot' && fake.state !== null) window.postMessage({ type: 'snapshot', sequence: fake.sequence, state: fake.state }, '*');
          reply({ type: 'reply', id: message.id, ok: true });
        },
      }),
    });
  }, comparison ?? state ?? (await import('./chatStates')).readyState);
  const query = new URLSearchParams({ theme, ...(withoutPolicy ? { withoutPolicy: '' } : {}), ...(inBrackets ? { inBrackets: '' } : {}), ...(comparison ? { page: 'compare' } : {}) });
  await page.goto(`http://chat.test/?${query}`);
  await page.locator(comparison ? '.compare main' : '.composer').first().waitFor();
  // Until its state has come and is drawn.
  await page.locator('.starting').waitFor({ state: 'detached' });
  await page.evaluate(() => document.fonts.ready.then(() => undefined));

  const posted = <T extends PageRequest['type']>(type: T) =>
    page.evaluate((wanted) => window.fakeHost.posted.map(({ request }) => request).filter((request): request is Extract<PageRequest, { type: T }> => request.type === wanted), type);
  const sendRaw = (message: ToPage) => page.evaluate((data) => window.postMessage(data, '*'), message);
  return {
    page,
    errors,
    posted,
    waitForPosted: async (type, count = 1) => {
      await page.waitForFunction(([wanted, least]) => window.fakeHost.posted.filter(({ request }) => request.type === wanted).length >= least, [type, count] as const, { timeout: 10_000 });
      return posted(type);
    },
    refuse: (type, sentence) =>
      page.evaluate(
        ([name, text]) => {
          if (text === undefined) delete window.fakeHost.refused[name];
          else window.fakeHost.refused[name] = text;
        },
        [type, sentence] as const,
      ),
    send: (...deltas) =>
      page.evaluate((all) => {
        for (const delta of all) {
          window.fakeHost.sequence += 1;
          window.postMessage({ type: 'delta', sequence: window.fakeHost.sequence, delta }, '*');
        }
      }, deltas),
    sendRaw,
    setState: (next) =>
      page.evaluate((given) => {
        window.fakeHost.state = given;
      }, next),
    setTheme: (next) =>
      page.evaluate(
        async ([href, classes]) => {
          const sheet = document.querySelector('link');
          if (sheet === null) throw new Error('The page has no style sheet.');
          if (sheet.getAttribute('href') === href) return;
          const loaded = new Promise((resolve) => sheet.addEventListener('load', resolve, { once: true }));
          sheet.href = href;
          await loaded;
          document.body.className = classes;
        },
        [`/${next}.css`, bodyClasses[next]] as const,
      ),
    shot: async (name) => {
      const directory = path.join(root, 'out', 'shots');
      mkdirSync(directory, { recursive: true });
      await page.screenshot({ path: path.join(directory, `chat-${name}.png`) });
    },
    close: () => page.close(),
  };
}

interface ServedFile {
  readonly type: string;
  readonly content: Uint8Array | string;
}

async function buildPage(): Promise<ReadonlyMap<string, ServedFile>> {
  const { pages } = buildOptions({ production: true, outdir: path.join(root, 'out', 'chatPage') });
  const { outputFiles } = await esbuild.build({ ...pages, write: false });
  const icons = path.join(root, 'node_modules/@vscode/codicons/dist');
  const types: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.css': 'text/css', '.ttf': 'font/ttf' };
  const built = (outputFiles ?? []).map(({ path: file, contents }) => [`/${path.basename(file)}`, { type: types[path.extname(file)] ?? 'text/plain', content: contents }] as const);
  const copied = ['codicon.css', 'codicon.ttf'].map((file) => [`/${file}`, { type: types[path.extname(file)] ?? '', content: readFileSync(path.join(icons, file)) }] as const);
  const themeFiles = pageThemes.map((theme) => [`/${theme}.css`, { type: 'text/css', content: themeCss(theme) }] as const);
  return new Map<string, ServedFile>([...built, ...copied, ...themeFiles]);
}

const nonce = 'nonceOfTheTestPage';

/** What the host writes, with the strictest policy that the page can live with. */
function html(theme: PageTheme, withoutPolicy: boolean, name: 'chat' | 'compare', texts: Readonly<Record<string, string>>): string {
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src http://chat.test; font-src http://chat.test; img-src http://chat.test data:; require-trusted-types-for 'script'; trusted-types 'none'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Farthing</title>
${withoutPolicy ? '' : `<meta http-equiv="Content-Security-Policy" content="${policy}">`}
<link rel="stylesheet" href="/${theme}.css">
<link rel="stylesheet" href="/codicon.css">
<link rel="stylesheet" href="/${name}.css">
</head>
<body class="${bodyClasses[theme]}">
<div id="root"></div>
<script type="application/json" id="texts">${JSON.stringify(texts).replaceAll('<', '\\u003c')}</script>
<script nonce="${nonce}" src="/${name}.js"></script>
</body>
</html>`;
}

/** The variables and default styles that the editor puts into every webview (recorded from VS Code 1.139). */
function themeCss(theme: PageTheme): string {
  const variables = Object.entries(themes[theme]).map(([name, value]) => `${name}: ${value};`);
  return `:root { ${variables.join(' ')}
    --vscode-font-family: system-ui, "Ubuntu", "Droid Sans", sans-serif; --vscode-font-size: 13px; --vscode-font-weight: normal;
    --vscode-editor-font-family: "Droid Sans Mono", "DejaVu Sans Mono", monospace; --vscode-editor-font-size: 12px; --monaco-monospace-font: monospace; }
  html { background: var(--vscode-sideBar-background); }
  @layer vscode-default {
    html { scrollbar-color: var(--vscode-scrollbarSlider-background) var(--vscode-editor-background); }
    body { overscroll-behavior-x: none; background-color: transparent; color: var(--vscode-editor-foreground); font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); margin: 0; padding: 0 20px; }
    a, a code { color: var(--vscode-textLink-foreground); }
    a:focus, input:focus, select:focus, textarea:focus { outline: 1px solid -webkit-focus-ring-color; outline-offset: -1px; }
    code { font-family: var(--monaco-monospace-font); color: var(--vscode-textPreformat-foreground); background-color: var(--vscode-textPreformat-background); padding: 1px 3px; border-radius: 4px; }
    pre code { padding: 0; }
    blockquote { background: var(--vscode-textBlockQuote-background); border-color: var(--vscode-textBlockQuote-border); }
  }`;
}

function asTheme(name: string | null): PageTheme {
  return pageThemes.find((theme) => theme === name) ?? 'dark';
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (typeof address === 'object' && address !== null) resolve(address.port);
    });
  });
}
