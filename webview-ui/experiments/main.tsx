import { render } from 'preact';
import { askUntil } from '../askUntil';
import { useEditorTexts } from '../editorTexts';
import type { FromExperimentsPage } from '../../src/shared/experimentsProtocol';
import { App } from './app';
import { connect } from './connection';
import './experiments.css';

interface EditorApi {
  postMessage(message: FromExperimentsPage): void;
}

declare function acquireVsCodeApi(): EditorApi;

start();

function start(): void {
  useEditorTexts();
  const editor = acquireVsCodeApi();
  const root = document.getElementById('root') ?? document.body.appendChild(document.createElement('div'));
  const connection = connect((message) => editor.postMessage(message), () => draw());
  const draw = () => render(<App state={connection.state()} send={connection.send} />, root);

  window.addEventListener('message', (event) => connection.receive(event.data));
  askUntil(() => connection.state().experiments !== undefined, () => connection.send({ type: 'show' }));
}
