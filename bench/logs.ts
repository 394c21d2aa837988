import { readFileSync } from 'node:fs';

type LogRecord = { category: string; tenantId: string; properties: Record<string, unknown> };

const { samples } = JSON.parse(
  readFileSync(new URL('../test/data/records/entra-samples.json', import.meta.url), 'utf8'),
) as { samples: { event: { records: LogRecord[] } }[] };
const templates = samples.flatMap(({ event }) => event.records);
const signIns = templates.filter(({ category }) => /SignInLogs$/.test(category));
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

/**
 * Logs of a busy tenant: nine sign-ins to one audit record, by people of whom one in a hundred is an
 * administrator, a hundred records to a body.
 */
export function logs(count: number, { admins = 200, everyNth = 100 } = {}): Buffer[] {
  const bodies: Buffer[] = [];
  for (let from = 0; from < count; from += 100) {
    const records = Array.from({ length: Math.min(100, count - from) }, (_, index) =>
      logRecord(from + index, admins, everyNth),
    );
    bodies.push(Buffer.from(JSON.stringify({ records })));
  }
  return bodies;
}

function logRecord(n: number, admins: number, everyNth: number): LogRecord {
  const pool = n % 10 === 9 ? audits : signIns;
  const template = pool[Math.floor(n / 10) % pool.length] as LogRecord;
  const isAdmin = n % everyNth === 0;
  const id = isAdmin ? adminId(n % admins) : userId(n);
  const text = JSON.stringify({ ...template, tenantId })
    .replaceAll(
      /"(id|correlationId|originalRequestId|sessionId)":"[^"]*"/g,
      `"$1":"${userId(n + 7)}"`,
    )
    .replaceAll(/"userId":"[^"]{36}"/g, `"userId":"${id}"`)
    // Applications of everyday work, not the portals that a detection looks for.
    .replaceAll('c44b4083-3bb0-49c1-b47d-974e53cbdf3c', '4765445b-32c6-49b0-83e6-1d93765276ca')
    .replaceAll('797f4846-ba00-4fd7-ba43-dac1f8f63013', '4765445b-32c6-49b0-83e6-1d93765276ca')
    .replaceAll('"Seattle"', '"Zürich"');
  return JSON.parse(text) as LogRecord;
}
