import { isAgentPurpose, type Purpose } from '../../core/model/ask';
import { formatUsd, type NanoDollars, nano } from '../../core/model/money';
import type { CalibrationBin, Comparison, PredictionReport, PredictionRow, Proportion, RoutingReport, SavingsReport, SelectionReport, Span, SpendReport } from '../../core/model/report';
import { decimal, t } from '../../shared/l10n';
import type { AxisView, ChartView, Period, ReportView, SectionView } from '../../shared/reportProtocol';

/** Fewer observations than this say nothing that could be relied on. */
const enoughData = 30;

/** Share of calls that should cost between the told ends: the tenth to the ninetieth percentile. */
const expectedCoverage = 0.8;

/** Rows of a table that a person would still read. */
const mostRows = 20;

/** The report as sentences, charts and tables. `armName` names an arm for people. Another section is another element of `sections`. */
export function reportView(report: RoutingReport, period: Period, armName: (arm: string) => string): ReportView {
  const { spend, savings, prediction, selection } = report;
  const spent = spendSentence(spend, period);
  return {
    period,
    isDemo: report.realm === 'demo',
    isEmpty: spend.calls === 0,
    summary: spend.calls === 0 ? [spent] : [spent, savedSentence(savings, armName), predictionSentence(prediction.all)],
    sections: spend.calls === 0 ? [] : [savingsSection(savings, armName), predictionSection(prediction), selectionSection(selection), spendSection(spend), ...(spend.purposes.length > 1 ? [purposeSection(spend)] : [])],
  };
}

function periodText(period: Period): string {
  return period === 'all' ? t('all the time that is in the books') : t('the last {0} days', period);
}

function spendSentence({ total, calls, questions, requests, side, unknown }: SpendReport, period: Period): string {
  if (calls === 0) return t('Nothing was asked in {0}.', periodText(period));
  const countRequests = t(requests === 1 ? '{0} request of programs' : '{0} requests of programs', requests);
  const asked = requests === 0 ? questionCount(questions) : questions === 0 ? countRequests : t('{0} and {1}', questionCount(questions), countRequests);
  const spent = side > 0 ? t('In {0} you spent {1} on {2}, {3} of it on the side (titles, judges, trials, experiments).', periodText(period), formatUsd(total), asked, formatUsd(side)) : t('In {0} you spent {1} on {2}.', periodText(period), formatUsd(total), asked);
  return unknown > 0 ? `${spent} ${t(unknown === 1 ? '{0} call of unknown cost is not in it.' : '{0} calls of unknown cost are not in it.', unknown)}` : spent;
}

// Savings

function savedSentence({ comparisons }: SavingsReport, armName: Naming): string {
  const known = comparisons.filter(({ questions }) => questions > 0);
  if (known.length === 0) return t('What was saved cannot be told: of no question is it known what other models would have cost.');
  return known.map((one) => savedText(one, choice(one, armName))).join(' ');
}

type Naming = (arm: string) => string;

function choice({ against, arm }: Comparison, armName: Naming): string {
  switch (against) {
    case 'ablest':
      return t('Always asking the best model');
    case 'pinned':
      return arm === undefined ? t('Always asking your pinned model') : t('Always asking your pinned model ({0})', armName(arm));
    case 'mix':
      return t('A random mix of the best and the cheapest model of equal quality');
  }
}

function savedText({ paid, instead }: Comparison, choice: string): string {
  const saved = nano(instead.likely - paid);
  const cost = rangeText(instead);
  if (saved === 0) return t('{0} would have cost about {1}, as much as was paid.', choice, cost);
  if (saved < 0) return t('{0} would have cost about {1}: you paid {2} more.', choice, cost, formatUsd(nano(paid - instead.likely)));
  return t('{0} would have cost about {1}: you saved {2}, {3}.', choice, cost, formatUsd(saved), percent(saved / instead.likely));
}

function rangeText({ low, likely, high }: Span): string {
  const [least, most] = [formatUsd(low), formatUsd(high)];
  return least === most ? formatUsd(likely) : t('{0} (between {1} and {2})', formatUsd(likely), least, most);
}

function choiceName(against: Comparison['against']): string {
  return { ablest: t('Always the best model'), pinned: t('Always your pinned model'), mix: t('Random mix of equal quality') }[against];
}

function savingsSection({ comparisons, extra }: SavingsReport, armName: Naming): SectionView {
  const known = comparisons.filter(({ questions }) => questions > 0);
  const [mostly] = known.flatMap(({ against, arm }) => (against === 'ablest' && arm !== undefined ? [armName(arm)] : []));
  const mix = known.find(({ against }) => against === 'mix');
  return {
    id: 'savings',
    title: t('What was saved'),
    sentences: known.length === 0 ? [] : [
      ...(mostly === undefined ? [] : [t('The best model was mostly {0}.', mostly)]),
      ...(mix?.share === undefined ? [] : [mixSentence(mix.share)]),
      ...(comparisons.some(({ against }) => against === 'pinned') ? [] : [t('No model was pinned in this time, so there is none to compare with.')]),
    ],
    charts: [...savingsCharts(known, armName)],
    notes: [
      t('Each question is taken to have been asked once, with the same prompt; the answer as long as the other model usually writes. How long that is can be off by a factor of 1.9, and how it counts tokens by 15 %: that is the range.'),
      ...(extra > 0 ? [t('{0} counts as paid in every comparison though no other choice would have cost it: side calls, and questions that were asked again or in vain.', formatUsd(extra))] : []),
      ...known.flatMap((one) => leftOutNote(one)),
    ],
  };
}

function mixSentence(share: number): string {
  if (share === 0) return t('The cheapest model was by itself expected to be as good as what you got, so that is the mix of equal quality.');
  if (share === 1) return t('Only the best model was expected to be as good as what you got, so that is the mix of equal quality.');
  return t('A mix as good as what you got asks the best model for {0} of the questions and the cheapest for the others.', percent(share));
}

function leftOutNote({ against, leftOut: { old, included, unpriced, unfinished, named } }: Comparison): readonly string[] {
  const parts = [
    ...(old > 0 ? [t('{0} from before this was kept', old)] : []),
    ...(included > 0 ? [t('{0} part of a subscription', included)] : []),
    ...(unpriced > 0 ? [t('{0} for want of a price or of a chance of success', unpriced)] : []),
    ...(unfinished > 0 ? [t('{0} without an answer', unfinished)] : []),
    ...(named > 0 ? [t('{0} of programs that named the model', named)] : []),
  ];
  const left = old + included + unpriced + unfinished + named;
  return parts.length === 0 ? [] : [t(left === 1 ? '{0}: {1} question could not be compared: {2}.' : '{0}: {1} questions could not be compared: {2}.', choiceName(against), left, parts.join(', '))];
}

/** One chart for all that were worked out from the same questions. */
function savingsCharts(known: readonly Comparison[], armName: Naming): readonly ChartView[] {
  const groups = new Map<string, Comparison[]>();
  for (const one of known) {
    const key = `${one.questions} ${one.paid}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].flatMap(([first, ...others]) => (first ? [savingsChart(first, others, armName)] : []));
}

function savingsChart(first: Comparison, others: readonly Comparison[], armName: Naming): ChartView {
  const { questions, paid } = first;
  const all = [first, ...others];
  const label = ({ against, arm }: Comparison): string => (against === 'pinned' && arm !== undefined ? `${choiceName('pinned')}, ${armName(arm)}` : choiceName(against));
  return {
    kind: 'bars',
    title: t(questions === 1 ? 'Cost of {0} question' : 'Cost of {0} questions', questions),
    description: [t('Paid: {0}.', formatUsd(paid)), ...all.map((one) => t('{0}: {1}.', label(one), rangeText(one.instead)))].join(' '),
    bars: [
      { label: t('Paid'), value: paid, text: formatUsd(paid), isOurs: true },
      ...all.map((one) => ({ label: label(one), value: one.instead.likely, low: one.instead.low, high: one.instead.high, text: formatUsd(one.instead.likely), isOurs: false })),
    ],
    table: {
      columns: [{ title: t('Choice'), isFigure: false }, { title: t('Cost'), isFigure: true }, { title: t('At least'), isFigure: true }, { title: t('At most'), isFigure: true }, { title: t('Saved'), isFigure: true }],
      rows: [
        [t('Paid'), formatUsd(paid), formatUsd(paid), formatUsd(paid), '—'],
        ...all.map((one) => [label(one), formatUsd(one.instead.likely), formatUsd(one.instead.low), formatUsd(one.instead.high), formatUsd(nano(one.instead.likely - paid))]),
      ],
    },
  };
}

// Predictions

function predictionSentence(all: PredictionRow): string {
  if (all.calls < enoughData) return t('There is not enough data yet to say how good the predictions of cost are ({0} of {1} answers).', all.calls, enoughData);
  return `${coverageText(all)} ${errorText(all)}`;
}

function coverageText({ covered }: PredictionRow): string {
  return t('{0} of {1} cost what was said before ({2}; it should be {3}).', percent(covered.hits / covered.of), answerCount(covered.of), intervalText(covered), percent(expectedCoverage));
}

function errorText({ error = 0, bias = 0 }: PredictionRow): string {
  const direction = Math.abs(bias) < 0.005 ? t('as often more as less') : bias > 0 ? t('rather more, by {0}', percent(bias)) : t('rather less, by {0}', percent(-bias));
  return t('Half of them were within {0} of the likely figure, {1}.', percent(error), direction);
}

function predictionSection({ all, models, points, leftOut }: PredictionReport): SectionView {
  const rows = all.calls === 0 ? [] : [all, ...models].slice(0, mostRows);
  const { unfinished, free, unpriced, uncounted, old, named } = leftOut;
  const missing = [
    ...(old > 0 ? [t('{0} from before this was kept', old)] : []),
    ...(unfinished > 0 ? [t('{0} that did not end', unfinished)] : []),
    ...(free > 0 ? [t('{0} that cost nothing or are part of a subscription', free)] : []),
    ...(unpriced > 0 ? [t('{0} of unknown price', unpriced)] : []),
    ...(uncounted > 0 ? [t('{0} whose provider told no token count', uncounted)] : []),
    ...(named > 0 ? [t('{0} of programs that named the model', named)] : []),
  ];
  const drawn = points.filter(({ likely, actual }) => likely > 0 && actual > 0);
  const dollars = dollarAxis(drawn.flatMap(({ low, likely, high, actual }) => [low, likely, high, actual]));
  return {
    id: 'prediction',
    title: t('How good the predictions of cost were'),
    sentences: all.calls === 0 ? [] : [...(all.calls < enoughData ? [t('Not enough data yet ({0} of {1} answers): the figures below are no more than a first look.', all.calls, enoughData)] : []), coverageText(all), t('{0} cost less than the lower end, {1} more than the upper end.', all.below, all.above)],
    charts: drawn.length === 0 ? [] : [
      {
        kind: 'plot',
        title: t('Told before and paid'),
        description: `${t('Likely cost and actual cost of the newest {0}, both on a logarithmic scale.', answerCount(drawn.length))} ${coverageText(all)}`,
        x: { ...dollars, title: t('Likely cost, told before') },
        y: { ...dollars, title: t('Actual cost, and the range told') },
        points: drawn.map(({ low, likely, high, actual, model }) => ({ x: likely, y: actual, low: Math.max(1, low), high, isFine: actual >= low && actual <= high, text: t('{0}: {1}, told {2} to {3}', shortName(model), formatUsd(actual), formatUsd(low), formatUsd(high)) })),
        legend: t('On the line, an answer cost what was likely. A mark inside its upright line cost what was said.'),
        table: {
          columns: [{ title: t('Model'), isFigure: false }, { title: t('Answers'), isFigure: true }, { title: t('In the range'), isFigure: true }, { title: t('95\u00a0% sure'), isFigure: true }, { title: t('Off by (median)'), isFigure: true }, { title: t('Direction (median)'), isFigure: true }],
          rows: rows.map(({ model, calls, covered, error, bias }) => [shortName(model ?? t('All')), String(calls), percent(covered.hits / Math.max(1, covered.of)), shortInterval(covered), error === undefined ? '—' : percent(error), bias === undefined ? '—' : signed(bias)]),
        },
      },
    ],
    notes: missing.length === 0 ? [] : [t('Not judged by: {0}.', missing.join(', '))],
  };
}

// Choices

function selectionSection({ enough, quiet, cheaperEnough, calibration, brier }: SelectionReport): SectionView {
  const rated = calibration.reduce((sum, { enough: { of } }) => sum + of, 0);
  return {
    id: 'selection',
    title: t('How good the choices of model were'),
    sentences: [
      proportionSentence(enough, t('Was the model chosen good enough?'), t('answers of which something is known (a rating, another model asked, code kept or undone, a judge)')),
      ...(quiet.of === 0 ? [] : [t('{0} of {1} drew a complaint. The others need not have been good: most people say nothing.', quiet.of - quiet.hits, answerCount(quiet.of))]),
      proportionSentence(cheaperEnough, t('Would a cheaper model have done as well?'), t('questions for which one was tried (trials, and steps down to a cheaper model)')),
    ],
    charts: calibration.length === 0 ? [] : [calibrationChart(calibration, rated)],
    notes: [
      t('Who is not content says so more often than who is, so that what is known is no fair sample.'),
      ...(brier === undefined ? [] : [t('Brier score of the told chances: {0} over {1} (0 is perfect, 0.25 is what always saying 50 % gets).', decimal(brier, 3), answerCount(rated))]),
    ],
  };
}

function proportionSentence(proportion: Proportion, question: string, ofWhat: string): string {
  const { hits, of } = proportion;
  if (of < enoughData) return `${question} ${t('Not enough data yet: {0} of {1} {2}.', of, enoughData, ofWhat)}`;
  return `${question} ${t('In {0} of {1} {2}; {3}.', percent(hits / of), of, ofWhat, intervalText(proportion))}`;
}

function calibrationChart(bins: readonly CalibrationBin[], rated: number): ChartView {
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((at) => ({ at, text: percent(at) }));
  const axis = { isLogarithmic: false, low: 0, high: 1, ticks };
  const range = ({ from, to }: CalibrationBin) => t('{0} to {1}', percent(from), percent(to));
  return {
    kind: 'plot',
    title: t('Chance told and answers that were good enough'),
    description: [...(rated < enoughData ? [t('Not enough data yet ({0} of {1} answers).', rated, enoughData)] : []), ...bins.map((bin) => t('Told {0}: {1} of {2} good enough.', range(bin), bin.enough.hits, bin.enough.of))].join(' '),
    x: { ...axis, title: t('Chance of success, told before') },
    y: { ...axis, title: t('Good enough') },
    points: bins.map((bin) => ({ x: bin.told, y: bin.enough.hits / bin.enough.of, low: bin.enough.low, high: bin.enough.high, isFine: bin.told >= bin.enough.low && bin.told <= bin.enough.high, text: t('Told {0}: {1} of {2} good enough', percent(bin.told), bin.enough.hits, bin.enough.of) })),
    legend: rated < enoughData ? t('On the line, as many answers were good as was said. Upright: how sure that is, from {0}; not enough yet ({1} of {2}).', answerCount(rated), rated, enoughData) : t('On the line, as many answers were good as was said. Upright: how sure that is, from {0}.', answerCount(rated)),
    table: {
      columns: [{ title: t('Chance told'), isFigure: false }, { title: t('Answers'), isFigure: true }, { title: t('Told on average'), isFigure: true }, { title: t('Good enough'), isFigure: true }, { title: t('95\u00a0% sure'), isFigure: true }],
      rows: bins.map((bin) => [range(bin), String(bin.enough.of), percent(bin.told), percent(bin.enough.hits / bin.enough.of), shortInterval(bin.enough)]),
    },
  };
}

// Spend

function spendSection({ models, total, unknown }: SpendReport): SectionView {
  const shown = models.slice(0, mostRows).map((row) => ({ ...row, model: shortName(row.model) }));
  const rest = models.slice(mostRows);
  const rows = rest.length === 0 ? shown : [...shown, { model: t('{0} others', rest.length), amount: nano(rest.reduce((sum, { amount }) => sum + amount, 0)), calls: rest.reduce((sum, { calls }) => sum + calls, 0) }];
  return {
    id: 'spend',
    title: t('What was spent on which model'),
    sentences: [],
    charts: [
      {
        kind: 'bars',
        title: t('Spend by model'),
        description: rows.map(({ model, amount, calls }) => t('{0}: {1} for {2}.', model, formatUsd(amount), callCount(calls))).join(' ').slice(0, 1900),
        bars: rows.map(({ model, amount }) => ({ label: model, value: amount, text: formatUsd(amount), isOurs: true })),
        table: {
          columns: [{ title: t('Model'), isFigure: false }, { title: t('Cost'), isFigure: true }, { title: t('Share'), isFigure: true }, { title: t('Calls'), isFigure: true }],
          rows: rows.map(({ model, amount, calls }) => [model, formatUsd(amount), total === 0 ? '—' : percent(amount / total), String(calls)]),
        },
      },
    ],
    notes: unknown > 0 ? [t(unknown === 1 ? '{0} call of unknown cost is counted but in no sum.' : '{0} calls of unknown cost are counted but in no sum.', unknown)] : [],
  };
}

/** What calls were for, for people. The name of an agent may be the words of others. */
function purposeName(purpose: Purpose): string {
  if (isAgentPurpose(purpose)) return shortName(t('Agent {0}', purpose.slice('agent:'.length)));
  const names: Readonly<Record<Exclude<Purpose, `agent:${string}`>, string>> = {
    chat: t('Chat'),
    selection: t('Questions about selected code'),
    title: t('Titles of chats'),
    check: t('Checks of keys and connections'),
    judge: t('Judges'),
    shadow: t('Trials of cheaper models'),
    experiment: t('Experiments'),
    compare: t('Comparisons'),
    consensus: t('Consensus of several models'),
    refine: t('Refined answers'),
    cascade: t('Cheap first, then better'),
    commit: t('Commit messages'),
    terminal: t('Terminal'),
    notebook: t('Notebooks'),
    'editor-chat': t("The editor's own chat"),
    tool: t('Questions of other agents in the editor'),
    gateway: t('Programs through the gateway'),
    embedding: t('Embeddings'),
  };
  return names[purpose];
}

function purposeSection({ purposes, total }: SpendReport): SectionView {
  const rows = purposes.slice(0, mostRows).map(({ purpose, amount, calls }) => ({ name: purposeName(purpose), amount, calls }));
  return {
    id: 'purposes',
    title: t('What it was spent for'),
    sentences: [],
    charts: [
      {
        kind: 'bars',
        title: t('Spend by purpose'),
        description: rows.map(({ name, amount, calls }) => t('{0}: {1} for {2}.', name, formatUsd(amount), callCount(calls))).join(' ').slice(0, 1900),
        bars: rows.map(({ name, amount }) => ({ label: name, value: amount, text: formatUsd(amount), isOurs: true })),
        table: {
          columns: [{ title: t('Purpose'), isFigure: false }, { title: t('Cost'), isFigure: true }, { title: t('Share'), isFigure: true }, { title: t('Calls'), isFigure: true }],
          rows: rows.map(({ name, amount, calls }) => [name, formatUsd(amount), total === 0 ? '—' : percent(amount / total), String(calls)]),
        },
      },
    ],
    notes: [],
  };
}

// Words and figures

/** A little more than all values, with ticks at 1, 2 and 5 or, where that is too many, at powers of ten. Nano-dollars. */
function dollarAxis(values: readonly number[]): Omit<AxisView, 'title'> {
  const known = values.filter((value) => value > 0);
  const low = Math.min(...known) / 1.5;
  const high = Math.max(...known) * 1.5;
  const steps = high / low < 1000 ? [1, 2, 5] : [1];
  const ticks: NanoDollars[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
    for (const step of steps) {
      const at = Math.round(step * 10 ** power);
      if (at >= Math.max(1, low) && at <= high) ticks.push(nano(at));
    }
  }
  return { isLogarithmic: true, low, high, ticks: ticks.map((at) => ({ at, text: tickText(at) })) };
}

function tickText(at: NanoDollars): string {
  return at >= 1e9 ? `$${at / 1e9}` : `$${(at / 1e9).toFixed(9).replace(/0+$/, '')}`;
}

function intervalText({ low, high }: Proportion): string {
  return t('95\u00a0% sure: {0} to {1}', percent(low), percent(high));
}

function shortInterval({ low, high, of }: Proportion): string {
  return of === 0 ? '—' : t('{0} to {1}', percent(low), percent(high));
}

/** With a blank that breaks no line. */
function percent(share: number): string {
  const percents = share * 100;
  return `${percents > 0 && percents < 1 ? decimal(percents, 1) : Math.round(percents)}\u00a0%`;
}

function signed(share: number): string {
  return share > 0 ? `+${percent(share)}` : share < 0 ? `−${percent(-share)}` : percent(0);
}

/** A name of others, which may be of any length. */
export function shortName(name: string): string {
  return name.length <= 80 ? name : `${name.slice(0, 79)}…`;
}

function questionCount(count: number): string {
  return t(count === 1 ? '{0} question' : '{0} questions', count);
}

function answerCount(count: number): string {
  return t(count === 1 ? '{0} answer' : '{0} answers', count);
}

function callCount(count: number): string {
  return t(count === 1 ? '{0} call' : '{0} calls', count);
}
