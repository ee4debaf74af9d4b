// Builds for production and packs farthing-<version>.vsix. Fails on a warning of vsce and on a file that does not belong.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from '../esbuild.mjs';
import { node24, root } from './node24.mjs';

/** What may be in the package besides vsce's own two files. */
const belongs = /^(extension\/(package\.json|package\.nls(\.[a-z-]+)?\.json|readme\.md|changelog\.md|LICENSE(\.txt|\.md)?|THIRD_PARTY_NOTICES(\.md|\.txt)?|media\/.+|schemas\/provider\.schema\.json|l10n\/bundle\.l10n(\.[a-z-]+)?\.json|dist\/.+(?<!\.map))|extension\.vsixmanifest|\[Content_Types\]\.xml)$/i;

/**
 * @param {{ quiet?: boolean }} [options]
 * @returns {Promise<string>} absolute path of the package
 * @throws {Error} with vsce's words
 */
export async function packageExtension({ quiet = false } = {}) {
  await build({ production: true, quiet });
  const { name, version, main } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  if (!existsSync(path.join(root, main))) throw new Error(`The build made no ${main}.`);
  const vsix = path.join(root, `${name}-${version}.vsix`);
  // The project has no public repository address; relative links in README are not allowed for the same reason.
  const vsce = spawnSync(node24(), [path.join(root, 'node_modules/@vscode/vsce/vsce'), 'package', '--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links', '--out', vsix], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', VSCE_TESTS: '', FORCE_COLOR: '0' },
    input: '',
  });
  const said = `${vsce.stdout}${vsce.stderr}`;
  if (vsce.status !== 0) throw new Error(`vsce refused the package:\n${said}`);
  if (/\bWARN/.test(said)) throw new Error(`vsce warns:\n${said}`);
  const files = filesInZip(readFileSync(vsix));
  const strangers = files.filter((file) => !belongs.test(file));
  if (strangers.length > 0) throw new Error(`These files do not belong in the package: ${strangers.join(', ')}`);
  if (!quiet) process.stdout.write(`${path.relative(root, vsix)}: ${files.length} files, ${(statSync(vsix).size / 1000).toFixed(1)} kB\n`);
  return vsix;
}

/**
 * Names in the central directory of a zip file (APPNOTE.TXT 4.3.12 and 4.3.16).
 * @param {Buffer} zip
 * @returns {string[]}
 */
export function filesInZip(zip) {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end === -1) throw new Error('Not a zip file.');
  /** @type {string[]} */
  const names = [];
  for (let entry = 0, at = zip.readUInt32LE(end + 16); entry < zip.readUInt16LE(end + 10); entry += 1) {
    const nameLength = zip.readUInt16LE(at + 28);
    names.push(zip.toString('utf8', at + 46, at + 46 + nameLength));
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return names;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await packageExtension().catch((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}
