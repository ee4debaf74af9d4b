export type BodyReader = ReadableStreamDefaultReader<Uint8Array>;

/** Reads that end at once when the request is stopped, whatever the transport does about its signal. */
export function readerOf(response: Response, signal: AbortSignal): BodyReader | undefined {
  const reader = response.body?.getReader();
  if (reader === undefined) return undefined;
  const cancel = () => void reader.cancel().catch(() => undefined);
  if (signal.aborted) cancel();
  else signal.addEventListener('abort', cancel, { once: true });
  return reader;
}

/** The beginning of a body as text. A body that breaks off is what came of it. */
export async function textOf(body: BodyReader | undefined, maxBytes: number): Promise<{ readonly text: string; readonly whole: boolean }> {
  if (body === undefined) return { text: '', whole: true };
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await body.read();
      if (done) break;
      bytes += value.length;
      text += decoder.decode(value, { stream: true });
      if (bytes > maxBytes) {
        void body.cancel().catch(() => undefined);
        return { text, whole: false };
      }
    }
  } catch {
    return { text, whole: false };
  }
  return { text: text + decoder.decode(), whole: true };
}
