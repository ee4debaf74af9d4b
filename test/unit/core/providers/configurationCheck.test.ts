import assert from 'node:assert/strict';
import { type Finding, severityOf } from '../../../../src/core/model/finding';
import { asArmId } from '../../../../src/core/model/modelCard';
import { type ConfigurationFacts, findingsOf } from '../../../../src/core/providers/configurationCheck';
import { arm } from '../../../support/cards';
import { defaultSettings } from '../../../support/testApp';

const now = Date.parse('2026-11-21T12:00:00Z');
const settings = { ...defaultSettings, 'demo.enabled': false };
const answers = (provider: string) => ({ provider, check: { ok: true } as const });
const well: ConfigurationFacts = {
  settings,
  checks: [answers('acme'), answers('other')],
  arms: [arm({ provider: 'acme', model: 'one' }), arm({ provider: 'other', model: 'two' })],
  books: undefined,
  labels: [],
  profileProblem: undefined,
  keyNames: ['acme', 'other#2'],
  providers: [{ id: 'acme' }, { id: 'other' }],
  now,
};
const down = { kind: 'offline', provider: 'acme' } as const;
const full = { kind: 'storage', problem: 'full', detail: '' } as const;

/** What else than answering providers is found. */
function check(name: string, facts: Partial<ConfigurationFacts>, ...expected: readonly Finding[]): void {
  it(name, () => assert.deepEqual(findingsOf({ ...well, ...facts }).filter(({ kind }) => kind !== 'providerAnswers'), expected));
}

describe('findingsOf', () => {
  it('says of what is well only that it answers, with the number of its models', () => {
    assert.deepEqual(findingsOf({ ...well, checks: [{ provider: 'acme', check: { ok: true, note: '$3 left' } }, answers('other')] }), [
      { kind: 'providerAnswers', provider: 'acme', models: 1, note: '$3 left' },
      { kind: 'providerAnswers', provider: 'other', models: 1 },
    ]);
  });

  check('no provider', { checks: [], arms: [] }, { kind: 'noProvider' });
  check('one provider', { checks: [answers('acme')] }, { kind: 'oneProvider', provider: 'acme' });
  check('the demo', { settings: { ...settings, 'demo.enabled': true }, checks: [answers('acme')] }, { kind: 'demo' });
  check('a provider that fails, with the worst first', { checks: [{ provider: 'acme', check: { ok: false, failure: down } }, answers('other')], settings: { ...settings, 'budget.day': null } }, { kind: 'providerFails', provider: 'acme', failure: down }, { kind: 'noBudget' });
  check('a provider without models', { checks: [answers('acme'), answers('other'), answers('empty')] }, { kind: 'providerWithoutModels', provider: 'empty' });
  check('a pin of nothing', { settings: { ...settings, 'models.pinned': 'acme/gone' } }, { kind: 'pinUnknown', pinned: 'acme/gone' });
  check('a pin that is excluded', { settings: { ...settings, 'models.pinned': 'acme/one', 'models.excluded': ['ACME/*'] } }, { kind: 'pinExcluded', pinned: 'acme/one' });
  check('a pin that is not allowed', { settings: { ...settings, 'models.pinned': 'acme/one', 'models.allowed': ['other/*'] } }, { kind: 'pinExcluded', pinned: 'acme/one' });
  check('a pin of an allowed model', { settings: { ...settings, 'models.pinned': 'acme/one', 'models.allowed': ['acme/one'] } });
  check('a pattern for all efforts of a model', { arms: [arm({ provider: 'acme', model: 'one', effort: 'high', isDefault: false })], settings: { ...settings, 'models.excluded': ['acme/one'] }, checks: [answers('acme'), answers('other')] }, { kind: 'nothingAllowed' }, { kind: 'providerWithoutModels', provider: 'other' });
  check('everything excluded', { settings: { ...settings, 'models.excluded': ['*'] } }, { kind: 'nothingAllowed' });
  check('a price nobody knows, under a budget', { arms: [...well.arms, arm({ provider: 'acme', model: 'new', price: 'unknown' })] }, { kind: 'pricesUnknown', provider: 'acme', models: 1 });
  check('a price nobody knows, without a budget', { arms: [...well.arms, arm({ provider: 'acme', model: 'new', price: 'unknown' })], settings: { ...settings, 'budget.day': null } }, { kind: 'noBudget' });
  check('a free model without a price', { arms: [...well.arms, arm({ provider: 'acme', model: 'new', price: 'unknown', free: true })] });
  check('prices of last winter', { now: Date.parse('2027-03-01T00:00:00Z'), arms: [well.arms[0] ?? arm({ model: 'one' }), arm({ provider: 'other', model: 'two', price: 'unknown', free: true })] }, { kind: 'pricesOld', provider: 'acme', asOf: '2026-11-01' });
  check('books that cannot be written', { books: full }, { kind: 'books', failure: full });
  check('a key of a server that moved', { keyNames: ['acme', 'mine@old.example'] }, { kind: 'keyWithoutProvider', keyName: 'mine@old.example' });

  check('limits for a provider by another name', { settings: { ...settings, 'providers.limits': { acme: { concurrent: 1 }, acne: { concurrent: 1 } } } }, { kind: 'limitWithoutProvider', provider: 'acne' });

  check('weights that cannot be read', { profileProblem: 'It is damaged.' }, { kind: 'profileUnread', problem: 'It is damaged.' });
  check('classifiers that name nobody', { labels: [{ name: 'secret', effect: { allow: ['ollama/*', 'ACME/*'], pin: asArmId('acme/one') } }, { name: 'hard', effect: { pin: asArmId('acme/gone') } }] }, { kind: 'classifierUnknown', label: 'secret', pattern: 'ollama/*' }, { kind: 'classifierUnknown', label: 'hard', pattern: 'acme/gone' });

  it('is an error exactly when nothing, or not what was wished for, is asked', () => {
    assert.deepEqual([...new Set(findingsOf({ ...well, checks: [], arms: [], books: full, settings: { ...settings, 'budget.day': null } }).map(severityOf))], ['error', 'warning']);
  });
});
