import { dayMs, parseTime } from '../time.ts';
import type { Snapshot } from '../watch/directory.ts';
import { readAt, sectionOf } from './carry.ts';
import { readAccessReviews } from './parts/access-reviews.ts';
import { groupsNamedIn, readConditionalAccess } from './parts/conditional-access.ts';
import { type Groups, readNamedGroups } from './parts/groups.ts';
import { readLogExport } from './parts/log-export.ts';
import type { Organization } from './parts/organization.ts';
import { readPimAlerts } from './parts/pim-alerts.ts';
import { readPimSettings } from './parts/pim-settings.ts';
import { readAuthenticationMethods, readConsent, readSecurityDefaults } from './parts/policies.ts';
import { readSecureScore } from './parts/secure-score.ts';
import type { Privilege } from './read-privilege.ts';
import type { Reading } from './reading.ts';

export type Sections = Partial<Pick<Snapshot, (typeof sectionOf)[keyof typeof sectionOf]>>;
export type TenantReading = {
  sections: Sections;
  /** Groups that Conditional Access names, beside those that carry roles. */
  named: Pick<Groups, 'rows' | 'owners'>;
  /** All that it names, those that carry roles included. */
  inPolicies: ReadonlySet<string>;
};

/** The tenant beyond its accounts: each part by itself, and one that fails is a gap. */
export async function readTenant(
  reading: Reading,
  { roles, groups }: Privilege,
  organization: Organization | undefined,
): Promise<TenantReading> {
  const { graph, arm, now } = reading;
  const read = async <Key extends keyof typeof sectionOf>(
    part: Key,
    section: () => Promise<unknown>,
  ) => {
    const value = await reading.optional(part, section);
    return value === undefined ? carried(reading, part) : { [sectionOf[part]]: value };
  };
  const parts = await Promise.all([
    read('conditionalAccess', () => readConditionalAccess(graph)),
    read('securityDefaults', () => readSecurityDefaults(graph)),
    read('authenticationMethods', () => readAuthenticationMethods(graph)),
    read('consent', () => readConsent(graph)),
    read('pimSettings', () => readPimSettings(graph, roles)),
    read('pimAlerts', () => readPimAlerts(graph)),
    read('accessReviews', () =>
      readAccessReviews(graph, { groups: new Set(groups.rows.keys()), now }),
    ),
    read('secureScore', () => readSecureScore(graph)),
    ...(arm ? [read('logExport', () => readLogExport(arm))] : []),
  ]);
  if (!arm) {
    const detail = 'The app is not set up to read Azure.';
    reading.noteGap({ part: 'logExport', why: 'notConfigured', detail });
    reading.noteGap({ part: 'azure', why: 'notConfigured', detail });
  }
  const sections: Sections = Object.assign(
    {},
    ...parts,
    organizationSection(reading, organization),
  );
  const inPolicies = groupsNamedIn(sections.conditionalAccess ?? []);
  const others = [...inPolicies].filter((id) => !groups.rows.has(id));
  const named = await reading.optional('groups', () => readNamedGroups(graph, others));
  return { sections, named: named ?? { rows: new Map(), owners: new Map() }, inPolicies };
}

/** What has failed for longer does not just pass: what was known says nothing of now any more. */
const bridgedMs = dayMs;

/** What may pass is bridged; what was taken from us is not known any more. */
export function carried(reading: Reading, part: keyof typeof sectionOf): Sections {
  const key = sectionOf[part];
  const before = reading.previous?.[key];
  if (before === undefined || before === null || reading.gapIn(part)?.why !== 'failed') return {};
  const asOf = reading.previous && parseTime(readAt(reading.previous, part));
  if (asOf && reading.now - asOf > bridgedMs) return {};
  reading.noteAge(part);
  return { [key]: before };
}

function organizationSection(reading: Reading, organization: Organization | undefined): Sections {
  if (organization && organization.errors.length > 0) {
    reading.note('organization', organization.errors);
  }
  const gap = reading.gapIn('organization');
  const before = gap ? (carried(reading, 'organization').organization ?? {}) : {};
  const section = { ...before, ...organization?.section };
  return Object.keys(section).length > 0 ? { organization: section } : {};
}
