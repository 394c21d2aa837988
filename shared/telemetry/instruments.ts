import type { Meter } from '@opentelemetry/api';
import { type Measure, type MeasureInfo, measures } from './measures.ts';

type Note = (value: number, about: Readonly<Record<string, string>>) => void;

/** An instrument for each measure; what is noted goes there. */
export function measureBy(meter: Meter): Measure {
  const notes = new Map<string, Note>(
    Object.entries<MeasureInfo>(measures).map(([name, info]) => [name, noteBy(meter, name, info)]),
  );
  return (name, value, about) => {
    // A time that could not be read is no number, and a sum with it never is one again.
    if (Number.isFinite(value)) notes.get(name)?.(value, about as Readonly<Record<string, string>>);
  };
}

function noteBy(meter: Meter, name: string, { kind, unit, says, bounds }: MeasureInfo): Note {
  const options = { unit, description: says };
  if (kind === 'counter') {
    const counter = meter.createCounter(name, options);
    return (value, about) => counter.add(value, about);
  }
  if (kind === 'gauge') {
    const gauge = meter.createGauge(name, options);
    return (value, about) => gauge.record(value, about);
  }
  const advice = bounds && { explicitBucketBoundaries: [...bounds] };
  const histogram = meter.createHistogram(name, { ...options, ...(advice && { advice }) });
  // Two clocks may differ by more than a record is old; an instrument leaves out what is below nought.
  return (value, about) => histogram.record(Math.max(0, value), about);
}
