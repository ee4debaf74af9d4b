import { render } from 'preact';
import { App } from './app';
import './chat.css';
import { connect } from './connection';
import type { FromPage } from '../../src/shared/protocol';
import { readSavedView, type SavedView } from './savedView';

interface EditorApi {
  postMessage(message: FromPage): void;
  getState(): unknown;
  setState(state: SavedView): void;
}

declare function acquireVsCodeApi(): EditorApi;

/** A host that is still starting gets the question again; there is nothing else to show. */
const askAgainAfterMs = 2000;
const saveAfterMs = 200;

start();

function start(): void {
  const editor = acquireVsCodeApi();
  let saved = readSavedView(editor.getState());
  let saveTimer: ReturnType<typeof setTimeout> | undefined;
  let focusRequests = 0;
  let frame: number | undefined;
  const root = document.getElementById('root') ?? document.body.appendChild(document.createElement('div'));
  root.className = 'root';

  const saveNow = () => {
    clearTimeout(saveTimer);
    saveTimer = undefined;
    editor.setState(saved);
  };
  const save = (change: { readonly [K in keyof SavedView]?: SavedView[K] | undefined }) => {
    saved = readSavedView({ ...saved, ...change });
    saveTimer ??= setTimeout(saveNow, saveAfterMs);
  };
  // However many deltas come between two frames, the page is drawn once.
  const drawSoon = () => {
    frame ??= requestAnimationFrame(() => {
      frame = undefined;
      draw();
    });
  };
  const connection = connect({
    post: (message) => editor.postMessage(message),
    onChange: drawSoon,
    onFocus: () => {
      focusRequests += 1;
      drawSoon();
    },
  });
  const draw = () => render(<App state={connection.state()} request={connection.request} saved={() => saved} save={save} focusRequests={focusRequests} />, root);

  window.addEventListener('message', (event) => connection.receive(event.data));
  // Whoever goes elsewhere may close this view next, and then nothing that is said on the way out is heard.
  window.addEventListener('blur', saveNow);
  window.addEventListener('pagehide', () => {
    saveNow();
    connection.close();
  });
  const ask = () => {
    if (connection.state() !== undefined) return;
    // A refusal is answered by asking again.
    connection.request({ type: 'snapshot' }).catch(() => undefined);
    setTimeout(ask, askAgainAfterMs);
  };
  draw();
  ask();
}
