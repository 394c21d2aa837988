import { cleanLine } from '../../clean-text.ts';
import { partNames } from '../../scorecard/gaps.ts';
import { isoOf, parseTime } from '../../time.ts';
import { definePostureCheck, tenantParty } from '../posture-check.ts';
import { listOf, nameOf } from '../wording.ts';

const since = '2026-11-19T11:00:00.000Z';
const detail = 'Microsoft Graph refuses this without Policy.Read.All: grant it to the identity.';
const gap = (part: string, fields: object = {}) => ({
  ...{ part, why: 'permission', detail, refusedSince: since },
  ...fields,
});

export default definePostureCheck({
  id: 'posture-directory-refused',
  title: 'Part of the directory refused that could be read',
  severity: 'high',
  categories: ['Graph'],
  techniques: ['T1685'],
  source:
    'https://learn.microsoft.com/entra/identity/enterprise-apps/manage-application-permissions',
  why: 'Whoever takes a permission from the identity that watches makes a part of the watch blind, and nothing else says so: what is not known is no finding.',
  triage: [
    'Find in the audit log who removed an app role assignment from the identity of the app, and ask them.',
    'Nobody knows of it: treat their account as taken over, and look at what changed in that part since.',
    'Grant it again with infra/tenant/graph-permissions.sh; `npx glasswatch doctor` names what is missing.',
  ],
  falsePositives: [
    'A permission, or a role in Azure, that you took away on purpose: exclude this check, or grant it again.',
    'A new release that asks more of a part than the one before: grant it, as docs/permissions.md lists it.',
  ],

  check({ snapshot, tenant }) {
    const refused = (snapshot.gaps ?? []).flatMap(({ part, detail, refusedSince }) => {
      const at = parseTime(refusedSince);
      return at === undefined ? [] : [{ part, detail, at }];
    });
    // What was refused at the same reading was taken away together.
    return [...Map.groupBy(refused, ({ at }) => at)].map(([at, parts]) => ({
      key: [String(at)],
      at,
      title: `No longer readable: ${listOf(parts.map(({ part }) => partNames[part]))}`,
      summary: `Since ${isoOf(at).slice(0, 16).replace('T', ' ')} UTC the directory of ${nameOf(tenantParty(tenant))} can’t be read in full any more, though it could be before. ${whyIn(parts)}`,
      subject: tenantParty(tenant),
      matter: ['the-watch', 'directory'] as const,
      details: { parts: parts.map(({ part }) => part) },
    }));
  },

  examples: () => [
    {
      name: 'Conditional Access',
      directory: { gaps: [gap('conditionalAccess')] },
      expect: 'high',
    },
    {
      name: 'several at once',
      directory: { gaps: [gap('conditionalAccess'), gap('consent'), gap('securityDefaults')] },
      expect: 'high',
    },
    {
      name: 'refused, and since then without an answer',
      directory: { gaps: [gap('conditionalAccess', { why: 'failed' })] },
      expect: 'high',
    },
    {
      name: 'never granted',
      directory: { gaps: [gap('conditionalAccess', { refusedSince: null })] },
      expect: 'nothing',
    },
    {
      name: 'no answer',
      directory: { gaps: [gap('conditionalAccess', { why: 'failed', refusedSince: null })] },
      expect: 'nothing',
    },
    { name: 'all of it was read', directory: { gaps: [] }, expect: 'nothing' },
    { name: 'a snapshot of others', directory: {}, expect: 'nothing' },
  ],
});

/** One permission may be the reason of several parts. */
const whyIn = (parts: readonly { detail: string }[]) =>
  [...new Set(parts.map(({ detail: one }) => cleanLine(one, 300)))].join(' ');
