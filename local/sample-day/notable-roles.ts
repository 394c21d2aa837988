import { joinsGroup, pimRow, roleWrite } from './audits.ts';
import { admins, groups, promoted, roles, workloads } from './people.ts';
import { minuteMs, secondMs } from './records.ts';
import { breakGlassUse, type Scene, type Stage, tomasAbroad } from './scene.ts';

export function globalAdministratorGiven({ dice, ago }: Stage): Scene {
  const given = { ...tomasAbroad, to: promoted.oscar, role: roles.globalAdministrator };
  return {
    label: 'Global Administrator given directly',
    records: [roleWrite(dice, { ...given, at: ago(8.6) })],
    // One row, two sides: a standing role, and made past PIM, which contoso uses. One incident.
    expected: [
      {
        detection: 'privileged-role-assigned-active',
        also: ['privileged-role-assigned-outside-pim'],
        subject: promoted.oscar.upn,
        severity: 'high',
      },
    ],
  };
}

/** PIM sees the assignment later and says so every time it looks. Nobody learns anything new. */
export const pimNotice = ({ dice, ago }: Stage, minutes: number) =>
  pimRow(dice, {
    operation: 'Add member to role outside of PIM (permanent)',
    at: ago(minutes),
    by: workloads.pim,
    role: roles.globalAdministrator,
    who: promoted.oscar,
    auditType: 'RoleElevatedOutsidePimAlert',
    more: { initiatedBy: { user: { id: null, displayName: 'Azure AD PIM' } } },
  });

export function roleForWorkload({ dice, ago }: Stage): Scene {
  const given = { ...tomasAbroad, to: workloads.archiver, role: roles.privilegedRole };
  return {
    label: 'a program becomes Privileged Role Administrator',
    records: [roleWrite(dice, { ...given, at: ago(8.1) })],
    // Two sides again. Critical: a program with a secret can now make administrators.
    expected: [
      {
        detection: 'privileged-role-assigned-sp',
        also: ['privileged-role-assigned-outside-pim'],
        subject: workloads.archiver.name,
        severity: 'critical',
      },
    ],
  };
}

export function hostileMember(stage: Stage): Scene {
  const { dice, ago } = stage;
  const join = { by: admins.hana, who: promoted.mallory, group: groups.operators };
  return {
    label: 'a guest with a hostile name joins a group that carries a role',
    records: [
      breakGlassUse(stage, 5.9),
      joinsGroup(dice, { ...join, at: ago(5.7), isCalledOnly: true }),
      breakGlassUse(stage, 5.5),
    ],
    hasBrokenRecord: true,
    // The group carries User Administrator. Shown without the two characters that turn text around.
    expected: [
      {
        detection: 'privileged-group-member-added',
        subject: '**M** [ok](https://evil.example) <at>all</at><b>x</b>',
        severity: 'high',
      },
    ],
  };
}

const securityForYuki = { role: roles.security, who: promoted.yuki };

export function madeEligible({ dice, ago }: Stage): Scene {
  const operation = 'Add eligible member to role in PIM completed (timebound)';
  const justification = 'On-call rotation';
  const until = ago(0) + 90 * 24 * 60 * minuteMs;
  const at = ago(4.3);
  const twin = { by: workloads.pim, role: roles.security, to: promoted.yuki };
  return {
    label: 'somebody becomes eligible for Security Administrator',
    records: [
      pimRow(dice, { ...securityForYuki, operation, at, justification, until, by: admins.ines }),
      roleWrite(dice, { ...twin, operation: 'Add eligible member to role', at: at + 2 * secondMs }),
    ],
    // From PIM's row, which has no more than her name. Its twin, by PIM's own service, adds nothing.
    expected: [
      {
        detection: 'privileged-role-assigned-eligible',
        subject: promoted.yuki.name,
        severity: 'medium',
      },
    ],
  };
}
