import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { stateDelta, type FromPage } from '../../../src/shared/protocol';
import { connect } from '../../../webview-ui/chat/connection';
import { conversation, readyState } from '../../support/chatStates';

function start() {
  const posted: FromPage[] = [];
  const changes: string[] = [];
  const later: (() => void)[] = [];
  let focused = 0;
  const connection = connect({
    post: (message) => posted.push(message),
    onChange: (change) => changes.push(change),
    onFocus: () => {
      focused += 1;
    },
    firstId: 1,
    later: (run) => later.push(run),
  });
  return { connection, posted, changes, focused: () => focused, later, asked: () => posted.filter(({ request }) => request.type === 'snapshot').length };
}

describe('connect', () => {
  it('settles each request with its own reply', async () => {
    const { connection, posted } = start();
    const first = connection.request({ type: 'stop' });
    const second = connection.request({ type: 'new-thread' });
    assert.deepEqual(posted.map(({ id }) => id), [1, 2]);
    connection.receive({ type: 'reply', id: 2, ok: false, error: 'No room.' });
    connection.receive({ type: 'reply', id: 1, ok: true });
    await first;
    await assert.rejects(second, /No room\./);
  });

  it('ignores replies to nothing, and a second reply', async () => {
    const { connection } = start();
    const request = connection.request({ type: 'stop' });
    connection.receive({ type: 'reply', id: 7, ok: true });
    connection.receive({ type: 'reply', id: 1, ok: true });
    connection.receive({ type: 'reply', id: 1, ok: false, error: 'late' });
    await request;
  });

  it('rejects what waits and what comes later when it is closed', async () => {
    const { connection, posted } = start();
    const waiting = connection.request({ type: 'stop' });
    connection.close();
    await assert.rejects(waiting, /closed/);
    await assert.rejects(connection.request({ type: 'stop' }), /closed/);
    assert.equal(posted.length, 1);
  });

  it('applies deltas in order after a snapshot', () => {
    const { connection, changes } = start();
    connection.receive({ type: 'snapshot', sequence: 4, state: readyState });
    connection.receive({ type: 'delta', sequence: 5, delta: stateDelta({ quality: 'economy' }) });
    assert.equal(connection.state()?.quality, 'economy');
    connection.receive({ type: 'delta', sequence: 5, delta: stateDelta({ quality: 'quality' }) });
    assert.equal(connection.state()?.quality, 'economy', 'a delta that is already in');
    assert.deepEqual(changes, ['snapshot', 'delta']);
  });

  it('asks for one snapshot on a gap, and goes on from it', () => {
    const { connection, asked } = start();
    connection.receive({ type: 'snapshot', sequence: 1, state: readyState });
    connection.receive({ type: 'delta', sequence: 3, delta: stateDelta({ quality: 'economy' }) });
    connection.receive({ type: 'delta', sequence: 4, delta: stateDelta({ quality: 'quality' }) });
    assert.equal(asked(), 1);
    assert.equal(connection.state()?.quality, 'balanced');
    connection.receive({ type: 'snapshot', sequence: 9, state: { ...readyState, quality: 'quality' } });
    connection.receive({ type: 'delta', sequence: 10, delta: stateDelta({ quality: 'economy' }) });
    assert.equal(connection.state()?.quality, 'economy');
    connection.receive({ type: 'delta', sequence: 12, delta: stateDelta({ quality: 'quality' }) });
    assert.equal(asked(), 2);
  });

  it('asks for a snapshot when a piece of text does not fit, and when one was refused', async () => {
    const { connection, asked, posted } = start();
    connection.receive({ type: 'snapshot', sequence: 1, state: conversation({ state: 'streaming' }, 'abc') });
    connection.receive({ type: 'delta', sequence: 2, delta: { type: 'text-appended', messageId: 'a1', at: 2, text: 'd' } });
    assert.equal(asked(), 1);
    connection.receive({ type: 'reply', id: posted[0]?.id ?? 0, ok: false, error: 'not now' });
    await Promise.resolve().then(() => undefined);
    connection.receive({ type: 'delta', sequence: 3, delta: { type: 'text-appended', messageId: 'a1', at: 2, text: 'd' } });
    assert.equal(asked(), 2);
  });

  it('asks for a snapshot when a delta comes first', () => {
    const { connection, asked } = start();
    connection.receive({ type: 'delta', sequence: 3, delta: stateDelta({ quality: 'economy' }) });
    assert.equal(asked(), 1);
    assert.equal(connection.state(), undefined);
  });

  it('asks for everything until it comes, and for what got lost once more', async () => {
    const { connection, asked, later, posted } = start();
    connection.refresh();
    connection.refresh();
    assert.equal(asked(), 1);
    connection.receive({ type: 'reply', id: posted[0]?.id ?? 0, ok: false, error: 'not now' });
    await Promise.resolve().then(() => undefined);
    later.shift()?.();
    assert.equal(asked(), 2, 'there is nothing to show yet');
    connection.receive({ type: 'snapshot', sequence: 1, state: readyState });
    later.shift()?.();
    assert.equal(asked(), 2);
    connection.receive({ type: 'delta', sequence: 3, delta: stateDelta({ quality: 'economy' }) });
    later.shift()?.();
    assert.equal(asked(), 4, 'one for the gap, one because nothing came');
    connection.close();
    later.shift()?.();
    assert.equal(asked(), 4);
  });

  it('takes no reply that is for the page before it', async () => {
    const replies: FromPage[] = [];
    const pages = [0, 1].map(() => connect({ post: (message) => replies.push(message), onChange: () => undefined, onFocus: () => undefined, later: () => undefined }));
    const [first, second] = pages.map((page) => page.request({ type: 'stop' }));
    const [before, own] = replies;
    pages[1]?.receive({ type: 'reply', id: before?.id ?? 0, ok: true });
    pages[1]?.receive({ type: 'reply', id: own?.id ?? 0, ok: false, error: 'Its own.' });
    await assert.rejects(second ?? Promise.resolve(), /Its own/);
    pages[0]?.close();
    await assert.rejects(first ?? Promise.resolve(), /closed/);
  });

  it('hands on the wish for focus and ignores strangers', () => {
    const { connection, changes, focused } = start();
    connection.receive({ type: 'focus' });
    for (const stranger of [undefined, null, 7, 'snapshot', {}, { type: 'other' }, []]) connection.receive(stranger);
    assert.equal(focused(), 1);
    assert.deepEqual(changes, []);
  });
});
