import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { pageText } from '../../../../src/core/context/pageText';

describe('pageText', () => {
  const rows: readonly (readonly [name: string, html: string, text: string])[] = [
    ['nothing', '', ''],
    ['plain words', 'One  two\n three', 'One two three'],
    ['paragraphs', '<p>One</p><p>Two <b>three</b></p>', 'One\n\nTwo three'],
    ['headings and lists', '<h1>Title</h1><ul><li>one<li>two</ul>', '# Title\n\n- one\n- two'],
    ['a table', '<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>', 'a | b |\n1 | 2 |'],
    ['code as it is', '<p>See</p><pre>a\n  b &lt; c</pre>', 'See\n\n```\na\n  b < c\n\n```'],
    ['an image by its words', 'x <img alt="a cat" src="http://evil.example/x.png"> y', 'x [a cat] y'],
    ['entities', '&lt;b&gt; &amp;amp; &#65;&#x42; &nbsp;&unknown; &copy', '<b> &amp; AB &unknown; ©'],
    ['entities of nothing', '&#0;&#xD800;&#x110000;&#99999999;a', 'a'],
    ['no scripts', '<p>a</p><script>document.write("<p>evil</p>")</script><p>b</p>', 'a\n\nb'],
    ['a script that hides its end', '<script>"</scr"+"ipt>"; x</script>b', 'b'],
    ['a script that never ends', 'a<script>evil', 'a'],
    ['an end tag that only looks like one', '<script>a</scripty>b</script>c', 'c'],
    ['an end tag in capitals, with a space', '<script>a</SCRIPT >c', 'c'],
    ['no styles', '<style>p{}</style>b', 'b'],
    ['no comments', 'a<!-- <p>evil</p> -->b', 'ab'],
    ['a comment that never ends', 'a<!-- evil', 'a'],
    ['no frames, forms and drawings', '<iframe>evil</iframe><svg><text>evil</text></svg><select><option>evil</select><textarea><p>evil</textarea>b', 'b'],
    ['nothing that is hidden', '<p hidden>evil</p><div style="display:none">evil <p>evil</p></div><span aria-hidden="true">evil</span><p style="x:y; visibility : hidden">evil</p>b', 'b'],
    ['hidden in the hidden', '<div hidden><div>evil</div>evil</div>b', 'b'],
    ['what only says hidden', '<p data-hidden-by="x" class="hidden-not">a</p>', 'a'],
    ['a hidden one that does not end', '<div hidden>evil</body>b', 'b'],
    ['no navigation', '<nav><a href="/">Home</a></nav><p>b</p>', 'b'],
    ['the main part alone', '<div>menu menu</div><main><p>The text of the page that people came for.</p></main><footer>foot</footer>', 'The text of the page that people came for.'],
    ['all of it where the main part is a frame around nothing', '<main></main><p>The text</p>', 'The text'],
    ['a sign that is no tag', 'a < b <3 c', 'a < b <3 c'],
    ['a tag in quotation marks', '<p title="a > b">c</p>', 'c'],
    ['a quotation mark that never ends', '<p title="a>b', ''],
    ['a tag that never ends', 'a<p', 'a'],
    ['declarations', '<!doctype html><?xml x?><![CDATA[x]]>a', 'a'],
    ['no characters that nobody sees', 'a\u200b\u202eb\u{e0041}\u0007&#8238;&#x200B;c', 'abc'],
  ];
  for (const [name, html, text] of rows) it(name, () => assert.equal(pageText(html).text, text));

  it('has the title, in one line', () => {
    assert.equal(pageText('<head><title> A\n page &amp; more </title></head><body><title>other</title>b').title, 'A page & more');
  });

  it('takes a page in one pass, however it is built', () => {
    const many = 200_000;
    for (const piece of ['<', '<p ', '<div>', '<div hidden>', '</div>', '<!--', '&', '&#', '<script', '<p a="', "<p a='", '<main>', '<pre>', '<a href=', '</', '<!', '<img alt="', ' style="', '\u200b', '<title>']) {
      assert.ok(pageText(piece.repeat(many / piece.length)).text.length <= many * 4, piece);
    }
  });
});
