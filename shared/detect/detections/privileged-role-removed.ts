import { cleanLine } from '../../clean-text.ts';
import { globalAdministrator } from '../../roles.ts';
import { hourOf } from '../../time.ts';
import { defineDetection } from '../detection.ts';
import { details, directoryReaders, pimForGroups } from '../examples/pim.ts';
import { audit, by, byPim, directRole, pimRow, roleChanges, target } from '../examples/records.ts';
import { helpdeskAdministrator, people } from '../examples/tenant.ts';
import { doerOf, receiverOf } from '../past/change-history.ts';
import { removalsToTell, rulersLeft } from '../past/role-removals.ts';
import { countsOf } from '../past/told-from-traces.ts';
import { nameOf, nameOfRole } from '../wording.ts';

/** What was removed stands in the old value. */
const removed = (who: { id: string; upn: string }, templateId: string, fields: object = {}) =>
  audit('Remove member from role', {
    id: `Directory_${who.upn}`,
    initiatedBy: by(people.ben),
    targetResources: [
      { ...target(who), modifiedProperties: Object.entries(roleChanges(templateId)).map(gone) },
    ],
    ...fields,
  });
const gone = ([displayName, value]: [string, unknown]) => ({
  displayName,
  oldValue: JSON.stringify(value),
  newValue: null,
});
const inPim = (operationName: string, fields: object = {}) =>
  pimRow(operationName, people.ben, helpdeskAdministrator, { ...fields });
const permanent = 'Remove member from role in PIM completed (permanent)';
const timebound = (ExpirationTime: string) =>
  inPim('Remove member from role in PIM completed (timebound)', {
    additionalDetails: details({ ExpirationTime }),
  });
const asTwin = { initiatedBy: byPim, correlationId: 'twin' };
const aMinuteLater = { activityDateTime: '2026-11-20T12:01:00Z' };
/** Her removal is an exception, so that the other one is all that is found. */
const hanaIsKnown = { exclude: [{ account: people.hana.id, reason: 'leaves' }] };

export default defineDetection({
  id: 'privileged-role-removed',
  title: 'Privileged role taken away',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'low',
  severityVaries:
    'High if at most one Global Administrator is left, break-glass accounts included.',
  categories: ['AuditLogs'],
  techniques: ['T1531', 'T1098.003'],
  source:
    'https://learn.microsoft.com/entra/architecture/security-operations-privileged-identity-management',
  why: 'Most removals are housekeeping. An intruder removes the administrators who could stop him, and a tenant without Global Administrators is lost.',
  triage: [
    'Ask whoever removed it; compare with leavers and reviews.',
    'Hardly any Global Administrator left: take out a break-glass account and give the role back at once.',
  ],
  falsePositives: [
    'Offboarding, access reviews, a standing role that became an eligible one.',
    'The end of an activation, and an assignment that ran out, take nothing away: they are no finding.',
  ],

  detect(event, context) {
    return removalsToTell(event, context).map((removal) => {
      const { role, tier, of, correlationId, recordId, at } = removal;
      const [actor, holder] = [doerOf(removal), receiverOf(removal)];
      const { areFew, known } = rulersLeft(removal, context);
      const what = tier === 'eligible' ? 'no longer eligible for' : 'no longer';
      const hour = hourOf(at);
      return {
        key: [of, role.templateId, role.scope, tier, correlationId ?? recordId],
        gathered: { hours: [hour] },
        at,
        recordIds: [recordId],
        actor,
        title: `${nameOf(actor)} > ${nameOf(holder)}: ${what} ${nameOfRole(role)}`,
        summary: `${nameOf(holder)} is ${what} ${nameOfRole(role)}. ${nameOf(actor)} took it away (${cleanLine(removal.operation)}).`,
        severity: areFew ? 'high' : 'low',
        precedence: countsOf(known),
        subject: holder,
        roles: [role],
        matter: ['role', role.templateId, role.scope],
        details: { operation: cleanLine(removal.operation) },
      } as const;
    });
  },

  examples: () => [
    {
      name: 'from the directory',
      records: [removed(people.ian, helpdeskAdministrator)],
      expect: 'low',
    },
    {
      name: 'in PIM, with the second row by PIM itself',
      records: [inPim(permanent), removed(people.ben, helpdeskAdministrator, asTwin)],
      expect: 'low',
    },
    {
      name: 'eligibility',
      records: [inPim('Remove eligible member from role in PIM completed (permanent)')],
      expect: 'low',
    },
    {
      name: 'a Global Administrator, of whom two are left',
      records: [removed(people.ada, globalAdministrator)],
      expect: 'low',
    },
    {
      name: 'a Global Administrator, and a break-glass account is all that is left',
      records: [
        removed(people.hana, globalAdministrator),
        removed(people.ada, globalAdministrator),
      ],
      settings: hanaIsKnown,
      expect: 'high',
    },
    {
      name: 'a Global Administrator, before the next one',
      records: [
        removed(people.hana, globalAdministrator, aMinuteLater),
        removed(people.ada, globalAdministrator),
      ],
      settings: hanaIsKnown,
      expect: 'low',
    },
    {
      name: 'a Global Administrator, after another was made',
      records: [
        removed(people.hana, globalAdministrator),
        directRole(people.dan, globalAdministrator),
        removed(people.ada, globalAdministrator),
      ],
      settings: hanaIsKnown,
      expect: 'low',
    },
    {
      name: 'another role, while hardly a Global Administrator is left',
      records: [
        removed(people.hana, globalAdministrator, asTwin),
        removed(people.ada, globalAdministrator, asTwin),
        removed(people.ian, helpdeskAdministrator),
      ],
      expect: 'low',
    },
    {
      name: 'time-bound, before its end',
      records: [timebound('2026-11-20T12:00:01Z')],
      expect: 'low',
    },
    {
      name: 'time-bound, at its end',
      records: [timebound('2026-11-20T12:00:00Z')],
      expect: 'nothing',
    },
    {
      name: 'an activation that ran out',
      records: [inPim('Remove member from role (PIM activation expired)')],
      expect: 'nothing',
    },
    {
      name: 'an activation that was ended',
      records: [inPim('Remove member from role completed (PIM deactivate)')],
      expect: 'nothing',
    },
    {
      name: 'only requested',
      records: [inPim('Remove member from role in PIM requested (permanent)')],
      expect: 'nothing',
    },
    { name: 'refused', records: [inPim(permanent, { result: 'failure' })], expect: 'nothing' },
    {
      name: 'a role without privilege',
      records: [removed(people.ian, directoryReaders)],
      expect: 'nothing',
    },
    {
      name: 'out of a group, which is no role',
      records: [pimForGroups(permanent, people.dan)],
      expect: 'nothing',
    },
    {
      name: 'given',
      records: [inPim('Add member to role in PIM completed (permanent)')],
      expect: 'nothing',
    },
    { name: 'something else', records: [audit('Update user')], expect: 'nothing' },
  ],
});
