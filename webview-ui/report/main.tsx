import { render } from 'preact';
import * as z from 'zod/mini';
import { type FromReportPage, type Period, periods } from '../../src/shared/reportProtocol';
import { App } from './app';
import { connect } from './connection';
import './report.css';

interface EditorApi {
  postMessage(message: FromReportPage): void;
  getState(): unknown;
  setState(state: { readonly period: Period }): void;
}

declare function acquireVsCodeApi(): EditorApi;

const saved = z.object({ period: z.enum(periods) });

/** A host that is still starting gets the question again; there is nothing else to show. */
const askAgainAfterMs = 2000;

start();

function start(): void {
  const editor = acquireVsCodeApi();
  const root = document.getElementById('root') ?? document.body.appendChild(document.createElement('div'));
  const before = saved.safeParse(editor.getState());
  const connection = connect({ post: (message) => editor.postMessage(message), period: before.success ? before.data.period : '30', onChange: () => draw() });
  const show = (period: Period) => {
    editor.setState({ period });
    connection.show(period);
  };
  const draw = () => render(<App state={connection.state()} onShow={show} onStop={connection.stop} onSave={connection.save} />, root);

  window.addEventListener('message', (event) => connection.receive(event.data));
  const ask = () => {
    const { isHeard, period } = connection.state();
    if (isHeard) return;
    connection.show(period);
    setTimeout(ask, askAgainAfterMs);
  };
  ask();
}
