import { formatUsd, type NanoDollars, nano } from '../../core/model/money';
import type { CalibrationBin, Comparison, PredictionReport, PredictionRow, Proportion, RoutingReport, SavingsReport, SelectionReport, Span, SpendReport } from '../../core/model/report';
import type { AxisView, ChartView, Period, ReportView, SectionView } from '../../shared/reportProtocol';

/** Fewer observations than this say nothing that could be relied on. */
const enoughData = 30;

/** Share of calls that should cost between the told ends: the tenth to the ninetieth percentile. */
const expectedCoverage = 0.8;

/** Rows of a table that a person would still read. */
const mostRows = 20;

const periodTexts: Readonly<Record<Period, string>> = { '7': 'the last 7 days', '30': 'the last 30 days', '90': 'the last 90 days', all: 'all the time that is in the books' };

/** The report as sentences, charts and tables. `armName` names an arm for people. Another section is another element of `sections`. */
export function reportView(report: RoutingReport, period: Period, armName: (arm: string) => string): ReportView {
  const { spend, savings, prediction, selection } = report;
  const spent = spendSentence(spend, period);
  return {
    period,
    isDemo: report.realm === 'demo',
    isEmpty: spend.calls === 0,
    summary: spend.calls === 0 ? [spent] : [spent, savedSentence(savings, armName), predictionSentence(prediction.all)],
    sections: spend.calls === 0 ? [] : [savingsSection(savings, armName), predictionSection(prediction), selectionSection(selection), spendSection(spend)],
  };
}

function spendSentence({ total, calls, questions, side, unknown }: SpendReport, period: Period): string {
  if (calls === 0) return `Nothing was asked in ${periodTexts[period]}.`;
  const aside = side > 0 ? `, ${formatUsd(side)} of it on the side (titles, judges, trials, experiments)` : '';
  const hidden = unknown > 0 ? ` ${countOf(unknown, 'call')} of unknown cost ${unknown === 1 ? 'is' : 'are'} not in it.` : '';
  return `In ${periodTexts[period]} you spent ${formatUsd(total)} on ${countOf(questions, 'question')}${aside}.${hidden}`;
}

// Savings

function savedSentence({ comparisons }: SavingsReport, armName: Naming): string {
  const known = comparisons.filter(({ questions }) => questions > 0);
  if (known.length === 0) return 'What was saved cannot be told: of no question is it known what other models would have cost.';
  return known.map((one) => `${capital(choice(one, armName))} ${savedText(one)}`).join(' ');
}

type Naming = (arm: string) => string;

function choice({ against, arm }: Comparison, armName: Naming): string {
  switch (against) {
    case 'ablest':
      return 'always asking the best model';
    case 'pinned':
      return `always asking your pinned model${arm === undefined ? '' : ` (${armName(arm)})`}`;
    case 'mix':
      return 'a random mix of the best and the cheapest model of equal quality';
  }
}

function savedText({ paid, instead }: Comparison): string {
  const saved = nano(instead.likely - paid);
  const cost = `would have cost about ${formatUsd(instead.likely)}${rangeText(instead)}`;
  if (saved === 0) return `${cost}, as much as was paid.`;
  return saved > 0 ? `${cost}: you saved ${formatUsd(saved)}, ${percent(saved / instead.likely)}.` : `${cost}: you paid ${formatUsd(nano(paid - instead.likely))} more.`;
}

function rangeText({ low, high }: Span): string {
  const [least, most] = [formatUsd(low), formatUsd(high)];
  return least === most ? '' : ` (between ${least} and ${most})`;
}

const shortNames: Readonly<Record<Comparison['against'], string>> = { ablest: 'Always the best model', pinned: 'Always your pinned model', mix: 'Random mix of equal quality' };

function savingsSection({ comparisons, extra }: SavingsReport, armName: Naming): SectionView {
  const known = comparisons.filter(({ questions }) => questions > 0);
  const [mostly] = known.flatMap(({ against, arm }) => (against === 'ablest' && arm !== undefined ? [armName(arm)] : []));
  const mix = known.find(({ against }) => against === 'mix');
  return {
    id: 'savings',
    title: 'What was saved',
    sentences: known.length === 0 ? [] : [
      ...(mostly === undefined ? [] : [`The best model was mostly ${mostly}.`]),
      ...(mix?.share === undefined ? [] : [mixSentence(mix.share)]),
      ...(comparisons.some(({ against }) => against === 'pinned') ? [] : ['No model was pinned in this time, so there is none to compare with.']),
    ],
    charts: [...savingsCharts(known, armName)],
    notes: [
      'Each question is taken to have been asked once, with the same prompt; the answer as long as the other model usually writes. How long that is can be off by a factor of 1.9, and how it counts tokens by 15 %: that is the range.',
      ...(extra > 0 ? [`${formatUsd(extra)} counts as paid in every comparison though no other choice would have cost it: side calls, and questions that were asked again or in vain.`] : []),
      ...known.flatMap((one) => leftOutNote(one)),
    ],
  };
}

function mixSentence(share: number): string {
  if (share === 0) return 'The cheapest model was by itself expected to be as good as what you got, so that is the mix of equal quality.';
  if (share === 1) return 'Only the best model was expected to be as good as what you got, so that is the mix of equal quality.';
  return `A mix as good as what you got asks the best model for ${percent(share)} of the questions and the cheapest for the others.`;
}

function leftOutNote({ against, leftOut: { old, included, unpriced, unfinished } }: Comparison): readonly string[] {
  const parts = [
    ...(old > 0 ? [`${old} from before this was kept`] : []),
    ...(included > 0 ? [`${included} part of a subscription`] : []),
    ...(unpriced > 0 ? [`${unpriced} for want of a price or of a chance of success`] : []),
    ...(unfinished > 0 ? [`${unfinished} without an answer`] : []),
  ];
  return parts.length === 0 ? [] : [`${shortNames[against]}: ${countOf(old + included + unpriced + unfinished, 'question')} could not be compared: ${parts.join(', ')}.`];
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
  const label = ({ against, arm }: Comparison): string => (against === 'pinned' && arm !== undefined ? `${shortNames.pinned}, ${armName(arm)}` : shortNames[against]);
  return {
    kind: 'bars',
    title: `Cost of ${countOf(questions, 'question')}`,
    description: `Paid: ${formatUsd(paid)}. ${all.map((one) => `${label(one)}: ${formatUsd(one.instead.likely)}${rangeText(one.instead)}.`).join(' ')}`,
    bars: [
      { label: 'Paid', value: paid, text: formatUsd(paid), isOurs: true },
      ...all.map((one) => ({ label: label(one), value: one.instead.likely, low: one.instead.low, high: one.instead.high, text: formatUsd(one.instead.likely), isOurs: false })),
    ],
    table: {
      columns: [{ title: 'Choice', isFigure: false }, { title: 'Cost', isFigure: true }, { title: 'At least', isFigure: true }, { title: 'At most', isFigure: true }, { title: 'Saved', isFigure: true }],
      rows: [
        ['Paid', formatUsd(paid), formatUsd(paid), formatUsd(paid), '—'],
        ...all.map((one) => [label(one), formatUsd(one.instead.likely), formatUsd(one.instead.low), formatUsd(one.instead.high), formatUsd(nano(one.instead.likely - paid))]),
      ],
    },
  };
}

// Predictions

function predictionSentence(all: PredictionRow): string {
  if (all.calls < enoughData) return `There is not enough data yet to say how good the predictions of cost are (${all.calls} of ${enoughData} answers).`;
  return `${coverageText(all)} ${errorText(all)}`;
}

function coverageText({ covered }: PredictionRow): string {
  return `${percent(covered.hits / covered.of)} of ${countOf(covered.of, 'answer')} cost what was said before (${intervalText(covered)}; it should be ${percent(expectedCoverage)}).`;
}

function errorText({ error = 0, bias = 0 }: PredictionRow): string {
  const direction = Math.abs(bias) < 0.005 ? 'as often more as less' : bias > 0 ? `rather more, by ${percent(bias)}` : `rather less, by ${percent(-bias)}`;
  return `Half of them were within ${percent(error)} of the likely figure, ${direction}.`;
}

function predictionSection({ all, models, points, leftOut }: PredictionReport): SectionView {
  const rows = all.calls === 0 ? [] : [all, ...models].slice(0, mostRows);
  const { unfinished, free, unpriced, uncounted, old } = leftOut;
  const missing = [
    ...(old > 0 ? [`${old} from before this was kept`] : []),
    ...(unfinished > 0 ? [`${unfinished} that did not end`] : []),
    ...(free > 0 ? [`${free} that cost nothing or are part of a subscription`] : []),
    ...(unpriced > 0 ? [`${unpriced} of unknown price`] : []),
    ...(uncounted > 0 ? [`${uncounted} whose provider told no token count`] : []),
  ];
  const drawn = points.filter(({ likely, actual }) => likely > 0 && actual > 0);
  const dollars = dollarAxis(drawn.flatMap(({ low, likely, high, actual }) => [low, likely, high, actual]));
  return {
    id: 'prediction',
    title: 'How good the predictions of cost were',
    sentences: all.calls === 0 ? [] : [...(all.calls < enoughData ? [`Not enough data yet (${all.calls} of ${enoughData} answers): the figures below are no more than a first look.`] : []), coverageText(all), `${all.below} cost less than the lower end, ${all.above} more than the upper end.`],
    charts: drawn.length === 0 ? [] : [
      {
        kind: 'plot',
        title: 'Told before and paid',
        description: `Likely cost and actual cost of the newest ${countOf(drawn.length, 'answer')}, both on a logarithmic scale. ${coverageText(all)}`,
        x: { ...dollars, title: 'Likely cost, told before' },
        y: { ...dollars, title: 'Actual cost, and the range told' },
        points: drawn.map(({ low, likely, high, actual, model }) => ({ x: likely, y: actual, low: Math.max(1, low), high, isFine: actual >= low && actual <= high, text: `${shortName(model)}: ${formatUsd(actual)}, told ${formatUsd(low)} to ${formatUsd(high)}` })),
        legend: 'On the line, an answer cost what was likely. A mark inside its upright line cost what was said.',
        table: {
          columns: [{ title: 'Model', isFigure: false }, { title: 'Answers', isFigure: true }, { title: 'In the range', isFigure: true }, { title: '95\u00a0% sure', isFigure: true }, { title: 'Off by (median)', isFigure: true }, { title: 'Direction (median)', isFigure: true }],
          rows: rows.map(({ model, calls, covered, error, bias }) => [shortName(model ?? 'All'), String(calls), percent(covered.hits / Math.max(1, covered.of)), shortInterval(covered), error === undefined ? '—' : percent(error), bias === undefined ? '—' : signed(bias)]),
        },
      },
    ],
    notes: missing.length === 0 ? [] : [`Not judged by: ${missing.join(', ')}.`],
  };
}

// Choices

function selectionSection({ enough, quiet, cheaperEnough, calibration, brier }: SelectionReport): SectionView {
  const rated = calibration.reduce((sum, { enough: { of } }) => sum + of, 0);
  return {
    id: 'selection',
    title: 'How good the choices of model were',
    sentences: [
      proportionSentence(enough, 'Was the model chosen good enough?', 'answers of which something is known (a rating, another model asked, code kept or undone, a judge)'),
      ...(quiet.of === 0 ? [] : [`${quiet.of - quiet.hits} of ${countOf(quiet.of, 'answer')} drew a complaint. The others need not have been good: most people say nothing.`]),
      proportionSentence(cheaperEnough, 'Would a cheaper model have done as well?', 'questions for which one was tried (trials, and steps down to a cheaper model)'),
    ],
    charts: calibration.length === 0 ? [] : [calibrationChart(calibration, rated)],
    notes: [
      'Who is not content says so more often than who is, so that what is known is no fair sample.',
      ...(brier === undefined ? [] : [`Brier score of the told chances: ${brier.toFixed(3)} over ${countOf(rated, 'answer')} (0 is perfect, 0.25 is what always saying 50 % gets).`]),
    ],
  };
}

function proportionSentence(proportion: Proportion, question: string, ofWhat: string): string {
  const { hits, of } = proportion;
  if (of < enoughData) return `${question} Not enough data yet: ${of} of ${enoughData} ${ofWhat}.`;
  return `${question} In ${percent(hits / of)} of ${of} ${ofWhat}; ${intervalText(proportion)}.`;
}

function calibrationChart(bins: readonly CalibrationBin[], rated: number): ChartView {
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((at) => ({ at, text: percent(at) }));
  const axis = { isLogarithmic: false, low: 0, high: 1, ticks };
  const range = ({ from, to }: CalibrationBin) => `${percent(from)} to ${percent(to)}`;
  return {
    kind: 'plot',
    title: 'Chance told and answers that were good enough',
    description: `${rated < enoughData ? `Not enough data yet (${rated} of ${enoughData} answers). ` : ''}${bins.map((bin) => `Told ${range(bin)}: ${bin.enough.hits} of ${bin.enough.of} good enough.`).join(' ')}`,
    x: { ...axis, title: 'Chance of success, told before' },
    y: { ...axis, title: 'Good enough' },
    points: bins.map((bin) => ({ x: bin.told, y: bin.enough.hits / bin.enough.of, low: bin.enough.low, high: bin.enough.high, isFine: bin.told >= bin.enough.low && bin.told <= bin.enough.high, text: `Told ${percent(bin.told)}: ${bin.enough.hits} of ${bin.enough.of} good enough` })),
    legend: `On the line, as many answers were good as was said. Upright: how sure that is, from ${countOf(rated, 'answer')}${rated < enoughData ? `; not enough yet (${rated} of ${enoughData})` : ''}.`,
    table: {
      columns: [{ title: 'Chance told', isFigure: false }, { title: 'Answers', isFigure: true }, { title: 'Told on average', isFigure: true }, { title: 'Good enough', isFigure: true }, { title: '95\u00a0% sure', isFigure: true }],
      rows: bins.map((bin) => [range(bin), String(bin.enough.of), percent(bin.told), percent(bin.enough.hits / bin.enough.of), shortInterval(bin.enough)]),
    },
  };
}

// Spend

function spendSection({ models, total, unknown }: SpendReport): SectionView {
  const shown = models.slice(0, mostRows).map((row) => ({ ...row, model: shortName(row.model) }));
  const rest = models.slice(mostRows);
  const rows = rest.length === 0 ? shown : [...shown, { model: `${rest.length} others`, amount: nano(rest.reduce((sum, { amount }) => sum + amount, 0)), calls: rest.reduce((sum, { calls }) => sum + calls, 0) }];
  return {
    id: 'spend',
    title: 'What was spent on which model',
    sentences: [],
    charts: [
      {
        kind: 'bars',
        title: 'Spend by model',
        description: rows.map(({ model, amount, calls }) => `${model}: ${formatUsd(amount)} for ${countOf(calls, 'call')}.`).join(' ').slice(0, 1900),
        bars: rows.map(({ model, amount }) => ({ label: model, value: amount, text: formatUsd(amount), isOurs: true })),
        table: {
          columns: [{ title: 'Model', isFigure: false }, { title: 'Cost', isFigure: true }, { title: 'Share', isFigure: true }, { title: 'Calls', isFigure: true }],
          rows: rows.map(({ model, amount, calls }) => [model, formatUsd(amount), total === 0 ? '—' : percent(amount / total), String(calls)]),
        },
      },
    ],
    notes: unknown > 0 ? [`${countOf(unknown, 'call')} of unknown cost ${unknown === 1 ? 'is' : 'are'} counted but in no sum.`] : [],
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
  return `95\u00a0% sure: ${percent(low)} to ${percent(high)}`;
}

function shortInterval({ low, high, of }: Proportion): string {
  return of === 0 ? '—' : `${percent(low)} to ${percent(high)}`;
}

/** With a blank that breaks no line. */
function percent(share: number): string {
  const percents = share * 100;
  return `${percents > 0 && percents < 1 ? percents.toFixed(1) : Math.round(percents)}\u00a0%`;
}

function signed(share: number): string {
  return share > 0 ? `+${percent(share)}` : share < 0 ? `−${percent(-share)}` : percent(0);
}

/** A name of others, which may be of any length. */
export function shortName(name: string): string {
  return name.length <= 80 ? name : `${name.slice(0, 79)}…`;
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function capital(sentence: string): string {
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}`;
}
