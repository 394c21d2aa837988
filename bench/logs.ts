import { readFileSync } from 'node:fs';

type LogRecord = { category: string; tenantId: string; properties: Record<string, unknown> };

const { samples } = JSON.parse(
  readFileSync(new URL('../test/data/records/entra-samples.json', import.meta.url), 'utf8'),
) as { samples: { event: { records: LogRecord[] } }[] };
const templates = samples.flatMap(({ event }) => event.records);
const signIns = templates.filter(({ category }) => /SignInLogs$/.test(category));
const codeOf = ({ properties }: LogRecord) =>
  (properties.status as { errorCode?: number } | undefined)?.errorCode;
const successes = signIns.filter((record) => codeOf(record) === 0);
const failures = signIns.filter((record) => codeOf(record) !== 0);
/** Of so many sign-ins one fails, each from where its person lives. */
const failsEvery = 30;
const audits = templates.filter(
  ({ category, properties }) =>
    category === 'AuditLogs' && properties.category === 'UserManagement',
);

export const tenantId = '60e8de8d-8243-4bff-86c7-2aa35ef4cbf5';

const hex = (n: number) => n.toString(16).padStart(12, '0');
export const adminId = (n: number) =>
  `aaaa${(n % 65_536).toString(16).padStart(4, '0')}-0000-4000-8000-${hex(n)}`;
const userId = (n: number) =>
  `${((n * 2_654_435_761) >>> 0).toString(16).padStart(8, '0')}-1111-4000-8000-${hex(n)}`;

const homeOf = (n: number) => `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;

export type Mix = {
  /** How many different administrators there are. */
  admins: number;
  /** The part of all records that are sign-ins of one of them, 0 to 1. */
  adminShare: number;
  /** The part of all records that are audit records, 0 to 1; the others are sign-ins. */
  auditShare: number;
};

const perBody = 100;

/** Logs of a busy tenant, a hundred records to a body. */
export function logs(count: number, mix: Mix): Buffer[] {
  const bodies: Buffer[] = [];
  for (let from = 0; from < count; from += perBody) {
    const records = Array.from({ length: Math.min(perBody, count - from) }, (_, index) =>
      logRecord(from + index, mix),
    );
    bodies.push(Buffer.from(JSON.stringify({ records })));
  }
  return bodies;
}

/** Whether the nth of all is one of a share, these spread evenly. */
const isIn = (n: number, share: number) => Math.floor((n + 1) * share) > Math.floor(n * share);

export function logRecord(n: number, { admins, adminShare, auditShare }: Mix): LogRecord {
  const isAdmin = isIn(n, adminShare);
  const ofSignIns = n % failsEvery === 0 ? failures : successes;
  const pool = !isAdmin && isIn(n, auditShare) ? audits : ofSignIns;
  const template = pool[Math.floor(n / 10) % pool.length] as LogRecord;
  const id = isAdmin ? adminId(n % admins) : userId(n);
  const text = JSON.stringify({ ...template, tenantId })
    .replaceAll(
      /"(id|correlationId|originalRequestId|sessionId)":"[^"]*"/g,
      `"$1":"${userId(n + 7)}"`,
    )
    .replaceAll(/"userId":"[^"]{36}"/g, `"userId":"${id}"`)
    .replaceAll(/"(ipAddress|callerIpAddress)":"[^"]*"/g, `"$1":"${homeOf(n)}"`)
    // Applications of everyday work, not the portals that a detection looks for.
    .replaceAll('c44b4083-3bb0-49c1-b47d-974e53cbdf3c', '4765445b-32c6-49b0-83e6-1d93765276ca')
    .replaceAll('797f4846-ba00-4fd7-ba43-dac1f8f63013', '4765445b-32c6-49b0-83e6-1d93765276ca')
    .replaceAll('"Seattle"', '"Zürich"');
  return JSON.parse(text) as LogRecord;
}

/** An administrator of that number signs in with a password alone, now. */
export function adminSignIn(n: number): LogRecord {
  const now = new Date().toISOString();
  return {
    ...(signIns[0] as LogRecord),
    tenantId,
    category: 'SignInLogs',
    properties: {
      id: `bench-${n}`,
      createdDateTime: now,
      userId: adminId(n),
      userPrincipalName: `admin${n}@contoso.com`,
      status: { errorCode: 0 },
      isInteractive: true,
      clientAppUsed: 'Browser',
      authenticationRequirement: 'singleFactorAuthentication',
      authenticationDetails: [
        {
          authenticationMethod: 'Password',
          succeeded: true,
          authenticationStepRequirement: 'Primary authentication',
        },
      ],
    },
  };
}
