import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { commands, contextKeys, statusBarItemId, views, walkthroughId } from '../../../src/shared/contributions';
import { type SettingKey, settings, variableOf } from '../../../src/shared/settings';
import { defaultSettings } from '../../support/testApp';

const root = process.cwd();
const read = (name: string) => readFileSync(path.join(root, name), 'utf8');
const manifest = JSON.parse(read('package.json'));
const texts: Record<string, string> = JSON.parse(read('package.nls.json'));

describe('package.json and src/shared/contributions.ts', () => {
  it('have the same commands', () => {
    const declared = manifest.contributes.commands.map((row: { command: string }) => row.command);
    assert.deepEqual(declared.toSorted(), Object.values(commands).toSorted());
  });

  it('have the same settings with the same defaults and scopes', () => {
    const declared = Object.entries<{ default: unknown; scope: string }>(manifest.contributes.configuration.properties).map(([name, row]) => [name, row.default, row.scope]);
    const inCode = Object.entries(settings).map(([name, row]) => [`farthing.${name}`, row.default, row.scope]);
    assert.deepEqual(declared.toSorted(), inCode.toSorted());
  });

  it('let a folder set only what it can tighten, and restrict exactly that in an untrusted folder', () => {
    const window = Object.entries(settings).filter(([, row]) => row.scope === 'window');
    const restricted: string[] = manifest.capabilities.untrustedWorkspaces.restrictedConfigurations;
    assert.deepEqual(restricted.toSorted(), window.map(([name]) => `farthing.${name}`).toSorted());
  });

  it('name views, the walkthrough and context keys alike', () => {
    assert.deepEqual(manifest.contributes.views[views.container].map((view: { id: string }) => view.id), [views.chat, views.providers]);
    assert.equal(manifest.contributes.walkthroughs[0].id, walkthroughId);
    assert.equal(statusBarItemId.startsWith(`${manifest.name}.`), true);
    const clauses = JSON.stringify(manifest.contributes);
    for (const key of Object.values(contextKeys)) assert.ok(clauses.includes(key), `${key} is used by no clause`);
  });

  it('accept the defaults they state, and the core takes those that it reads', () => {
    for (const [name, row] of Object.entries(settings)) assert.equal(row.schema.safeParse(row.default).success, true, name);
    const { 'demo.enabled': _demo, ...rest } = Object.fromEntries(Object.entries(settings).map(([name, row]) => [name, row.default]));
    const { 'demo.enabled': _tested, ...tested } = defaultSettings;
    assert.deepEqual(tested, Object.fromEntries(Object.entries(rest).filter(([name]) => name in defaultSettings)));
    // The others are of rooms outside of the core.
    assert.deepEqual(Object.keys(rest).filter((name) => !(name in defaultSettings) && !/^(gateway\.|telemetry\.|webhooks$)/.test(name)), []);
  });

  it('leave no text without a translation key, and no key without a text', () => {
    const used = new Set([...JSON.stringify(manifest).matchAll(/"%([^%"]+)%"/g)].map((match) => match[1] ?? ''));
    assert.deepEqual([...used].toSorted(), Object.keys(texts).toSorted());
  });

  it('have every text for people by its key: what is written out is names, and what models read', () => {
    const written: string[] = [];
    const look = (value: unknown, key: string): void => {
      if (typeof value === 'string') {
        if (/(title|description|label|contents|message|name)$/i.test(key) && !/^(modelDescription|name)$/.test(key) && /\w \w/.test(value)) written.push(value);
      } else if (typeof value === 'object' && value !== null) {
        for (const [name, part] of Object.entries(value)) if (name !== 'inputSchema') look(part, Array.isArray(value) ? key : name);
      }
    };
    look(manifest.contributes, '');
    assert.deepEqual(written, []);
  });

  it('point to files that exist', () => {
    const files = [manifest.icon, manifest.contributes.viewsContainers.activitybar[0].icon, ...manifest.contributes.walkthroughs[0].steps.map((step: { media: { markdown: string } }) => step.media.markdown)];
    for (const file of files) assert.ok(existsSync(path.join(root, file)), `${file} is missing`);
  });
});

describe('docs/settings.md', () => {
  it('says what package.json says', async () => {
    const { settingsPage } = await import('../../../scripts/settingsTable.mjs');
    assert.equal(read('docs/settings.md'), settingsPage(), 'run node scripts/settingsTable.mjs');
  });

  it('names the variables that are read', () => {
    const named = [...read('docs/settings.md').matchAll(/FARTHING_[A-Z_]+/g)].map(([name]) => name);
    const isKey = (key: string): key is SettingKey => key in settings;
    assert.deepEqual(named.toSorted(), Object.keys(settings).filter(isKey).flatMap((key) => variableOf(key) ?? []).toSorted());
  });
});
