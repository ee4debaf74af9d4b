import assert from 'node:assert/strict';
import { inForce, type SettingKey, settings, variableOf } from '../../../src/shared/settings';

/** What is in force, and why the rest is not, of what the person, the workspace and its folder wrote. */
function check(name: string, key: SettingKey, written: { readonly user?: unknown; readonly workspace?: unknown; readonly folder?: unknown; readonly variable?: string; readonly variableOfFolder?: boolean }, expected: unknown, ...disregarded: readonly string[]): void {
  it(name, () => {
    const { user, workspace, folder, ...variable } = written;
    const read = inForce(key, { user, folder: [workspace, folder], ...variable });
    assert.deepEqual(read.value, expected);
    assert.deepEqual(read.disregarded.map((one) => (one.why === 'invalid' ? `invalid${one.field}` : one.why)), disregarded);
  });
}

describe('inForce', () => {
  describe('the person', () => {
    check('says nothing', 'budget.day', {}, 5);
    check('sets a limit', 'budget.day', { user: 2 }, 2);
    check('takes the limit away', 'budget.day', { user: null }, null);
    check('writes text for a number', 'budget.day', { user: 'lots' }, 5, 'invalid');
    check('writes a list with a bad entry', 'models.excluded', { user: ['fine', 3] }, ['*:free'], 'invalid.1');
    check('takes all patterns away', 'models.excluded', { user: [] }, []);
  });

  describe('a folder', () => {
    check('lowers a budget', 'budget.day', { user: 5, workspace: 1 }, 1);
    check('sets one where there is none', 'budget.week', { workspace: 3 }, 3);
    check('raises a budget', 'budget.day', { user: 5, workspace: 100 }, 5, 'looser');
    check('takes a budget away', 'budget.day', { user: 5, workspace: null }, 5, 'looser');
    check('cannot hide a strict workspace behind a lenient folder', 'budget.day', { user: 5, workspace: 1, folder: 4 }, 1, 'looser');
    check('is stricter than its workspace', 'budget.day', { user: 5, workspace: 4, folder: 1 }, 1);
    check('cannot hide a strict workspace behind null', 'budget.day', { user: 5, workspace: 1, folder: null }, 1, 'looser');
    check('says the same as the person, in two places', 'quality', { user: 'economy', workspace: 'economy', folder: 'economy' }, 'economy');
    check('wants it cheaper', 'quality', { user: 'quality', workspace: 'economy' }, 'economy');
    check('wants it dearer', 'quality', { workspace: 'quality' }, 'balanced', 'looser');
    check('writes a list for a number', 'budget.day', { user: 5, workspace: [0] }, 5, 'invalid');
    check('writes an object for a word', 'quality', { workspace: { toString: 'economy' } }, 'balanced', 'invalid');
    check('adds exclusions', 'models.excluded', { user: ['a'], workspace: ['b', 'a'], folder: ['c'] }, ['a', 'b', 'c']);
    check('switches the demo on', 'demo.enabled', { workspace: true }, false, 'looser');
    check('names a server', 'providers.custom', { workspace: [{ id: 'evil' }] }, [], 'looser');
    check('pins a model', 'models.pinned', { workspace: 'dear/model' }, '', 'looser');
    check('hides the meter', 'statusBar.visible', { workspace: false }, true, 'looser');
  });

  describe('the environment', () => {
    check('overrides the person', 'budget.day', { user: 5, variable: ' 2.5 ' }, 2.5);
    check('raises a budget, because it is the person\'s own', 'budget.day', { user: 5, variable: '50' }, 50);
    check('takes a limit away', 'budget.day', { variable: 'none' }, null);
    check('is empty', 'budget.day', { user: 3, variable: '' }, 3);
    check('is no number', 'budget.day', { user: 3, variable: 'a lot' }, 3, 'variable');
    check('is out of bounds', 'maxOutputTokens', { variable: '1' }, 8192, 'variable');
    check('chooses a word', 'quality', { user: 'quality', variable: 'economy' }, 'economy');
    check('chooses no word', 'quality', { user: 'quality', variable: 'best' }, 'quality', 'variable');
    check('switches on', 'demo.enabled', { variable: 'ON' }, true);
    check('switches to neither', 'demo.enabled', { variable: 'maybe' }, false, 'variable');
    check('names models', 'models.allowed', { user: ['a'], variable: 'openai/*, groq/*,' }, ['openai/*', 'groq/*']);
    check('names none', 'models.excluded', { variable: 'none' }, []);
    check('says text', 'models.pinned', { variable: 'openai/gpt-5.6' }, 'openai/gpt-5.6');
    check('cannot name servers', 'providers.custom', { variable: '[{"id":"evil"}]' }, []);
    check('cannot name prices', 'prices', { variable: '{}' }, {});
    check('leaves a folder free to be stricter', 'budget.day', { variable: '9', workspace: 1 }, 1);
    check('of a container raises a budget', 'budget.day', { user: 5, variable: '50', variableOfFolder: true }, 5, 'looser');
    check('of a container lowers one', 'budget.day', { user: 5, variable: '0.5', variableOfFolder: true }, 0.5);
    check('of a container switches the demo on', 'demo.enabled', { variable: 'true', variableOfFolder: true }, false, 'looser');
  });

  it('names a variable as the setting is named', () => {
    assert.deepEqual(
      (['budget.day', 'maxOutputTokens', 'timeouts.firstTokenSeconds', 'budget.weekStartsOn', 'providers.custom', 'prices'] as const).map(variableOf),
      ['FARTHING_BUDGET_DAY', 'FARTHING_MAX_OUTPUT_TOKENS', 'FARTHING_TIMEOUTS_FIRST_TOKEN_SECONDS', 'FARTHING_BUDGET_WEEK_STARTS_ON', undefined, undefined],
    );
  });

  it('takes two long lists of exclusions together, whatever their sum', () => {
    const many = (letter: string) => Array.from({ length: 500 }, (_, index) => `${letter}${index}`);
    const { value, disregarded } = inForce('models.excluded', { user: many('u'), folder: [many('f'), undefined] });
    assert.equal(Array.isArray(value) && value.length, 1000);
    assert.deepEqual(disregarded, []);
  });

  it('lets a folder loosen none of them, whatever it and its container write', () => {
    const values: readonly unknown[] = [true, false, 0, 1, 3600, 1e6, null, '', '*', 'quality', 'ask', 'sunday', 'evil/model', [], ['*'], [{ id: 'evil', baseUrl: 'https://evil.example/v1' }], {}, { 'evil/model': { input: 0, output: 0 } }, { openai: { concurrent: 1 } }];
    const own = Object.entries(settings).flatMap(([key, { scope }]) => (isKey(key) && scope === 'application' ? [key] : []));
    assert.ok(own.length > 10);
    for (const key of own) {
      for (const value of values) {
        assert.deepEqual(inForce(key, { user: undefined, folder: [value, value] }).value, settings[key].default, `${key} ${JSON.stringify(value)}`);
        assert.deepEqual(inForce(key, { user: undefined, folder: [], variable: String(value), variableOfFolder: true }).value, settings[key].default, `${key} ${String(value)}`);
      }
    }
  });

  it('gives the default of every setting when nothing is written', () => {
    const read = Object.fromEntries(Object.entries(settings).map(([key]) => [key, isKey(key) && inForce(key, { user: undefined, folder: [] }).value]));
    assert.deepEqual(read, Object.fromEntries(Object.entries(settings).map(([key, row]) => [key, row.default])));
  });
});

function isKey(key: string): key is SettingKey {
  return key in settings;
}

describe('what is said of a value that is none', () => {
  const says = (key: SettingKey, user: unknown, expected: string) =>
    it(`${key}: ${JSON.stringify(user)}`, () => {
      assert.deepEqual(inForce(key, { user, folder: [] }).disregarded.map((one) => (one.why === 'invalid' ? one.message : one.why)), [expected]);
    });
  says('budget.day', 'lots', 'must be a number');
  says('budget.week', -1, 'must be 0 or more');
  says('quality', 'best', 'must be economy or balanced or quality');
  says('maxOutputTokens', 8.5, 'must be a whole number');
  says('demo.enabled', 'perhaps', 'must be true or false');
});
