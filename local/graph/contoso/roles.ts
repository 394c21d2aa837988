import { activated, active, eligible, group, roleNamed } from '../builders.ts';
import { dayMs, hourMs, idFor, timeAt } from '../identifiers.ts';
import type { Group, Holding, RoleRules } from '../model.ts';
import { ids } from './names.ts';

/** Who holds what in Contoso Test. */
export function contosoHoldings(now: number): Holding[] {
  const start = timeAt(now - 300 * dayMs);
  const ga1 = eligible(ids.ga1, 'Global Administrator', { start });
  return [
    ga1,
    activated(ga1, timeAt(now - hourMs), timeAt(now + 3 * hourMs)),
    eligible(ids.ga2, 'Global Administrator', { start }),
    active(ids.ga3, 'Global Administrator', { start }),
    eligible(ids.pra1, 'Privileged Role Administrator', { start }),
    active(ids.sync1, 'Exchange Administrator', { start }),
    eligible(ids.spo1, 'SharePoint Administrator', { start }),
    active(ids.G1, 'Security Administrator', { start }),
    active(ids.usr1, 'User Administrator', { start, scope: `/administrativeUnits/${ids.north}` }),
    active(ids.G2, 'Application Administrator', { start }),
    active(ids.hd1, 'Helpdesk Administrator', { start, isOutsidePim: true }),
    active(ids.guest1, 'Global Reader', { start }),
    active(ids.msa1, 'Global Administrator', { start }),
    active(ids.bg1, 'Global Administrator', { start }),
    active(ids.bg2, 'Global Administrator', { start }),
    active(ids.ghost, 'User Administrator', { start }),
  ];
}

export const contosoGroups = (now: number): Group[] => [
  group('G1', {
    members: [ids.sec1],
    owners: [ids.ga2],
    fields: { displayName: 'Security Operations', isAssignableToRole: true },
  }),
  group('G2', {
    owners: [ids.pra1],
    fields: { displayName: 'Application Operations', isAssignableToRole: true },
  }),
  // From the domain of the house, with a group within. Its owner holds no role, and is not asked.
  group('G3', {
    members: [ids.ord2, ids.G4],
    owners: [ids.ord1],
    fields: {
      displayName: 'Server Operators',
      onPremisesSyncEnabled: true,
      onPremisesLastSyncDateTime: timeAt(now - 0.5 * hourMs),
    },
  }),
  group('G4', { members: [ids.ord3], fields: { displayName: 'Server Operators Night' } }),
];

/** Global Administrators need an approval; the rest keeps what Microsoft presets. */
export const contosoRules = (): Record<string, RoleRules> => ({
  [roleNamed('Global Administrator')]: {
    maximumDuration: 'PT4H',
    enabledRules: ['MultiFactorAuthentication', 'Justification', 'Ticketing'],
    approvers: [ids.ga2, ids.pra1],
    mayBePermanentlyActive: true,
    mayBePermanentlyEligible: true,
    isToldToAdmins: true,
  },
});

const reviewId = idFor('review of global administrators');

/** A review that ended without a decision on everybody. */
export function contosoReview(now: number) {
  const role = roleNamed('Global Administrator');
  const query = `/roleManagement/directory/roleDefinitions/${role}`;
  const scope = {
    '@odata.type': '#microsoft.graph.principalResourceMembershipsScope',
    principalScopes: [
      {
        '@odata.type': '#microsoft.graph.accessReviewQueryScope',
        query: '/v1.0/users',
        queryType: 'MicrosoftGraph',
        queryRoot: null,
      },
    ],
    resourceScopes: [
      {
        '@odata.type': '#microsoft.graph.accessReviewQueryScope',
        query,
        queryType: 'MicrosoftGraph',
        queryRoot: null,
      },
    ],
  };
  const decision = (name: 'ga1' | 'ga3' | 'msa1', isDone: boolean) => ({
    id: idFor(`decision ${name}`),
    accessReviewId: reviewId,
    decision: isDone ? 'Approve' : 'NotReviewed',
    justification: isDone ? 'Still needed' : null,
    recommendation: 'Approve',
    applyResult: 'New',
    appliedDateTime: null,
    reviewedDateTime: isDone ? timeAt(now - 15 * dayMs) : null,
    principal: {
      '@odata.type': '#microsoft.graph.userIdentity',
      id: ids[name],
      displayName: `Test ${name}`,
      userPrincipalName: null,
    },
    resource: { id: role, displayName: 'Global Administrator', type: 'directoryRole' },
  });
  return {
    fields: {
      id: reviewId,
      displayName: 'Global Administrators, quarterly',
      createdDateTime: timeAt(now - 200 * dayMs),
      lastModifiedDateTime: timeAt(now - 30 * dayMs),
      status: 'InProgress',
      descriptionForAdmins: null,
      descriptionForReviewers: null,
      scope,
      reviewers: [{ query: `/users/${ids.pra1}`, queryType: 'MicrosoftGraph', queryRoot: null }],
      fallbackReviewers: [],
    },
    instances: [
      {
        fields: {
          id: idFor('instance of the review'),
          startDateTime: timeAt(now - 24 * dayMs),
          endDateTime: timeAt(now - 10 * dayMs),
          status: 'InProgress',
          scope,
          reviewers: [],
          fallbackReviewers: [],
        },
        decisions: [decision('ga1', true), decision('ga3', false), decision('msa1', false)],
      },
    ],
  };
}
