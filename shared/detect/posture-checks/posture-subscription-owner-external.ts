import { cleanLine } from '../../clean-text.ts';
import type { Snapshot } from '../../watch/directory.ts';
import { people } from '../examples/tenant.ts';
import { isDeclaredExternal } from '../posture/account-kinds.ts';
import { placeInAzure } from '../posture/azure-places.ts';
import { partyOfReference } from '../posture/references.ts';
import { definePostureCheck, type PostureMatch, type Unknown, unread } from '../posture-check.ts';
import { isWide } from '../rows/azure-roles.ts';
import { listOf, nameOf } from '../wording.ts';

const gil = { type: 'user', id: people.gil.id, name: people.gil.upn };
const ada = { type: 'user', id: people.ada.id, name: people.ada.upn };
const oneId = '00000000-0000-4000-8000-000000000041';
const one = `/subscriptions/${oneId}`;
const owner = (fields: object = {}) => ({
  scope: one,
  roleName: 'Owner',
  principal: gil,
  isExternal: true,
  isEligible: false,
  since: '2026-10-01T00:00:00Z',
  until: null,
  ...fields,
});
const azure = (...assignments: readonly object[]) => ({
  azure: { subscriptions: [{ id: oneId, name: 'Prod' }], assignments, seesRoot: true },
});

export default definePostureCheck({
  id: 'posture-subscription-owner-external',
  title: 'Subscription ruled from outside',
  severity: 'high',
  severityVaries: 'Medium for those that the policy declares external.',
  categories: ['Graph'],
  techniques: ['T1078.004', 'T1199'],
  source: 'https://learn.microsoft.com/azure/role-based-access-control/best-practices',
  why: 'Whoever owns a subscription reads every secret in it and gives it to anyone. Of an account from outside, nobody here decides on password, second factor and last day.',
  triage: [
    'Who invited the account, and for what? Nobody knows: remove the assignment, and look at its activity.',
    'Personal accounts that made the subscription once: give it another owner, then remove them.',
    'Partners: a narrower role, eligible and with an end; or Azure Lighthouse, which shows what they do.',
  ],
  falsePositives: [
    'Partners who run the subscription: declare them in the policy (accounts.external).',
    'Groups of this tenant are left out, though guests may be in them.',
  ],

  check({ snapshot, watchlist, tenant }) {
    const wide = snapshot.azure?.assignments.filter(({ scope }) => isWide(scope));
    const principals = new Map((wide ?? []).map(({ principal }) => [principal.id, principal]));
    const answers = [...principals.values()].flatMap((principal): (PostureMatch | Unknown)[] => {
      const subject = partyOfReference(principal);
      const own = (wide ?? []).filter((assignment) => assignment.principal.id === principal.id);
      if (own.every(isOurs)) return [];
      if (!own.some(({ isExternal }) => isExternal)) {
        return [{ ...unread(snapshot, 'azure'), about: subject }];
      }
      const isDeclared = isDeclaredExternal(subject, { watchlist, tenant });
      const places = own.map(({ scope }) => placeInAzure(scope, snapshot));
      const role = cleanLine(own[0]?.roleName, 40);
      return [
        {
          key: [principal.id],
          title: `${nameOf(subject)}, from outside: ${role} of ${places[0]}`,
          summary: `${nameOf(subject)}, an account from outside${isDeclared ? ' that the policy knows' : ''}, is ${role} of ${listOf(places)}.`,
          severity: isDeclared ? 'medium' : 'high',
          subject,
          matter: ['azure-role', 'from outside'],
          details: { grant: role, scope: own.map(({ scope }) => scope).slice(0, 20) },
        },
      ];
    });
    return wide ? answers : [unread(snapshot, 'azure')];
  },

  examples: () => [
    { name: 'a guest', directory: azure(owner()), expect: 'high' },
    {
      name: 'a guest, of two',
      directory: azure(owner(), owner({ scope: `${one}2`, roleName: 'User Access Administrator' })),
      expect: 'high',
    },
    { name: 'may become it', directory: azure(owner({ isEligible: true })), expect: 'high' },
    {
      name: 'of a management group',
      directory: azure(
        owner({ scope: '/providers/Microsoft.Management/managementGroups/contoso' }),
      ),
      expect: 'high',
    },
    {
      name: 'of two, of one nobody knows where it is from',
      directory: azure(owner({ isExternal: null }), owner()),
      expect: 'high',
    },
    {
      name: 'declared as external',
      directory: azure(owner()),
      tenant: { accounts: { external: [gil.id] } },
      expect: 'medium',
    },
    {
      name: 'registered as external',
      directory: azure(owner()),
      tenant: { register: [{ account: gil.id, kind: 'external', owner: 'Grace' }] },
      expect: 'medium',
    },
    {
      name: 'registered as something else',
      directory: azure(owner()),
      tenant: { register: [{ account: gil.id, kind: 'automation', owner: 'Grace' }] },
      expect: 'high',
    },
    {
      name: 'somebody else is registered as external',
      directory: azure(owner()),
      tenant: { register: [{ account: ada.id, kind: 'external', owner: 'Grace' }] },
      expect: 'high',
    },
    {
      name: 'one of our own',
      directory: azure(owner({ principal: ada, isExternal: false })),
      expect: 'nothing',
    },
    {
      name: 'of a resource group',
      directory: azure(owner({ scope: `${one}/resourceGroups/test` })),
      expect: 'nothing',
    },
    {
      name: 'a group of another tenant',
      directory: azure(owner({ principal: { ...gil, type: 'group' } })),
      expect: 'high',
    },
    {
      name: 'a managed identity has no home, and so is from here',
      directory: azure(
        owner({ principal: { ...gil, type: 'servicePrincipal' }, isExternal: null }),
      ),
      expect: 'nothing',
    },
    {
      name: 'a group is of this tenant',
      directory: azure(owner({ principal: { ...gil, type: 'group' }, isExternal: null })),
      expect: 'nothing',
    },
    { name: 'nobody', directory: azure(), expect: 'nothing' },
    { name: 'Azure was not read', expect: 'unknown' },
    {
      name: 'nobody knows what it is, nor where it is from',
      directory: azure(owner({ principal: { ...gil, type: 'other' }, isExternal: null })),
      expect: 'unknown',
    },
    {
      name: 'nobody knows where it is from',
      directory: azure(owner({ isExternal: undefined })),
      expect: 'unknown',
    },
  ],
});

/** Only people are asked where they are from; groups and applications from elsewhere say so themselves. */
const isOurs = ({ principal, isExternal }: Assignment) =>
  isExternal === false || (principal.type !== 'user' && principal.type !== 'other' && !isExternal);

type Assignment = NonNullable<Snapshot['azure']>['assignments'][number];

/** A subscription by its name, where that was read. */
