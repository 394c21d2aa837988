import { severities } from '../severity.ts';
import { measuredCategories } from './measured-category.ts';

/**
 * What an attribute may hold: one of these words, or, in the words of a sentence, a name that the policy
 * or this repository gives. Never what stands in a log: no measure has a name, an address or a mailbox.
 */
type Attribute = readonly string[] | string;

export type MeasureInfo = {
  /** `counter`: adds up. `histogram`: one value among many. `gauge`: as it stood when somebody looked. */
  kind: 'counter' | 'histogram' | 'gauge';
  /** By UCUM; in braces what is counted. */
  unit: string;
  says: string;
  about: Readonly<Record<string, Attribute>>;
  /** Of a histogram: what lies between two of these is counted together. In its unit. */
  bounds?: readonly number[];
};

const sinkName = 'the name of the SIEM in the policy';
const channelName = 'the name of the channel in the policy';

/** From what nobody notices to what somebody should have been told of long ago. */
const waits = [0.25, 0.5, 1, 2, 3, 5, 10, 15, 30, 60, 120, 300, 600, 1_800, 3_600];
/** Entra takes minutes for most of its logs, and hours on a bad day. */
const ages = [5, 15, 30, 60, 90, 120, 180, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 86_400];

/**
 * Everything that the service measures of itself, by the names under which it is exported.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/general/metrics/
 */
export const measures = {
  'glasswatch.records': {
    kind: 'counter',
    unit: '{record}',
    says: 'Log records that came, by what became of them. What is set aside lies with the dead letters.',
    about: { outcome: ['judged', 'skipped', 'set aside'] },
  },
  'glasswatch.record.age': {
    kind: 'histogram',
    unit: 's',
    says: 'How old a record was when it was judged: mostly the time that Entra took to export it.',
    about: { category: measuredCategories },
    bounds: ages,
  },
  'glasswatch.ingest.wait': {
    kind: 'histogram',
    unit: 's',
    says: 'How long a message lay in the event hub until its records were judged and saved.',
    about: {},
    bounds: waits,
  },
  'glasswatch.findings': {
    kind: 'counter',
    unit: '{finding}',
    says: 'Findings that were new, said something new, or were over.',
    about: {
      detection: 'the id of the detection',
      severity: severities,
      change: ['created', 'updated', 'closed'],
    },
  },
  'glasswatch.incidents': {
    kind: 'counter',
    unit: '{change}',
    says: 'What became of incidents.',
    about: { change: ['acknowledged', 'lapsed', 'resolved', 'reopened'] },
  },
  'glasswatch.deliveries': {
    kind: 'counter',
    unit: '{attempt}',
    says: 'Attempts to tell people. What failed is tried again.',
    about: { channel: channelName, outcome: ['delivered', 'failed'] },
  },
  'glasswatch.alert.delay': {
    kind: 'histogram',
    unit: 's',
    says: 'From the moment that a finding was saved until the channel had taken the message that tells it.',
    about: { channel: channelName },
    bounds: waits,
  },
  'glasswatch.alerts.waiting': {
    kind: 'gauge',
    unit: '{incident}',
    says: 'Incidents with messages that were not taken at once.',
    about: {},
  },
  'glasswatch.siem.events': {
    kind: 'counter',
    unit: '{event}',
    says: 'Events for SIEMs, by what became of them. What a SIEM refused lies with the dead letters.',
    about: { sink: sinkName, outcome: ['taken', 'filtered', 'refused'] },
  },
  'glasswatch.siem.delay': {
    kind: 'gauge',
    unit: 's',
    says: 'How long the oldest event that a SIEM has not taken has been waiting; 0: none is.',
    about: { sink: sinkName },
  },
  'glasswatch.directory.age': {
    kind: 'gauge',
    unit: 's',
    says: 'How old the known directory of a tenant is.',
    about: { tenant: 'the id of the tenant' },
  },
  'glasswatch.graph.requests': {
    kind: 'counter',
    unit: '{request}',
    says: 'Requests to Microsoft Graph for reading the directory.',
    about: { tenant: 'the id of the tenant' },
  },
  'glasswatch.storage.requests': {
    kind: 'counter',
    unit: '{request}',
    says: 'Requests to storage, each repeat by itself: what most of the bill is made of.',
    about: {
      service: ['table', 'blob', 'queue'],
      operation: ['read', 'write', 'delete'],
      outcome: ['done', 'missing', 'conflict', 'throttled', 'failed'],
    },
  },
} as const satisfies Readonly<Record<string, MeasureInfo>>;

export type MeasureName = keyof typeof measures;

type About<Name extends MeasureName> = {
  readonly [Key in keyof (typeof measures)[Name]['about']]: (typeof measures)[Name]['about'][Key] extends readonly (infer Word)[]
    ? Word
    : string;
};

/**
 * Notes a value. Never throws, and never waits.
 *
 * @param value - added to a counter; for a histogram or a gauge the value itself, in its unit.
 */
export type Measure = <Name extends MeasureName>(
  name: Name,
  value: number,
  about: About<Name>,
) => void;

export type Telemetry = {
  measure: Measure;
  /** Sends what was noted since the last time. Never throws. */
  flush(): Promise<void>;
};

/** Where nobody asked for telemetry. */
export const noTelemetry: Telemetry = { measure: () => {}, flush: async () => {} };
