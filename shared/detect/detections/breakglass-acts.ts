import { globalAdministrator } from '../../roles.ts';
import { defineDetection } from '../detection.ts';
import { audit, by, pimRow, target } from '../examples/records.ts';
import { exampleTenantId, people } from '../examples/tenant.ts';
import { actingBreakGlass, changesNothing } from '../rows/break-glass.ts';
import { nameOf } from '../wording.ts';

const change = (who: { id: string; upn: string }) =>
  audit('Update user', { initiatedBy: by(who), targetResources: [target(people.dan)] });

const claims = (who: { id: string; upn: string }) => ({
  'http://schemas.microsoft.com/identity/claims/objectidentifier': who.id,
  'http://schemas.microsoft.com/identity/claims/tenantid': exampleTenantId,
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn': who.upn,
});
const inAzure = (who: { id: string; upn: string }, resultType: string) => ({
  time: '2026-11-20T12:00:00Z',
  category: 'Administrative',
  operationName: 'MICROSOFT.AUTHORIZATION/ROLEASSIGNMENTS/WRITE',
  resourceId: '/SUBSCRIPTIONS/1',
  resultType,
  correlationId: 'deployment-1',
  identity: { claims: claims(who) },
});

export default defineDetection({
  id: 'breakglass-acts',
  title: 'Break-glass account changes something',
  reads: ['audit', 'activity'],
  lookFor: 'every record',
  severity: 'high',
  categories: ['AuditLogs', 'Administrative'],
  techniques: ['T1078.004'],
  source:
    'https://learn.microsoft.com/entra/identity/role-based-access-control/security-emergency-access',
  why: 'Whatever the account is used for, someone should be able to say afterwards what it did, and why.',
  triage: [
    'Hold each change against the reason for which the account was taken out.',
    'A change that does not help with the emergency is the sign of an intruder.',
  ],
  falsePositives: ['A drill that includes a change.'],

  detect(event, { watchlist }) {
    const actor = actingBreakGlass(event, watchlist);
    if (!actor || changesNothing(event)) return;
    const target = event.kind === 'audit' ? event.targets[0]?.party : undefined;
    const what = nameOf({ id: null, name: event.activity });
    const onWhat = target ? ` on ${nameOf(target)}` : '';
    const ending = event.kind === 'audit' && event.result === 'failure' ? ', refused' : '';
    return {
      // Azure writes the start and the end of one act as rows of their own.
      key:
        event.kind === 'activity' ? [event.correlationId ?? event.id, event.operation] : [event.id],
      title: `Break-glass ACTS: ${nameOf(actor)}: ${what}${onWhat}${ending}`,
      summary: `${nameOf(actor)} did "${what}"${onWhat}${ending}.`,
      subject: { type: actor.type, id: actor.id, name: actor.name },
      matter: ['break-glass'],
      details: {
        operation: what,
        ...(target && { target: nameOf(target) }),
        ...(event.kind === 'activity' && { scope: event.scope.slice(0, 300) }),
      },
    };
  },

  examples: () => [
    { name: 'in the directory', records: [change(people.glass)], expect: 'high' },
    {
      name: 'in Azure, start and end',
      records: [inAzure(people.glass, 'Start'), inAzure(people.glass, 'Success')],
      expect: 'high',
    },
    {
      name: 'PIM notices, again and again, what the account once assigned',
      records: [
        pimRow('Add member to role outside of PIM (permanent)', people.dan, globalAdministrator, {
          initiatedBy: by(people.glass),
        }),
      ],
      expect: 'nothing',
    },
    {
      name: 'a portal looks at its token',
      records: [audit('Validate user authentication', { initiatedBy: by(people.glass) })],
      expect: 'nothing',
    },
    { name: 'somebody else', records: [change(people.ada)], expect: 'nothing' },
    {
      name: 'somebody else in Azure',
      records: [inAzure(people.ada, 'Success')],
      expect: 'nothing',
    },
  ],
});
