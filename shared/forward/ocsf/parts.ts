import type { Party } from '../../finding.ts';
import type { Claim, Verdict } from '../../respond/response.ts';
import { type Draft, textOf } from '../draft.ts';
import type { Answer, SiemEvent } from '../siem-event.ts';
import { product, tenantIdOf } from '../siem-format.ts';

// What the events of OCSF 1.8.0 have in common: https://schema.ocsf.io/1.8.0. Times are epoch milliseconds.

export const severities = {
  informational: { severity_id: 1, severity: 'Informational' },
  low: { severity_id: 2, severity: 'Low' },
  medium: { severity_id: 3, severity: 'Medium' },
  high: { severity_id: 4, severity: 'High' },
  critical: { severity_id: 5, severity: 'Critical' },
} as const;

// There is no priority below low.
const lowest = { priority_id: 1, priority: 'Low' } as const;
export const priorities = {
  informational: lowest,
  low: lowest,
  medium: { priority_id: 2, priority: 'Medium' },
  high: { priority_id: 3, priority: 'High' },
  critical: { priority_id: 4, priority: 'Critical' },
} as const;

/** Of a Detection Finding. */
export const detectionFinding = {
  category_uid: 2,
  category_name: 'Findings',
  class_uid: 2004,
  class_name: 'Detection Finding',
  timezone_offset: 0,
} as const;

const typeNamed = <const Name extends string>(name: Name) =>
  ({ activity_name: name, type_name: `Detection Finding: ${name}` }) as const;

// type_uid is class_uid * 100 + activity_id.
export const activities = {
  create: { activity_id: 1, type_uid: 200401, ...typeNamed('Create') },
  update: { activity_id: 2, type_uid: 200402, ...typeNamed('Update') },
  close: { activity_id: 3, type_uid: 200403, ...typeNamed('Close') },
} as const;

const statuses = {
  open: { status_id: 1, status: 'New' },
  acknowledged: { status_id: 2, status: 'In Progress' },
  resolved: { status_id: 4, status: 'Resolved' },
} as const;

const falsePositive = { verdict_id: 1, verdict: 'False Positive' } as const;
const truePositive = { verdict_id: 2, verdict: 'True Positive' } as const;
const verdicts = {
  false: falsePositive,
  true: truePositive,
  misuse: truePositive,
  expected: { verdict_id: 5, verdict: 'Benign' },
  drill: { verdict_id: 6, verdict: 'Test' },
} as const;

type OneOf<T> = T[keyof T];
export type Severities = OneOf<typeof severities>;
export type Priorities = OneOf<typeof priorities>;
export type Activities = OneOf<typeof activities>;

export type Named = { uid?: string; name?: string };
export type User = Named & { type_id: 0 | 1 | 4 | 99; type: string };
export type Target = Named & { type: string; role_id: 1; role: 'Target' };
export type Cloud = {
  provider: 'Azure';
  account: { type_id: 17; type: 'M365 Tenant'; uid: string };
};
export type Observable = {
  name: string;
  type_id: 2 | 4 | 10 | 16 | 31 | 38;
  type: string;
  value: string;
};

export type Metadata = {
  version: '1.8.0';
  product: typeof product;
  profiles?: ('cloud' | 'incident')[];
  uid: string;
  /** `finding.created`, `incident.acknowledged` and so on. */
  event_code: string;
  sequence: number;
  correlation_uid?: string;
  tenant_uid?: string;
  log_name?: string;
  original_event_uid?: string;
  original_time: string;
  logged_time: number;
};

/** How people have answered it. Only what is closed by people has a verdict. */
export type Handling = OneOf<typeof statuses> & {
  assignee?: User;
  is_suspected_breach?: boolean;
} & Partial<OneOf<typeof verdicts>>;

/** What OCSF has no attribute for, or only a coarser one. */
export type UnmappedAnswer = {
  claim?: Claim;
  verdict?: Verdict;
  isDrill: boolean;
  lastOwner?: { id?: string; name?: string };
};

type Given = { profiles: readonly 'incident'[] } & Omit<
  Draft<Metadata>,
  'version' | 'product' | 'profiles' | 'uid' | 'tenant_uid' | 'logged_time'
>;

export function metadataOf(event: SiemEvent, given: Given): Draft<Metadata> {
  const tenant_uid = tenantIdOf(event);
  return {
    version: '1.8.0',
    product,
    ...given,
    // Naming the profile makes `cloud` mandatory.
    profiles: [...(tenant_uid ? (['cloud'] as const) : []), ...given.profiles],
    uid: event.uid,
    tenant_uid,
    logged_time: Date.parse(event.at),
  };
}

export function cloudOf(event: SiemEvent): Draft<Cloud> | undefined {
  const uid = tenantIdOf(event);
  return uid
    ? { provider: 'Azure', account: { type_id: 17, type: 'M365 Tenant', uid } }
    : undefined;
}

/** @param isOver - the finding itself is, whatever became of its incident. */
export function handlingOf(answer: Answer, isOver = false): Draft<Handling> {
  const { status, owner, verdict } = answer;
  const has = status !== 'open' && owner ? namesOf(owner) : undefined;
  return {
    ...statuses[isOver ? 'resolved' : status],
    assignee: has && { ...has, type_id: 1, type: 'User' },
    is_suspected_breach: isBreach(answer),
    ...(verdict && verdicts[verdict]),
  };
}

/** A true finding may be an administrator's slip: of those nothing is known. */
function isBreach({ claim, verdict }: Answer): boolean | undefined {
  if (verdict === null) return claim === 'misuse' ? true : undefined;
  return verdict === 'true' ? undefined : verdict === 'misuse';
}

export const unmappedAnswer = ({ status, owner, claim, verdict, isDrill }: Answer) => ({
  claim: claim ?? undefined,
  verdict: verdict ?? undefined,
  isDrill,
  // Nobody is assigned to what is open, though somebody was.
  lastOwner: status === 'open' ? (owner ?? undefined) : undefined,
});

export const namesOf = ({ id, name }: Pick<Party, 'id' | 'name'>) => {
  const [uid, shown] = [textOf(id), textOf(name)];
  return uid || shown ? { uid, name: shown } : undefined;
};

export function targetOf(subject: Party): Draft<Target> | undefined {
  const names = namesOf(subject);
  return names && { ...names, type: subject.type, role_id: 1, role: 'Target' };
}

/** What an analyst looks up elsewhere, with the path of where it stands; undefined if it is not told. */
export const observable = (
  type_id: Observable['type_id'],
  type: string,
  name: string,
  value: string | undefined,
): Observable | undefined => (value ? { type_id, type, name, value } : undefined);

export const targetObservables = (target: Draft<Named> | undefined) => [
  observable(10, 'Resource UID', 'resources[0].uid', target?.uid),
  observable(38, 'Resource Details Object: name', 'resources[0].name', target?.name),
];
