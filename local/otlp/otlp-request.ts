import * as z from 'zod';

// 64-bit numbers are texts in this JSON, and need not be.
const number = z.union([z.number(), z.string().regex(/^-?\d+$/)]).transform(Number);

const attributes = z
  .array(z.object({ key: z.string(), value: z.object({ stringValue: z.string() }) }))
  .default([])
  .transform(
    (list): Readonly<Record<string, string>> =>
      Object.fromEntries(list.map(({ key, value }) => [key, value.stringValue])),
  );

const plainPoints = z.array(
  z
    .object({ attributes, asDouble: number.optional(), asInt: number.optional() })
    .refine(({ asDouble, asInt }) => (asDouble ?? asInt) !== undefined, 'has no value'),
);

const histogramPoints = z.array(
  z
    .object({
      attributes,
      count: number,
      sum: number.default(0),
      min: number.optional(),
      max: number.optional(),
      bucketCounts: z.array(number),
      explicitBounds: z.array(number),
    })
    .refine(
      ({ bucketCounts, explicitBounds }) => bucketCounts.length === explicitBounds.length + 1,
      'has another number of buckets than bounds need',
    ),
);

/** 1: what came since the last time; 2: all since the start. */
const aggregationTemporality = z.literal([1, 2]);

const metric = z.object({
  name: z.string().min(1).max(255),
  description: z.string().default(''),
  unit: z.string().default(''),
  sum: z.object({ aggregationTemporality, dataPoints: plainPoints }).optional(),
  gauge: z.object({ dataPoints: plainPoints }).optional(),
  histogram: z.object({ aggregationTemporality, dataPoints: histogramPoints }).optional(),
});
export type OtlpMetric = z.output<typeof metric>;

/**
 * The body of a POST to /v1/metrics, as far as it is made of sums, gauges and histograms.
 *
 * @see https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/metrics/v1/metrics.proto
 */
export const otlpRequest = z.object({
  resourceMetrics: z.array(
    z.object({
      resource: z.object({ attributes }),
      scopeMetrics: z.array(z.object({ metrics: z.array(metric) })),
    }),
  ),
});
export type OtlpRequest = z.output<typeof otlpRequest>;
