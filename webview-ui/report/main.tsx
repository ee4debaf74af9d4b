import { render } from 'preact';
import { askUntil } from '../askUntil';
import { useEditorTexts } from '../editorTexts';
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

start();

function start(): void {
  useEditorTexts();
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
  askUntil(() => connection.state().isHeard, () => connection.show(connection.state().period));
}
