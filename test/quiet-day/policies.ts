import { policyTarget } from '../../local/sample-day/audits.ts';
import type { Person } from '../../local/sample-day/people.ts';
import { type Dice, type Fields, minuteMs, secondMs } from '../../local/sample-day/records.ts';
import { type Moment, moment, utc } from './moment.ts';
import { admins, breakGlass } from './people.ts';
import { changed, row } from './rows.ts';

const reportOnly = 'enabledForReportingButNotEnforced';
const policy = (displayName: string, state: string, more: Fields = {}): Fields => ({
  displayName,
  state,
  conditions: {
    users: { includeUsers: ['All'], excludeUsers: breakGlass.map(({ id }) => id) },
    applications: { includeApplications: ['All'] },
  },
  grantControls: { operator: 'OR', builtInControls: ['mfa'] },
  ...more,
});

/** Work at policies that enforce nothing yet, or are only called something else afterwards. */
export function policies(dice: Dice): Moment[] {
  const pilot = 'CA050 - Phishing-resistant MFA (pilot)';
  const strict = {
    grantControls: {
      operator: 'OR',
      authenticationStrength: { id: '00000000-0000-0000-0000-000000000004' },
    },
  };
  return [
    ...edit(
      dice,
      admins.noor,
      utc('9:10'),
      policy(pilot, reportOnly),
      policy(pilot, reportOnly, strict),
    ),
    ...edit(
      dice,
      admins.noor,
      utc('9:25'),
      policy(pilot, reportOnly, strict),
      policy(pilot, reportOnly),
    ),
    ...edit(
      dice,
      admins.paul,
      utc('18:40'),
      policy('CA020 - MFA', 'enabled'),
      policy('CA020 - MFA for everybody', 'enabled'),
    ),
    ...savesLocation(dice),
    moment(utc('10:02'), (at) =>
      row(dice, {
        ...{ operation: 'Update group settings', by: admins.noor, at, category: 'GroupManagement' },
        targets: [policyTarget('Group.Unified', [])],
      }),
    ),
  ];
}

/** The service's row, and that of the directory beneath it. */
function edit(dice: Dice, by: Person, at: number, before: Fields, after: Fields): Moment[] {
  const name = String(after.displayName);
  const shown = changed({ ConditionalAccessPolicy: before }, { ConditionalAccessPolicy: after });
  const detail = (one: Fields) => ({ PolicyDetail: [JSON.stringify(one)] });
  return [
    moment(at, (when) =>
      row(dice, {
        ...{ operation: 'Update conditional access policy', by, at: when, category: 'Policy' },
        ...{ service: 'Conditional Access', targets: [policyTarget(name, shown)] },
      }),
    ),
    moment(at + secondMs, (when) =>
      row(dice, {
        ...{ operation: 'Update policy', by, at: when, category: 'Policy' },
        targets: [policyTarget(name, changed(detail(before), detail(after)))],
      }),
    ),
  ];
}

/** Opened, looked at, saved: the same networks as before. */
function savesLocation(dice: Dice): Moment[] {
  const offices = {
    displayName: 'Offices',
    isTrusted: true,
    ipRanges: [{ cidrAddress: '198.51.100.0/24' }, { cidrAddress: '2001:db8:7::/48' }],
  };
  const same = changed({ NamedLocation: offices }, { NamedLocation: offices });
  return [0, 3].map((minutes) =>
    moment(utc('9:40') + minutes * minuteMs, (at) =>
      row(dice, {
        ...{ operation: 'Update named location', by: admins.noor, at, category: 'Policy' },
        ...{ service: 'Conditional Access', targets: [policyTarget('Offices', same)] },
      }),
    ),
  );
}
