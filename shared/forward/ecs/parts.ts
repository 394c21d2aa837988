import type { Claim, Verdict } from '../../respond/response.ts';
import type { Severity } from '../../severity.ts';
import { type Draft, filled, shortened } from '../draft.ts';
import type { Answer, SiemEvent } from '../siem-event.ts';
import { product, tenantIdOf } from '../siem-format.ts';

type Named = { id?: string; name?: string };
type Ids = { id?: string[]; name?: string[] };
type User = Named & { roles?: string[] };

/** What our events fill of ECS 9.4. Times are UTC ISO 8601. */
export type EcsEvent = {
  '@timestamp': string;
  ecs: { version: '9.4.0' };
  message?: string;
  event: {
    kind: 'alert' | 'event' | 'state';
    category?: ('authentication' | 'iam' | 'configuration' | 'intrusion_detection')[];
    type: ('start' | 'admin' | 'change' | 'info' | 'end')[];
    id: string;
    action: string;
    severity: number;
    sequence: number;
    module: 'glasswatch';
    dataset: `glasswatch.${SiemEvent['kind']}`;
    /** When it was written; `@timestamp` is when it happened. */
    created: string;
    start?: string;
    end?: string;
    provider?: string;
    outcome?: 'failure';
    reason?: string;
  };
  rule?: Named & { description?: string; reference?: string; ruleset: string; version: string };
  observer: { vendor: string; product: string; type: string; version: string };
  cloud?: { provider: 'azure'; account: { id: string } };
  organization?: { id: string };
  user?: User & { target?: User };
  group?: Named;
  source?: {
    ip?: string;
    address?: string;
    geo?: { city_name?: string; country_iso_code?: string };
  };
  user_agent?: { original: string };
  threat?: { framework: string; tactic?: Ids; technique: Ids & { subtechnique?: Ids } };
  related?: { user?: string[]; ip?: string[] };
  /** What ECS has no field for. All of it keywords, but for numbers, flags and `last_record_at`. */
  glasswatch: {
    change?: string;
    finding?: {
      id: string;
      revision: number;
      is_update: boolean;
      state: string;
      title?: string;
    };
    incident?: IncidentPart;
    severity: Severity;
    subject?: Named & { type: string };
    actor?: { type: string };
    roles?: { template_id?: string; name?: string; scope?: string }[];
    source?: { record_ids?: string[]; correlation_id?: string };
    attack?: { version?: string; replaced_ids?: string[] };
    details?: Record<string, string | string[]>;
    heartbeat?: { interval_seconds: number; waiting: number; last_record_at?: string };
  };
};

type IncidentPart = {
  id?: string;
  status: Answer['status'];
  /** Who has it, or had it last. */
  owner?: Named;
  claim?: Claim;
  verdict?: Verdict;
  is_drill: boolean;
  revision?: number;
  matter?: string;
  title?: string;
  findings?: string[];
};

// The bands of Elastic's own alerts; they have none below low.
const severities = { informational: 21, low: 21, medium: 47, high: 73, critical: 99 } as const;

/** Longer ones Elastic keeps but does not index, so no search finds them (`ignore_above`). */
const maxKeyword = 1024;

type Given = Omit<
  Draft<EcsEvent>,
  'ecs' | 'event' | 'observer' | 'cloud' | 'organization' | 'glasswatch'
> & {
  event: Omit<Draft<EcsEvent['event']>, 'id' | 'severity' | 'module' | 'dataset' | 'created'>;
  glasswatch: Draft<EcsEvent['glasswatch']>;
};

/** The whole event: what all of them have and what is given, cleaned, nothing empty in it, keywords cut. */
export function ecsEvent(told: SiemEvent, given: Given): EcsEvent {
  const tenant = tenantIdOf(told);
  const { '@timestamp': time, message: said, event, ...more } = given;
  const whole = filled<EcsEvent>({
    '@timestamp': time,
    ecs: { version: '9.4.0' },
    message: said,
    event: {
      kind: event.kind,
      category: event.category,
      type: event.type,
      id: told.uid,
      action: event.action,
      severity: severities[given.glasswatch.severity],
      sequence: event.sequence,
      module: 'glasswatch',
      dataset: `glasswatch.${told.kind}`,
      created: told.at,
      start: event.start,
      end: event.end,
      provider: event.provider,
      outcome: event.outcome,
      reason: event.reason,
    },
    observer: {
      vendor: product.vendor_name,
      product: product.name,
      type: 'identity monitoring',
      version: product.version,
    },
    cloud: tenant ? { provider: 'azure', account: { id: tenant } } : undefined,
    organization: tenant ? { id: tenant } : undefined,
    ...more,
  });
  // The one text that is no keyword.
  const { message } = whole;
  return { ...shortened(whole, maxKeyword), ...(message && { message }) };
}

export const answerPart = (id: string, answer: Answer): Draft<IncidentPart> => ({
  id,
  status: answer.status,
  owner: answer.owner ?? undefined,
  claim: answer.claim ?? undefined,
  verdict: answer.verdict ?? undefined,
  is_drill: answer.isDrill,
});

export const namesOf = ({ id, name }: { id: string | null; name: string | null }) => ({
  id: id ?? undefined,
  name: name ?? undefined,
});
