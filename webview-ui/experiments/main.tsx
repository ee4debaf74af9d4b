import { render } from 'preact';
import type { FromExperimentsPage } from '../../src/shared/experimentsProtocol';
import { App } from './app';
import { connect } from './connection';
import './experiments.css';

interface EditorApi {
  postMessage(message: FromExperimentsPage): void;
}

declare function acquireVsCodeApi(): EditorApi;

/** A host that is still starting gets the question again; there is nothing else to show. */
const askAgainAfterMs = 2000;

start();

function start(): void {
  const editor = acquireVsCodeApi();
  const root = document.getElementById('root') ?? document.body.appendChild(document.createElement('div'));
  const connection = connect((message) => editor.postMessage(message), () => draw());
  const draw = () => render(<App state={connection.state()} send={connection.send} />, root);

  window.addEventListener('message', (event) => connection.receive(event.data));
  const ask = () => {
    if (connection.state().experiments !== undefined) return;
    connection.send({ type: 'show' });
    setTimeout(ask, askAgainAfterMs);
  };
  ask();
}
