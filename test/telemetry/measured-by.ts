import type { Measure } from '../../shared/telemetry/measures.ts';

/** Writes down what is measured: name, value, attributes. */
export function measuredBy() {
  const noted: [name: string, value: number, about: object][] = [];
  const measure: Measure = (name, value, about) => void noted.push([name, value, { ...about }]);
  return { measure, noted };
}
