import { describe, expect, test } from 'vitest';
import { newFindingEvent } from '../../shared/forward/events-of.ts';
import type { EventStore } from '../../shared/forward/feed.ts';
import type { CaseStore } from '../../shared/record/case-store.ts';
import { newDelivery } from '../../shared/record/outbox.ts';
import type { Act, Entry } from '../../shared/respond/journal.ts';
import { service } from '../../shared/respond/response.ts';
import type { DeliveryStore } from '../../shared/tell/notify.ts';
import { at, newCase, newIncidentId, sampleFinding, sampleIncident } from './sample-findings.ts';

type Cases = CaseStore & DeliveryStore & EventStore;

const later = '2026-11-02T09:00:00.000Z';
const conflict = expect.objectContaining({ code: 'STORE_CONFLICT' });

/** What every store of cases does, real or in memory. */
export function casesContract(name: string, cases: () => Cases): void {
  describe(`cases in ${name}`, () => {
    test('what was saved is read again, with a version', async () => {
      const id = newIncidentId();
      const change = newCase(id);
      await cases().save(change);

      const findingId = change.findings[0]?.value.finding.id ?? '';
      const { incident, findings } = await cases().read(id, [findingId, 'no such finding']);
      expect(incident?.value).toEqual(change.incident?.value);
      expect(incident?.version).toEqual(expect.any(String));
      expect([...findings.keys()]).toEqual([findingId]);
      expect(findings.get(findingId)?.value).toEqual(change.findings[0]?.value);
      expect(await cases().findingsOf(id)).toEqual([change.findings[0]?.value]);
      expect((await cases().load(id))?.deliveries.map(({ value }) => value)).toEqual(
        change.deliveries,
      );
    });

    test('its journal is read in the order of its story, and keeps its place in the ledger', async () => {
      const id = newIncidentId();
      const entry = (name: string, revision: number): Entry => ({
        id: name,
        incident: id,
        tenantId: 'tenant-1',
        kind: 'noted',
        at,
        revision,
        by: service,
        text: 'a line \u2028 of it',
        data: { item: null },
      });
      const change = newCase(id);
      await cases().save({ ...change, entries: [entry('b', 1)] });
      const more = { incidentId: id, incident: null, findings: [], deliveries: [] };
      await cases().save({ ...more, entries: [entry('a', 2)] });
      const before = (await cases().load(id))?.entries ?? [];
      expect(before).toEqual([
        { ...entry('b', 1), seq: null },
        { ...entry('a', 2), seq: null },
      ]);
      for (const one of before) await cases().saveEntry({ ...one, seq: one.revision });
      expect((await cases().load(id))?.entries.map(({ seq }) => seq)).toEqual([1, 2]);
    });

    test('what SIEMs are told is kept by its number, and is no part of what is sent to people', async () => {
      const id = newIncidentId();
      const numbered = (seq: number, time: string) => {
        const { finding } = sampleFinding(id, `event ${seq}`, { finding: { time } });
        return { seq, event: newFindingEvent(finding) };
      };
      // After ten comes eleven, and not two.
      const [two, ten, eleven] = [numbered(2, at), numbered(10, at), numbered(11, later)] as const;
      await cases().save({ ...newCase(id), events: [two, ten] });
      const more = { incidentId: id, incident: null, findings: [], deliveries: [] };
      await cases().save({ ...more, events: [eleven] });
      await expect(cases().save({ ...more, events: [ten] })).rejects.toEqual(conflict);

      expect(await cases().event({ incident: id, seq: 10 })).toEqual(ten.event);
      expect(await cases().event({ incident: id, seq: 3 })).toBeUndefined();
      expect(await cases().event({ incident: 'no such incident', seq: 2 })).toBeUndefined();
      const within = async (from: string, to: string) => {
        const found = [];
        const range = { from: Date.parse(from), to: Date.parse(to) };
        for await (const one of cases().written(range)) if (one.incident === id) found.push(one);
        return found;
      };
      const all = [two, ten, eleven].map((one) => ({ incident: id, ...one }));
      expect(await within(at, '2026-11-03T00:00:00Z')).toEqual(all);
      expect(await within(at, later)).toEqual(all.slice(0, 2));
      expect((await cases().load(id))?.findings).toHaveLength(1);
    });

    test('acts are kept by time, each once, and are no part of what is sent', async () => {
      const id = newIncidentId();
      const act = (name: string, time: string): Act => ({
        id: name,
        incident: id,
        at: time,
        kind: 'audit',
        what: 'Add member to role',
        isSuccess: true,
        isOwn: true,
        isRenewal: false,
        ip: null,
        record: null,
      });
      await cases().save(newCase(id));
      const [late, early] = [act('1', '2026-11-02T09:00:00.000Z'), act('2 /?#', at)];
      const many = Array.from({ length: 150 }, (_, n) => act(`n ${n}`, '2026-11-02T08:30:00.000Z'));
      await cases().saveActs(id, [late, early]);
      await cases().saveActs(id, [late, ...many]);
      const acts = await cases().acts(id);
      expect(acts).toHaveLength(152);
      expect([acts[0], acts.at(-1)]).toEqual([early, late]);
      expect(await cases().acts(newIncidentId())).toEqual([]);
      expect((await cases().load(id))?.findings).toHaveLength(1);
    });

    test('an unknown incident is none', async () => {
      expect(await cases().read(newIncidentId(), ['a'])).toEqual({
        incident: null,
        findings: new Map(),
      });
      expect(await cases().findingsOf(newIncidentId())).toEqual([]);
      expect(await cases().load(newIncidentId())).toBeUndefined();
    });

    test.each([
      ['incident', { incident: 'stale' }],
      ['finding', { finding: 'stale' }],
      ['delivery', { delivery: 'there' }],
    ] as const)('a change whose %s is outdated changes nothing at all', async (_, outdated) => {
      const id = newIncidentId();
      await cases().save(newCase(id));
      const read = await cases().read(id, [sampleFinding(id, 'first').finding.id]);
      await cases().save({ ...updateOf(id, read), deliveries: [] });
      const before = await cases().load(id);
      const fresh = await cases().read(id, [sampleFinding(id, 'first').finding.id]);

      const change = updateOf(id, fresh);
      if ('incident' in outdated && change.incident) {
        change.incident.version = read.incident?.version ?? null;
      }
      if ('finding' in outdated) change.findings = updateOf(id, read).findings;
      if ('delivery' in outdated) {
        change.deliveries.push(
          newDelivery({ id, revision: 1, severity: 'high' }, 'secops', 'new', Date.parse(at)),
        );
      }
      await expect(cases().save(change)).rejects.toEqual(conflict);
      expect(await cases().load(id)).toEqual(before);
    });

    test('what is new may not exist yet', async () => {
      const id = newIncidentId();
      await cases().save(newCase(id));
      const { deliveries: _, ...again } = newCase(id);

      await expect(cases().save({ ...again, deliveries: [] })).rejects.toEqual(conflict);
    });

    test('of twenty changes of one version exactly one is saved', async () => {
      const id = newIncidentId();
      await cases().save(newCase(id));
      const read = await cases().read(id, []);

      const saves = Array.from({ length: 20 }, (_, n) =>
        cases().save({
          incidentId: id,
          incident: {
            value: sampleIncident(id, { title: `by ${n}` }),
            version: read.incident?.version ?? null,
          },
          findings: [{ value: sampleFinding(id, `by ${n}`), version: null }],
          deliveries: [],
        }),
      );
      const outcomes = await Promise.allSettled(saves);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const reasons = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
      expect(reasons).toEqual(Array(19).fill(conflict));

      const winner = outcomes.findIndex(({ status }) => status === 'fulfilled');
      const kept = await cases().load(id);
      expect(kept?.incident.title).toBe(`by ${winner}`);
      const summaries = kept?.findings.map(({ finding }) => finding.summary).sort();
      expect(summaries).toEqual([
        `ada was given a role (by ${winner})`,
        'ada was given a role (first)',
      ]);
    });

    test('any text comes back as it was', async () => {
      const id = newIncidentId();
      const hostile = `it's "quoted" \\ \u0000\u0007\u007f\u2028\uffff <b>&amp; 'or' PartitionKey ne '' \u202e`;
      const value = sampleFinding(id, 'hostile', {
        finding: {
          title: hostile,
          // Pairs at every offset: some of them lie where long texts are cut.
          summary: `x${'\u{1f600}'.repeat(40_000)}`,
          details: { [hostile]: hostile, lone: '\ud800', long: 'é"\\'.repeat(30_000) },
        },
      });
      await cases().save({ ...newCase(id), findings: [{ value, version: null }] });

      expect(await cases().findingsOf(id)).toEqual([value]);
    });

    test('many findings are saved and read at once', async () => {
      const id = newIncidentId();
      const values = Array.from({ length: 80 }, (_, n) => sampleFinding(id, `number ${n}`));
      await cases().save({
        ...newCase(id),
        findings: values.map((value) => ({ value, version: null })),
      });

      const ids = values.map(({ finding }) => finding.id);
      const { findings } = await cases().read(id, ids);
      expect([...findings.values()].map(({ value }) => value)).toEqual(values);
    });

    test('the incidents last changed come first', async () => {
      const ids = [newIncidentId(), newIncidentId(), newIncidentId()];
      for (const [index, id] of ids.entries()) {
        const updatedAt = `2999-01-0${index + 1}T00:00:00.000Z`;
        const value = sampleIncident(id, { updatedAt });
        await cases().save({ ...newCase(id), incident: { value, version: null } });
      }
      const newest = await cases().incidents({ limit: 2 });
      expect(newest.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
    });

    test('no flood pushes what wants an answer out of the list', async () => {
      const glass = newIncidentId();
      const old = '1999-01-01T00:00:00.000Z';
      const pressing = { matter: 'break-glass', severity: 'critical', updatedAt: old } as const;
      const flood = ['informational', 'low', 'high'] as const;
      const incidents = [
        sampleIncident(glass, pressing),
        ...flood.map((severity) =>
          sampleIncident(newIncidentId(), {
            severity,
            updatedAt: '2999-02-01T00:00:00.000Z',
            ...(severity === 'high' && { status: 'resolved' }),
          }),
        ),
      ];
      for (const value of incidents) {
        await cases().save({ ...newCase(value.id), incident: { value, version: null } });
      }
      const [first] = await cases().incidents({ limit: 1 });
      expect(first?.id).toBe(glass);
    });
  });
}

/** A change of the incident and of its first finding. */
function updateOf(id: string, { incident, findings }: Awaited<ReturnType<CaseStore['read']>>) {
  const value = sampleFinding(id, 'first', { finding: { revision: 2 } });
  return {
    incidentId: id,
    incident: {
      value: sampleIncident(id, { revision: 2 }),
      version: incident?.version ?? null,
    },
    findings: [{ value, version: findings.get(value.finding.id)?.version ?? null }],
    deliveries: [
      newDelivery({ id, revision: 2, severity: 'high' }, 'secops', 'update', Date.parse(at)),
    ],
  };
}
