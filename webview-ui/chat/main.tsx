import { render } from 'preact';
import { useEditorTexts } from '../editorTexts';
import { App } from './app';
import './chat.css';
import { connect } from './connection';
import type { FromPage } from '../../src/shared/protocol';
import { readSavedView, type Save, type SavedView } from './savedView';

interface EditorApi {
  postMessage(message: FromPage): void;
  getState(): unknown;
  setState(state: SavedView): void;
}

declare function acquireVsCodeApi(): EditorApi;

const saveAfterMs = 200;

start();

function start(): void {
  useEditorTexts();
  const editor = acquireVsCodeApi();
  let saved = readSavedView(editor.getState());
  let saveTimer: ReturnType<typeof setTimeout> | undefined;
  let focusRequests = 0;
  let frame: number | undefined;
  const root = document.getElementById('root') ?? document.body.appendChild(document.createElement('div'));
  root.className = 'root';
  const { tab } = root.dataset;

  const saveNow = () => {
    clearTimeout(saveTimer);
    saveTimer = undefined;
    editor.setState(saved);
  };
  const save: Save = (change) => {
    saved = readSavedView({ ...saved, ...change });
    // A question that is sent is kept before it leaves, whatever becomes of this page.
    if ('sending' in change) saveNow();
    else saveTimer ??= setTimeout(saveNow, saveAfterMs);
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
  if (tab !== saved.tab) {
    saved = readSavedView({ ...saved, tab });
    saveNow();
  }
  draw();
  connection.refresh();
}
