import type { ConsoleDeps } from '../../shared/console/console.ts';
import { consoleApp } from '../../shared/console/console.ts';
import type { Canary } from '../../shared/console/deps.ts';
import type { Drill } from '../../shared/drill/drill.ts';
import { derivedId, type KeptFinding } from '../../shared/finding.ts';
import type { SinkStatus } from '../../shared/forward/sink-status.ts';
import type { Incident } from '../../shared/incident.ts';
import type { PersonSettings } from '../../shared/policy/people.ts';
import { memoryCases } from '../../shared/record/memory-cases.ts';
import { newDelivery } from '../../shared/record/outbox.ts';
import { unheard } from '../../shared/record/unheard.ts';
import { unanswered } from '../../shared/respond/answering.ts';
import { checklistOf } from '../../shared/respond/checklist.ts';
import type { Act, Entry } from '../../shared/respond/journal.ts';
import { personalLinks, type UsedLink } from '../../shared/respond/link.ts';
import { keyRing, type Ring } from '../../shared/respond/link-keys.ts';
import { memoryDue } from '../../shared/respond/memory-due.ts';
import { responder } from '../../shared/respond/respond.ts';
import type { Person } from '../../shared/respond/response.ts';
import type { Silence } from '../../shared/route/silence.ts';
import { memoryShelf } from '../../shared/shelf.ts';
import { isoOf, minuteMs } from '../../shared/time.ts';
import { about, keep, sampleFinding, sampleIncident } from '../tell/sample-alerts.ts';

export const origin = 'https://glasswatch.contoso.example';
export const night = Date.parse('2026-11-20T02:05:12.000Z');
export const incidentId = sampleIncident().id;
/** About an account that is no break-glass account. */
export const roleId = '8d1f0a6b5c2e4d7f9a3b6c8e1d4f7a20';
export const drillId = 'd1e2f3a4b5c6';
export const glassId = '9d4a6f0b-27c3-4e18-8b5d-c60e13fa7294';

export const ids = {
  ana: '0a6f2f3e-0001-4000-8000-000000000001',
  ben: '0a6f2f3e-0002-4000-8000-000000000002',
  guest: '0a6f2f3e-0003-4000-8000-000000000003',
  boss: '0a6f2f3e-0004-4000-8000-000000000004',
};

export const people: Record<string, PersonSettings> = {
  ana: { name: 'Ana Ruiz', account: 'ana.ruiz@contoso.example', mail: 'ana@elsewhere.example' },
  ben: { name: 'Ben Osei', account: ids.ben },
  // In the list by mistake: what it is goes before.
  glass: { name: 'Break glass', account: glassId },
};

type Principal = { oid?: string; upn?: string; name?: string; roles?: readonly string[] };

/** `x-ms-client-principal`, in the platform's form. */
export function principal({ oid, upn, name, roles = [] }: Principal): string {
  const claims = [
    ...(oid
      ? [{ typ: 'http://schemas.microsoft.com/identity/claims/objectidentifier', val: oid }]
      : []),
    ...(upn ? [{ typ: 'preferred_username', val: upn }] : []),
    ...(name ? [{ typ: 'name', val: name }] : []),
    ...roles.map((val) => ({ typ: 'roles', val })),
  ];
  return Buffer.from(
    JSON.stringify({ auth_typ: 'aad', name_typ: 'name', role_typ: 'roles', claims }),
  ).toString('base64');
}

const one = (given: Principal) => ({ 'x-ms-client-principal': principal(given) });
const upn = (name: string) => `${name}@contoso.example`;

/** Whoever may come. */
export const callers = {
  anonymous: {},
  forged: { 'x-ms-client-principal': Buffer.from('{"claims":"all"}').toString('base64') },
  stranger: one({ oid: ids.guest, upn: upn('stranger'), name: 'Stranger' }),
  reader: one({ oid: ids.guest, upn: upn('rita'), name: 'Rita Reader', roles: ['Reader'] }),
  unlisted: one({ oid: ids.guest, upn: upn('uma'), name: 'Uma', roles: ['Responder'] }),
  ana: one({ oid: ids.ana, upn: upn('Ana.Ruiz'), name: 'Ana', roles: ['Responder'] }),
  ben: one({ oid: ids.ben, upn: upn('ben'), name: 'Ben', roles: ['Admin'] }),
  admin: one({ oid: ids.boss, upn: upn('boss'), name: 'Boss', roles: ['Admin'] }),
  glass: one({ oid: glassId, upn: 'bg-01@contoso.example', name: 'BG', roles: ['Admin'] }),
} as const;
export type CallerName = keyof typeof callers;

type Options = {
  /** Put into every text that somebody else may have written. */
  word?: string;
  /** Acts, entries and so on of each kind. */
  many?: number;
  people?: Record<string, PersonSettings>;
  incident?: Partial<Incident>;
  hasPlatformSignIn?: boolean;
  allowLoopback?: boolean;
  /** Where the pages are looked at. */
  consoleUrl?: string | null;
  closing?: ConsoleDeps['closing'];
};

export type Scene = Awaited<ReturnType<typeof openScene>>;

/** The console over stores in memory, in the night of a break-glass use, with a clock of its own. */
export async function openScene(options: Options = {}) {
  const { word, many = 1, consoleUrl = origin } = options;
  const say = (text: string) => word ?? text;
  let now = night;
  const clock = () => now;
  const cases = memoryCases();
  const shelves = {
    keys: memoryShelf<Ring>(),
    used: memoryShelf<UsedLink>(),
    drills: memoryShelf<Drill>(),
    silences: memoryShelf<Silence>(),
    canaries: memoryShelf<Canary>(),
  };
  const warnings: string[] = [];

  await fill(cases, { say, many, incident: options.incident ?? {} });
  const ana: Person = { id: 'ana', name: say('Ana Ruiz'), identifiedBy: 'sign-in' };
  await shelves.drills.put(drillId, drillBy(ana, say));
  await shelves.silences.put('s1', silenceBy(ana, say));
  await shelves.canaries.put('soc-mail canary1', {
    sentAt: isoOf(night - minuteMs),
    confirmedAt: null,
    confirmedBy: null,
  });

  const keys = keyRing(shelves.keys, clock);
  const links = personalLinks({ keys, used: shelves.used }, clock);
  const answering = { ...unanswered, closing: options.closing ?? { secondPerson: true } };
  const outbox = { mark: async () => {}, wake: async () => {} };
  const responding = responder({
    ...{ cases, outbox, answering, feed: unheard.feed },
    due: memoryDue(),
    now: clock,
  });

  const deps: ConsoleDeps = {
    hasPlatformSignIn: options.hasPlatformSignIn ?? true,
    allowLoopback: options.allowLoopback ?? false,
    people: options.people ?? people,
    isBreakGlass: async ({ id, name }) =>
      id === glassId || name?.toLowerCase() === 'bg-01@contoso.example',
    cases,
    acts: (id) => cases.acts(id),
    responding,
    keys,
    links,
    consoleUrl,
    tenantName: () => say('contoso'),
    about,
    closing: answering.closing,
    nextTierOf: ({ status }) =>
      status === 'open'
        ? { nextAt: isoOf(night + 3 * minuteMs), nextTier: 2, asks: [say('Ben Osei'), 'pager'] }
        : null,
    checklist: (incident, { findings, entries }, acts) =>
      checklistOf({ incident, findings, entries, acts, now: clock() }),
    drills: {
      list: async () => [...(await shelves.drills.all()).values()].map(({ value }) => value),
      get: async (id) => (await shelves.drills.get(id))?.value,
      async declare(given, by) {
        if (given.account !== glassId) return { done: false, says: say('No such account.') };
        const declared = { ...drillBy(by, say), ...given, id: 'new-drill' };
        await shelves.drills.put('new-drill', {
          ...declared,
          account: { id: glassId, name: 'bg' },
        });
        return { done: true };
      },
      async cancel(id) {
        const row = await shelves.drills.get(id);
        if (row?.value.state !== 'declared') return { done: false, says: say('It goes on.') };
        await shelves.drills.put(id, { ...row.value, state: 'cancelled' });
        return { done: true };
      },
      accounts: async () => [
        {
          tenantId: 'tenant-1',
          id: glassId,
          name: say('bg-01@contoso.example'),
          lastProvenAt: isoOf(night - 100 * 24 * 60 * minuteMs),
          maxAgeDays: 90,
        },
        {
          tenantId: 'tenant-1',
          id: 'bg-2',
          name: say('bg-02@contoso.example'),
          lastProvenAt: null,
          maxAgeDays: 90,
        },
      ],
    },
    silences: {
      list: async () => [...(await shelves.silences.all()).values()].map(({ value }) => value),
      async declare(given, by) {
        if (given.detections.some((id) => id.startsWith('breakglass-'))) {
          return { done: false, says: 'Nothing silences a break-glass account.' };
        }
        const rest = { id: 'new-silence', by, createdAt: isoOf(now), ended: null };
        await shelves.silences.put('new-silence', { ...given, ...rest });
        return { done: true };
      },
      async end(id, by) {
        const row = await shelves.silences.get(id);
        if (!row) return { done: false, says: say('There is none.') };
        await shelves.silences.put(id, { ...row.value, ended: { by, at: isoOf(now) } });
        return { done: true };
      },
    },
    channels: {
      states: async () => [
        { name: 'soc-teams', type: 'teams', state: 'proven', why: null, since: isoOf(night) },
        {
          name: 'soc-mail',
          type: say('email'),
          state: 'unproven',
          why: say('Nobody has confirmed the last test.'),
          since: null,
        },
        {
          name: say('pager'),
          type: 'pagerduty',
          state: 'failing',
          why: say('502 Bad Gateway'),
          since: isoOf(night - 5 * minuteMs),
        },
      ],
      canary: async (channel, id) => (await shelves.canaries.get(`${channel} ${id}`))?.value,
      async confirm(channel, id, by) {
        const row = await shelves.canaries.get(`${channel} ${id}`);
        if (!row) return { done: false, says: 'There is no such test.' };
        const confirmed = { confirmedAt: isoOf(now), confirmedBy: by.name };
        await shelves.canaries.put(`${channel} ${id}`, { ...row.value, ...confirmed });
        return { done: true };
      },
    },
    api: {
      countDeadLetters: async () => 3,
      countWaiting: async () => 2,
      directories: async () => [],
      scorecards: async () => [],
      sinks: async () => sinkStates(say, many),
    },
    now: clock,
    warn: (message) => warnings.push(message),
  };
  const app = consoleApp(deps);
  // The first form makes the first key; that is no act of whoever asked for the page.
  await keys.sign({ audience: 'form', subject: 'x', purpose: 'x', id: 'x' }, 1000);

  const request = (path: string, init: RequestInit & { as?: CallerName } = {}) => {
    const { as = 'ana', ...rest } = init;
    const headers = { ...callers[as], ...(rest.headers as Record<string, string>) };
    return app.fetch(new Request(origin + path, { ...rest, headers, redirect: 'manual' }));
  };

  return {
    deps,
    app,
    cases,
    shelves,
    links,
    keys,
    warnings,
    request,
    get: (path: string, as: CallerName = 'ana') => request(path, { as }),
    /** As a browser sends a form of this site. */
    post: (
      path: string,
      fields: Record<string, string>,
      { as = 'ana', headers = {} }: { as?: CallerName; headers?: Record<string, string> } = {},
    ) =>
      request(path, {
        as,
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          origin: 'null',
          'sec-fetch-site': 'same-origin',
          ...headers,
        },
        body: new URLSearchParams(fields).toString(),
      }),
    linkFor: (person: string, delivery = 'delivery-1', incident = incidentId) =>
      links.linkFor({ id: incident }, { id: person }, delivery),
    wait(ms: number) {
      now += ms;
    },
    incident: async (id = incidentId) => (await cases.load(id))?.incident as Incident,
    entries: async (id = incidentId) => (await cases.load(id))?.entries ?? [],
    /** All that is stored, to see whether anything of it has changed. */
    async stored(): Promise<string> {
      const kept = [];
      for (const { id } of await cases.incidents({ limit: 1000 })) {
        kept.push(await cases.load(id), await cases.acts(id));
      }
      const rows = [];
      for (const shelf of Object.values(shelves)) rows.push([...(await shelf.all())]);
      return JSON.stringify([kept, rows]);
    },
  };
}

const minutesAgo = (minutes: number) => isoOf(night - minutes * minuteMs);

type Words = { say(text: string): string; many: number; incident: Partial<Incident> };

async function fill(cases: ReturnType<typeof memoryCases>, { say, many, incident: given }: Words) {
  const hostile = (finding: KeptFinding): KeptFinding => ({
    ...finding,
    finding: {
      ...finding.finding,
      title: say(finding.finding.title),
      summary: say(finding.finding.summary),
      subject: { type: 'user', id: glassId, name: say('bg-01@contoso.example') },
      actor: {
        type: 'user',
        id: glassId,
        name: say('bg-01@contoso.example'),
        ip: say('203.0.113.9'),
      },
      details: Object.fromEntries(
        Object.entries({
          app: 'Azure Portal',
          client: 'Browser',
          city: 'Lisbon',
          country: 'PT',
          device: 'not registered',
          userAgent: 'Mozilla/5.0',
        }).map(([key, value]) => [key, say(value)]),
      ),
    },
  });
  const first = hostile(
    keep(sampleFinding(), { arrivedAt: minutesAgo(2.02), detectedAt: minutesAgo(2) }),
  );
  const title = first.finding.title;
  const incident = sampleIncident({
    title,
    subject: first.finding.subject,
    response: { ...sampleIncident().response, askedAt: minutesAgo(2) },
    ...given,
  });
  const at = Date.parse(incident.openedAt);
  const deliveries = ['soc-teams', 'soc-mail', 'pager'].map((channel, i) => ({
    ...newDelivery(incident, say(channel), 'new', at, { findings: [first.finding.id] }),
    id: derivedId('delivery', channel),
    ...(i < 2
      ? { state: 'sent' as const, sentAt: minutesAgo(2) }
      : { lastError: say('502 Bad Gateway') }),
  }));
  const entries: Entry[] = [
    ...Array.from({ length: many }, (_, i) => ({
      id: `opened-${i}`,
      incident: incident.id,
      tenantId: incident.tenantId,
      kind: 'opened' as const,
      at: minutesAgo(2),
      revision: 1,
      by: { id: 'glasswatch', name: say('Glasswatch'), identifiedBy: 'service' as const },
      text: say('Opened: Break-glass account USED'),
      data: {},
    })),
  ];
  await cases.save({
    incidentId: incident.id,
    incident: { value: incident, version: null },
    findings: [{ value: first, version: null }],
    deliveries,
    entries,
  });
  const acts: Act[] = Array.from({ length: many + 1 }, (_, i) => ({
    id: `act-${i}`,
    incident: incident.id,
    at: isoOf(night - (many - i + 20) * 1000),
    kind: i === 0 ? 'signIn' : 'audit',
    what: say(i === 0 ? 'signed in to Azure Portal' : 'Add member to role'),
    isSuccess: i !== 1,
    isOwn: true,
    isRenewal: false,
    ip: say('203.0.113.9'),
    record: null,
  }));
  await cases.saveActs(incident.id, acts);
  await fillRole(cases, { say });
}

async function fillRole(cases: ReturnType<typeof memoryCases>, { say }: Pick<Words, 'say'>) {
  const finding = sampleFinding({
    id: 'a1a2a3a4a5a6a7a8a9aaabacadaeaf01',
    incident: roleId,
    detection: 'privileged-role-assigned-outside-pim',
    severity: 'high',
    title: say('jo@contoso.example gave sam@contoso.example Global Administrator outside PIM'),
    summary: say('A standing assignment over the whole directory.'),
    time: minutesAgo(90),
    actor: { type: 'user', id: 'jo', name: say('jo@contoso.example'), ip: say('198.51.100.24') },
    details: { justification: say('covering for Ana'), ticket: say('CHG-4711') },
  });
  const { title, severity, time } = finding;
  const incident = sampleIncident({
    id: roleId,
    matter: 'role',
    title,
    severity,
    firstAt: time,
    lastAt: time,
    openedAt: time,
    updatedAt: time,
  });
  await cases.save({
    incidentId: roleId,
    incident: { value: incident, version: null },
    findings: [{ value: keep(finding), version: null }],
    deliveries: [],
  });
}

/** One that works, one that fails, one that refuses; of the last as many as there is much else. */
export const sinkStates = (say: (text: string) => string, many: number): SinkStatus[] => {
  const well: SinkStatus = {
    name: 'soc-sentinel',
    what: say('Custom-Glasswatch_CL at watch.ingest.monitor.azure.com, as sentinel'),
    heartbeat: true,
    lastTakenAt: minutesAgo(2),
    waiting: 0,
    isMoreWaiting: false,
    waitingSince: null,
    failingSince: null,
    lastError: null,
    refused: 0,
    refusals: [],
  };
  const failing = {
    name: say('soc-splunk'),
    failingSince: minutesAgo(22),
    lastError: say('splunk.contoso.example answered 503: Server is busy'),
    lastTakenAt: minutesAgo(23),
    waiting: 12,
    waitingSince: minutesAgo(22),
  };
  const refusals = Array.from({ length: Math.min(many, 20) }, (_, i) => ({
    uid: `${derivedId('refused', String(i))}.1`,
    says: say('mapper_parsing_exception: failed to parse field [details]'),
    at: minutesAgo(40 + i),
  }));
  const refusing = { name: 'soc-elastic', heartbeat: false, refused: many, refusals };
  return [well, { ...well, ...failing }, { ...well, ...refusing }];
};

const drillBy = (by: Person, say: (text: string) => string): Drill => ({
  id: drillId,
  tenantId: 'tenant-1',
  account: { id: glassId, name: say('bg-01@contoso.example') },
  incident: incidentId,
  declaredBy: by,
  declaredAt: minutesAgo(60),
  reason: say('Quarterly drill'),
  from: minutesAgo(30),
  until: isoOf(night + 30 * minuteMs),
  signedInAt: minutesAgo(5),
  arrivedAt: minutesAgo(3),
  detectedAt: minutesAgo(2.9),
  alerted: { [say('soc-teams')]: minutesAgo(2.8), 'soc-mail': minutesAgo(2.5) },
  acknowledged: { by, at: minutesAgo(1) },
  closed: null,
  state: 'declared',
});

const silenceBy = (by: Person, say: (text: string) => string): Silence => ({
  id: 's1',
  detections: [say('admin-new-device')],
  accounts: [say('ana.ruiz@contoso.example')],
  tenants: [],
  by,
  reason: say('New laptops this week'),
  createdAt: minutesAgo(300),
  until: isoOf(night + 600 * minuteMs),
  ended: null,
});

/** The value of a field of the (only) form that goes to this place. */
export function fieldsIn(page: string, action: string): Record<string, string> {
  const [, form = ''] = page.split(`action="${action}"`);
  const [inside = ''] = form.split('</form>');
  return Object.fromEntries(
    [...inside.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)].map(
      ([, name = '', value = '']) => [name, value],
    ),
  );
}
