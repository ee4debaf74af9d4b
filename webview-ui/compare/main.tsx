import { render } from 'preact';
import type { CompareDelta, CompareRequest, CompareState } from '../../src/shared/compareProtocol';
import '../chat/chat.css';
import { connectTo } from '../chat/connection';
import { useEditorTexts } from '../editorTexts';
import { App } from './app';
import { applyCompareDelta } from './applyCompareDelta';
import './compare.css';
import { readSavedPage, type SavedPage } from './savedPage';

interface EditorApi {
  postMessage(message: { readonly id: number; readonly request: CompareRequest }): void;
  getState(): unknown;
  setState(state: SavedPage): void;
}

declare function acquireVsCodeApi(): EditorApi;

start();

function start(): void {
  useEditorTexts();
  const editor = acquireVsCodeApi();
  let saved = readSavedPage(editor.getState());
  let frame: number | undefined;
  const root = document.getElementById('root') ?? document.body.appendChild(document.createElement('div'));
  root.className = 'root';

  const save = (change: Partial<SavedPage>) => {
    saved = { ...saved, ...change };
    editor.setState(saved);
  };
  // However many deltas come between two frames, the page is drawn once.
  const drawSoon = () => {
    frame ??= requestAnimationFrame(() => {
      frame = undefined;
      draw();
    });
  };
  const connection = connectTo<CompareState, CompareDelta, CompareRequest>(
    {
      post: (message) => editor.postMessage(message),
      onChange: (change) => {
        // With it the tab comes back after the window is loaded again.
        if (change === 'snapshot') save({ threadId: undefined, messageId: undefined, again: undefined, ...connection.state()?.place });
        drawSoon();
      },
      onFocus: drawSoon,
    },
    { apply: applyCompareDelta, snapshot: { type: 'snapshot' } },
  );
  const draw = () => render(<App state={connection.state()} request={connection.request} saved={saved} save={save} />, root);

  window.addEventListener('message', (event) => connection.receive(event.data));
  window.addEventListener('pagehide', () => connection.close());
  draw();
  connection.refresh();
}
