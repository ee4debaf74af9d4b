import * as vscode from 'vscode';

/**
 * A page of ours: scripts only with this nonce, images only from the extension and data, no connections, no frames, no
 * forms. A page is hostile ground: it shows what models and providers write.
 * @param name of its script and style sheet
 * @param told attributes of the page's root, for its script
 */
export function pageHtml(webview: vscode.Webview, extensionUri: vscode.Uri, nonce: string, name: string, title: string, told = ''): string {
  const file = (one: string) => webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', 'webview', one)).toString();
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource} 'nonce-${nonce}'`,
    `font-src ${webview.cspSource}`,
    `img-src ${webview.cspSource} data:`,
    "form-action 'none'",
    "base-uri 'none'",
    // The page parses no string as HTML or script, so that nothing it shows can become either.
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${vscode.env.language}">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${file('codicon.css')}">
<link rel="stylesheet" href="${file(`${name}.css`)}">
<title>${title}</title>
</head>
<body>
<div id="root"${told}></div>
<script type="application/json" id="texts">${JSON.stringify(vscode.l10n.bundle ?? {}).replaceAll('<', '\\u003c')}</script>
<script nonce="${nonce}" src="${file(`${name}.js`)}"></script>
</body>
</html>`;
}
