import type { ExperimentsRequest, ExperimentView } from '../../src/shared/experimentsProtocol';
import { t } from '../../src/shared/l10n';
import { makeVisible } from '../../src/shared/visibleText';
import type { PageState } from './connection';
import { layOut, size } from './layOut';

interface AppProps {
  readonly state: PageState;
  readonly send: (request: ExperimentsRequest) => void;
}

/** The whole page: a section for each experiment, the newest first, and the pair that waits for the person on top. */
export function App({ state: { experiments, error }, send }: AppProps) {
  const waiting = experiments?.find(({ toJudge }) => toJudge !== undefined);
  return (
    <main class="page">
      <header class="head">
        <h1>{t('Experiments')}</h1>
        <button type="button" class="button" onClick={() => send({ type: 'new' })}>
          <span class="codicon codicon-add" aria-hidden="true" /> {t('New Experiment')}
        </button>
      </header>
      {error === undefined ? null : (
        <p role="alert" class="error">
          {makeVisible(error)}
        </p>
      )}
      {experiments?.length === 0 ? <p class="hint">{t('An experiment puts the same questions of yours to two models, or to one with two instructions, and lets a third model, or you, judge the answers without knowing whose they are. It stops as soon as it is decided.')}</p> : null}
      {waiting?.toJudge ? <Judging experiment={waiting.id} pair={waiting.toJudge} send={send} /> : null}
      {experiments?.map((experiment) => (
        <Section key={experiment.id} experiment={experiment} send={send} />
      ))}
    </main>
  );
}

const verdicts = [
  { better: 'first', key: '1' },
  { better: 'second', key: '2' },
  { better: 'tie', key: '0' },
] as const;

function verdictLabel(better: (typeof verdicts)[number]['better']): string {
  return { first: t('Answer 1 is better'), second: t('Answer 2 is better'), tie: t('They are equal') }[better];
}

interface JudgingProps {
  readonly experiment: string;
  readonly pair: NonNullable<ExperimentView['toJudge']>;
  readonly send: AppProps['send'];
}

/** Two answers without names. The keys 1, 2 and 0 judge wherever the focus is in here. */
function Judging({ experiment, pair: { place, question, first, second, waiting }, send }: JudgingProps) {
  const judge = (better: (typeof verdicts)[number]['better']) => send({ type: 'judge', experiment, place, better });
  const onKey = (event: KeyboardEvent) => {
    const verdict = verdicts.find(({ key }) => key === event.key);
    if (!verdict || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    judge(verdict.better);
  };
  return (
    <section class="judging" aria-label={t('Judge a pair')} tabIndex={-1} ref={focusOnce} onKeyDown={onKey}>
      <h2>{t('Which answer is better?')}</h2>
      <p class="hint">{waiting === 1 ? t('One pair waits for you. Keys: 1, 2, or 0 for equal.') : t('{0} pairs wait for you. Keys: 1, 2, or 0 for equal.', waiting)}</p>
      <pre class="question" tabIndex={0} aria-label={t('Question')}>
        {makeVisible(question)}
      </pre>
      <div class="answers" key={`${experiment} ${place}`}>
        {[first, second].map((text, index) => (
          <div key={index}>
            <h3>{t('Answer {0}', index + 1)}</h3>
            <pre tabIndex={0} aria-label={t('Answer {0}', index + 1)}>
              {makeVisible(text)}
            </pre>
          </div>
        ))}
      </div>
      <div class="controls">
        {verdicts.map(({ better, key }) => (
          <button key={better} type="button" class="button" aria-keyshortcuts={key} onClick={() => judge(better)}>
            {verdictLabel(better)} <kbd>{key}</kbd>
          </button>
        ))}
      </div>
    </section>
  );
}

/** The keys work at once when the pair comes while somebody looks; they are not taken away from another part of the editor. */
function focusOnce(section: HTMLElement | null): void {
  if (section && document.hasFocus() && document.activeElement === document.body) section.focus();
}

const icons = { pause: 'debug-pause', resume: 'debug-continue', stop: 'debug-stop', remove: 'trash' } as const;

function buttonLabel(what: ExperimentView['may'][number]): string {
  return { pause: t('Pause'), resume: t('Continue'), stop: t('Stop for Good'), remove: t('Delete') }[what];
}

function Section({ experiment, send }: { readonly experiment: ExperimentView; readonly send: AppProps['send'] }) {
  const { id, title, state, sentences, isDemo, may, pairs } = experiment;
  const [result, ...others] = sentences;
  return (
    <section aria-label={makeVisible(title)}>
      <h2>
        {makeVisible(title)} {isDemo ? <span class="tag">{t('Demo')}</span> : null}
      </h2>
      <p class="state" role="status">
        {makeVisible(state)}
      </p>
      <p class="result">{makeVisible(result ?? '')}</p>
      <Chart experiment={experiment} />
      {others.map((sentence, index) => (
        <p key={index} class="more">
          {makeVisible(sentence)}
        </p>
      ))}
      <div class="controls">
        {may.map((what) => (
          <button key={what} type="button" class="button" onClick={() => send({ type: what, experiment: id })}>
            <span class={`codicon codicon-${icons[what]}`} aria-hidden="true" /> {buttonLabel(what)}
          </button>
        ))}
      </div>
      {pairs.length === 0 ? null : (
        <details>
          <summary>{pairs.length === 1 ? t('One pair') : t('All {0} pairs', pairs.length)}</summary>
          <div class="table-scroller" tabIndex={0} role="region" aria-label={t('Pairs')}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{t('Pair')}</th>
                  <th scope="col">{t('Question')}</th>
                  <th scope="col">{t('Verdict')}</th>
                </tr>
              </thead>
              <tbody>
                {pairs.map(({ number, question, verdict }) => (
                  <tr key={number}>
                    <th scope="row">{number}</th>
                    <td>{makeVisible(question)}</td>
                    <td>{makeVisible(verdict)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </details>
      )}
    </section>
  );
}

/** The share of decided pairs that the first won, pair by pair, with the interval it lies in at every look. */
function Chart({ experiment: { path, names, description, certainty } }: { readonly experiment: ExperimentView }) {
  if (path.length === 0) return null;
  const { band, line, last, xTicks, yTicks } = layOut(path);
  const [first, second] = [makeVisible(names[0]), makeVisible(names[1])];
  return (
    <figure>
      <figcaption>{t('Share of decided pairs won by {0}', first)}</figcaption>
      <svg class="plot" viewBox={`0 0 ${size.width} ${size.height}`} role="img" aria-label={makeVisible(description)}>
        {yTicks.map(({ at, text }) => (
          <g key={text}>
            <line class={text === '50 %' ? 'half' : 'grid'} x1={size.left} x2={size.right} y1={at} y2={at} />
            <text x={size.left - 6} y={at + 4} text-anchor="end">
              {text}
            </text>
          </g>
        ))}
        {xTicks.map(({ at, text }) => (
          <text key={text} x={at} y={size.bottom + 16} text-anchor="middle">
            {text}
          </text>
        ))}
        <text x={(size.left + size.right) / 2} y={size.height - 4} text-anchor="middle">
          {t('pairs judged')}
        </text>
        <polygon class="band" points={band} />
        <polyline class="line" points={line} />
        {last === undefined ? null : <circle class="last" cx={last.x} cy={last.y} r={4} />}
      </svg>
      <p class="hint">
        {t('The band is where the true share lies at every look with {0} certainty; above 50 % {1} is better, below it {2}.', makeVisible(certainty), first, second)}
      </p>
    </figure>
  );
}
