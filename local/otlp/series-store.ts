import type { OtlpMetric, OtlpRequest } from './otlp-request.ts';
import { type Spread, spreadOf, sumOf } from './spread.ts';

export type MeasureKind = 'counter' | 'gauge' | 'histogram';

/** One measure with one set of attributes, of all processes together. */
export type Series = {
  about: Readonly<Record<string, string>>;
  /** A counter's sum, or a gauge as it last stood. */
  value?: number;
  spread?: Spread;
};

export type ReceivedMeasure = {
  name: string;
  kind: MeasureKind;
  unit: string;
  says: string;
  series: Series[];
};

type Stored = Omit<ReceivedMeasure, 'series'> & {
  /** By the attributes, then by the process. */
  series: Map<string, Map<string, Series>>;
};

/** More than the service has; whoever sends more is something else. */
const mostSeries = 20_000;

/** The last state of each series. */
export function seriesStore() {
  const measures = new Map<string, Stored>();
  let count = 0;

  function keep(metric: OtlpMetric, kind: MeasureKind, process: string, isDelta: boolean) {
    const stored: Stored = measures.get(metric.name) ?? {
      ...{ name: metric.name, kind, unit: metric.unit, says: metric.description },
      series: new Map(),
    };
    measures.set(metric.name, stored);
    return (one: Series) => {
      const key = JSON.stringify(Object.entries(one.about).sort());
      const ofProcesses = stored.series.get(key) ?? new Map<string, Series>();
      const before = ofProcesses.get(process);
      if (!before && ++count > mostSeries) return;
      stored.series.set(key, ofProcesses);
      // Whichever process was heard last comes last.
      ofProcesses.delete(process);
      ofProcesses.set(process, isDelta && before ? together(kind, [before, one]) : one);
    };
  }

  function takeMetric(metric: OtlpMetric, process: string): void {
    const { sum, gauge, histogram } = metric;
    const isDelta = (sum ?? histogram)?.aggregationTemporality === 1;
    for (const [points, kind] of [
      [sum?.dataPoints, 'counter'],
      [gauge?.dataPoints, 'gauge'],
    ] as const) {
      const keepOne = points && keep(metric, kind, process, isDelta);
      for (const { attributes: about, asDouble, asInt } of points ?? []) {
        keepOne?.({ about, value: asDouble ?? asInt ?? 0 });
      }
    }
    const keepSpread = histogram && keep(metric, 'histogram', process, isDelta);
    for (const { attributes: about, ...spread } of histogram?.dataPoints ?? []) {
      keepSpread?.({ about, spread: spreadOf(spread) });
    }
  }

  return {
    take({ resourceMetrics }: OtlpRequest): void {
      for (const { resource, scopeMetrics } of resourceMetrics) {
        const process = resource.attributes['service.instance.id'] ?? '';
        for (const metric of scopeMetrics.flatMap((scope) => scope.metrics)) {
          takeMetric(metric, process);
        }
      }
    },

    measures: (): ReceivedMeasure[] =>
      [...measures.values()]
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .map(({ series, ...one }) => ({
          ...one,
          series: [...series]
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([, ofProcesses]) => together(one.kind, [...ofProcesses.values()])),
        })),
  };
}

/** Gauges don't add up: the one that came last holds. */
function together(kind: MeasureKind, all: readonly Series[]): Series {
  const about = all[0]?.about ?? {};
  if (kind === 'histogram') {
    return { about, spread: sumOf(all.flatMap(({ spread }) => spread ?? [])) };
  }
  const values = all.map(({ value = 0 }) => value);
  return { about, value: kind === 'gauge' ? (values.at(-1) ?? 0) : values.reduce((a, b) => a + b) };
}
