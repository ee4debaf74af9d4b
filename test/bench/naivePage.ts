import { marked } from 'marked';

/** What a page does that thinks of nothing: with every piece of an answer it makes the whole of it anew. The measure of `page`. */
declare global {
  interface Window {
    drawAnswer: (text: string) => void;
  }
}

window.drawAnswer = (text) => {
  document.body.innerHTML = marked.parse(text, { async: false });
  window.scrollTo(0, document.body.scrollHeight);
};
