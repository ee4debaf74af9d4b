import { createContext } from 'preact';
import { useContext, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { t } from '../../src/shared/l10n';
import type { ChatState } from '../../src/shared/protocol';
import type { WorkWishView } from '../../src/shared/workProtocol';
import { codicon } from './codicon';
import { ForecastLine } from './forecastLine';
import { type Page, usePage } from './page';
import type { SavedView } from './savedView';
import { strategies, WishOptions } from './wishOptions';

/** How the next question is asked: of one model, or of several. */
interface Work {
  /** Undefined: of one. */
  readonly wish: WorkWishView | undefined;
  readonly choose: (wish: WorkWishView | undefined) => void;
  /** What was last chosen for a way of asking, so that going there and back loses nothing. */
  readonly remembered: (strategy: WorkWishView['strategy']) => WorkWishView;
  readonly forecast: ChatState['forecast'];
  readonly arms: ChatState['arms'];
  readonly empty: boolean;
}

export const WorkContext = createContext<Work | undefined>(undefined);

/** Typing is told to the host for a forecast after a pause this long. */
const forecastPauseMs = 250;

/** Chats whose choice is kept: the newest are the ones that matter. */
const mostKept = 20;

/**
 * The way of asking, kept for each chat until it is changed or used: what was sent once goes to several models only when
 * that is chosen anew, because it costs several times as much.
 */
export function useWork({ state, request, text, saved, save }: { state: ChatState | undefined; request: Page['request']; text: string; saved: () => SavedView; save: (change: Pick<SavedView, 'works'>) => void }): Work & { readonly sent: () => WorkWishView | undefined } {
  // Until the host has spoken, the conversation that this page showed last.
  const thread = (state === undefined ? saved().threadId : state.thread?.id) ?? 'new';
  const [works, setWorks] = useState(() => saved().works ?? {});
  const { wish, past = [] } = works[thread] ?? {};
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const told = useRef('');

  const choose = (next: WorkWishView | undefined) => {
    const others = next === undefined ? past : [next, ...past.filter(({ strategy }) => strategy !== next.strategy)];
    const kept = Object.entries({ ...works, [thread]: { ...(next === undefined ? {} : { wish: next }), past: others } }).slice(-mostKept);
    const all: NonNullable<SavedView['works']> = Object.fromEntries(kept);
    setWorks(all);
    save({ works: all });
  };

  useEffect(() => {
    clearTimeout(timer.current);
    const wanted = JSON.stringify(wish === undefined ? '' : [thread, text, wish]);
    if (wanted === told.current || state === undefined) return;
    const tell = () => {
      told.current = wanted;
      // Without a forecast the line says that it is worked out; the next letter asks again.
      request({ type: 'work', request: { type: 'forecast', text, ...(wish === undefined ? {} : { wish }) } }).catch(() => undefined);
    };
    if (wish === undefined) {
      if (told.current !== '') tell();
    } else timer.current = setTimeout(tell, forecastPauseMs);
    return () => clearTimeout(timer.current);
  }, [wish, text, thread, state === undefined]);

  return {
    wish,
    choose,
    // A chat begins as `new`: what was chosen for its first question is found there.
    remembered: (strategy) => [...past, ...(works['new']?.past ?? [])].find((one) => one.strategy === strategy) ?? { strategy },
    forecast: state?.forecast,
    arms: state?.arms,
    empty: text.trim() === '',
    sent: () => {
      if (wish !== undefined) choose(undefined);
      return wish;
    },
  };
}

/** Chooses how the next question is asked. */
export function StrategyPicker() {
  const work = useContext(WorkContext);
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    if (!open) return undefined;
    root.current?.querySelector<HTMLElement>('.strategy-popover input:checked')?.focus();
    const onPointerDown = (event: PointerEvent) => {
      if (event.target instanceof Node && root.current?.contains(event.target) === false) setOpen(false);
    };
    window.addEventListener('pointerdown', onPointerDown);
    return () => window.removeEventListener('pointerdown', onPointerDown);
  }, [open]);
  if (work === undefined) return null;
  const chosen = strategies.find(({ value }) => value === work.wish?.strategy);
  const label = chosen?.label() ?? t('Ask');
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  return (
    <div class="strategy" ref={root}>
      <button
        ref={button}
        type="button"
        class={chosen === undefined ? 'strategy-button' : 'strategy-button chosen'}
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-label={t('How to ask: {0}', label)}
        title={chosen === undefined ? t('Ask one model. Press to ask several.') : `${label}: ${chosen.meaning()}`}
        onClick={() => setOpen(!open)}
      >
        {codicon(chosen?.icon ?? 'comment')}
        <span class="strategy-name">{label}</span>
        {codicon('chevron-down')}
      </button>
      {open ? <Popover work={work} onClose={close} /> : null}
    </div>
  );
}

function Popover({ work, onClose }: { work: Work; onClose: () => void }) {
  const { request } = usePage();
  const { wish, choose, remembered, forecast, arms, empty } = work;
  return (
    <div
      class="strategy-popover"
      role="dialog"
      aria-label={t('How to ask')}
      onKeyDown={(event) => {
        if (event.isComposing || event.defaultPrevented) return;
        if (event.key !== 'Escape' && !(event.key === 'Enter' && event.target instanceof HTMLInputElement)) return;
        // Escape here closes this and stops no answer.
        event.preventDefault();
        event.stopPropagation();
        onClose();
      }}
    >
      <div class="strategy-choices" role="radiogroup" aria-label={t('How to ask')}>
        <Choice name="ask" icon="comment" label={t('Ask')} meaning={t('One model answers, the cheapest that will do.')} checked={wish === undefined} onChoose={() => choose(undefined)} />
        {strategies.map(({ value, icon, label, meaning }) => (
          <Choice key={value} name={value} icon={icon} label={label()} meaning={meaning()} checked={wish?.strategy === value} onChoose={() => choose(remembered(value))}>
            {wish?.strategy === value ? (
              <>
                <WishOptions wish={wish} onWish={choose} arms={arms} onArms={() => void request({ type: 'work', request: { type: 'arms' } }).catch(() => undefined)} />
                <ForecastLine forecast={forecast} strategy={value} empty={empty} />
              </>
            ) : null}
          </Choice>
        ))}
      </div>
    </div>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly icon: string;
  readonly label: string;
  readonly meaning: string;
  readonly checked: boolean;
  readonly onChoose: () => void;
  readonly children?: preact.ComponentChildren;
}

function Choice({ name, icon, label, meaning, checked, onChoose, children }: ChoiceProps) {
  return (
    <div class={checked ? 'strategy-choice chosen' : 'strategy-choice'}>
      <label>
        <input type="radio" class="whole-choice" name="strategy" value={name} checked={checked} aria-label={label} aria-description={meaning} onChange={onChoose} />
        {codicon(icon)}
        <span class="strategy-words">
          <span class="strategy-label">{label}</span>
          <span class="strategy-meaning muted">{meaning}</span>
        </span>
      </label>
      {children}
    </div>
  );
}

/** Whether the next question goes to several models. */
export function useAskingSeveral(): boolean {
  return useContext(WorkContext)?.wish !== undefined;
}

/** Below the question, while several models are to be asked: what it costs, and the way back to one. */
export function WorkLines() {
  const work = useContext(WorkContext);
  const { wish, forecast, empty } = work ?? {};
  const chosen = strategies.find(({ value }) => value === wish?.strategy);
  if (wish === undefined || chosen === undefined) return null;
  return (
    <>
      <ForecastLine forecast={forecast} strategy={wish.strategy} empty={empty ?? true} />
      <p>{chosen.meaning()}</p>
    </>
  );
}
