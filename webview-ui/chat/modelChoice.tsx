import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { t } from '../../src/shared/l10n';
import { makeVisible } from '../../src/shared/visibleText';
import type { ArmChoice, StrategyView } from '../../src/shared/workProtocol';
import { codicon } from './codicon';

/** Models of one question. */
export const mostModels = 6;

interface ModelChoiceProps {
  readonly strategy: StrategyView;
  readonly chosen: readonly string[];
  /** Undefined until they are there. */
  readonly arms: readonly ArmChoice[] | undefined;
  /** The models are wanted. */
  readonly onArms: () => void;
  readonly onChoose: (arms: readonly string[]) => void;
}

/** How many of the models that fit are listed at once: more than anybody reads through. */
const mostListed = 40;

/** Models by name, found by typing; without any the router chooses. */
export function ModelChoice({ strategy, chosen, arms, onArms, onChoose }: ModelChoiceProps) {
  const [search, setSearch] = useState('');
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  useEffect(() => {
    if (arms === undefined) onArms();
  }, [arms === undefined]);
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = (arms ?? []).filter((arm) => !chosen.includes(arm.id) && words.every((word) => `${arm.name} ${arm.provider} ${arm.id}`.toLowerCase().includes(word))).slice(0, mostListed);
  const at = Math.min(active, found.length - 1);
  const full = chosen.length >= mostModels;
  const add = (arm: ArmChoice | undefined) => {
    if (!arm || full) return;
    onChoose([...chosen, arm.id]);
    setSearch('');
    setActive(0);
    field.current?.focus();
  };
  const remove = (arm: string) => {
    onChoose(chosen.filter((one) => one !== arm));
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      setOpen(true);
      if (open) setActive(Math.max(0, Math.min(found.length - 1, at + (event.key === 'ArrowDown' ? 1 : -1))));
    } else if (event.key === 'Enter' && open) add(found[at]);
    else if (event.key === 'Escape' && open) setOpen(false);
    else if (event.key === 'Backspace' && search === '' && chosen.length > 0) onChoose(chosen.slice(0, -1));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  useEffect(() => {
    if (open) document.getElementById(`${id}-${at}`)?.scrollIntoView({ block: 'nearest' });
  }, [at, open]);
  return (
    <div class="model-choice">
      {chosen.length === 0 ? null : (
        <ul class="chips" aria-label={t('Chosen models')}>
          {chosen.map((arm, place) => (
            <li key={arm} class="chip chosen-model">
              <span>{makeVisible(arms?.find(({ id: one }) => one === arm)?.name ?? arm)}</span>
              {strategy === 'refine' ? <span class="muted"> {place === 0 ? t('answers') : t('criticises')}</span> : null}
              <button type="button" aria-label={t('Remove {0}', makeVisible(arm))} onClick={() => remove(arm)}>
                {codicon('close')}
              </button>
            </li>
          ))}
        </ul>
      )}
      {full ? null : (
        <div class="model-search">
          <input
            ref={field}
            class="text-field"
            type="text"
            role="combobox"
            aria-label={t('Choose models')}
            aria-expanded={open}
            aria-controls={`${id}-list`}
            aria-autocomplete="list"
            aria-activedescendant={open && found.length > 0 ? `${id}-${at}` : undefined}
            placeholder={chosen.length === 0 ? t('Farthing chooses; type a name') : t('One more model')}
            value={search}
            onInput={(event) => {
              setSearch(event.currentTarget.value);
              setActive(0);
              setOpen(true);
            }}
            onClick={() => setOpen(true)}
            onBlur={() => setOpen(false)}
            onKeyDown={onKeyDown}
          />
          <ul id={`${id}-list`} class="model-list" role="listbox" aria-label={t('Models')} hidden={!open}>
            {found.map((arm, place) => (
              <li
                key={arm.id}
                id={`${id}-${place}`}
                role="option"
                aria-selected={place === at}
                onMouseDown={(event) => {
                  // The field keeps the focus.
                  event.preventDefault();
                  add(arm);
                }}
              >
                <span class="model-name">{makeVisible(arm.name)}</span>
                <span class="muted">
                  {makeVisible(arm.provider)} · {makeVisible(arm.price)}
                </span>
              </li>
            ))}
            {found.length > 0 ? null : <li class="muted no-model">{arms === undefined ? t('Reading the models…') : t('No model is called that.')}</li>}
          </ul>
        </div>
      )}
    </div>
  );
}
