import { guidance, type Item, topRoles } from './item.ts';
import { pimInUse, topRolesWatched } from './looks/pim.ts';

/** The first 24 to 48 hours. */
export const stage1: readonly Item[] = [
  {
    id: 'pim-in-use',
    title: 'Privileged Identity Management is in use and tells people of activations',
    checks: ['posture-pim-licence', 'posture-assigned-outside-pim'],
    detections: ['pim-offboarded', 'pim-alert-disabled', 'pim-role-setting-weakened'],
    look: pimInUse,
    todo: 'Begin with PIM for the four top roles: make their holders eligible, and switch the notification of activations on.',
    guidance: guidance('use-microsoft-entra-privileged-identity-management'),
  },
  {
    id: 'top-roles-additions-noticed',
    title: 'Whoever is added to one of the four top roles is noticed',
    checks: ['posture-log-export-incomplete', 'role-change-unexplained'],
    detections: [
      'privileged-role-assigned-active',
      'privileged-role-assigned-timebound',
      'privileged-role-assigned-eligible',
      'privileged-role-assigned-outside-pim',
      'privileged-role-assigned-sp',
      'privileged-role-assigned-group',
      'privileged-group-member-added',
    ],
    notices: { streams: ['AuditLogs'] },
    look: topRolesWatched,
    product: 'Tells people of each addition within seconds of its record.',
    todo: 'Switch the detections on again, and export all categories of the log.',
    guidance: guidance('use-microsoft-entra-privileged-identity-management'),
  },
  {
    id: 'unneeded-roles-removed',
    title: 'Accounts that no longer need a privileged role have lost it',
    checks: ['posture-privileged-inactive', 'posture-eligible-unused', 'posture-admin-orphaned'],
    detections: ['admin-disabled-signin', 'admin-account-enabled'],
    ofEveryone: true,
    todo: 'Remove the roles of those named, or have their need confirmed.',
    guidance: guidance('identify-and-categorize-accounts-that-are-in-highly-privileged-roles'),
  },
  {
    id: 'account-kinds-placed',
    title:
      'Every privileged account is placed: mixed use, administration only, shared, break-glass, automated, external',
    checks: ['posture-admin-shared-unclassified', 'posture-admin-external'],
    detections: ['guest-privileged', 'guest-to-member', 'privileged-account-created'],
    ofEveryone: true,
    todo: 'Write each account into the policy: into the register, or the lists for break-glass, shared, automation and external.',
    guidance: guidance('identify-and-categorize-accounts-that-are-in-highly-privileged-roles'),
  },
  {
    id: 'break-glass-ready',
    title:
      'Two break-glass accounts or more are ready: cloud-only, standing, nobody’s in particular',
    checks: ['posture-breakglass-missing', 'posture-breakglass-untested'],
    detections: [
      'breakglass-signin-success',
      'breakglass-signin-attempt',
      'breakglass-account-changed',
      'breakglass-acts',
      'breakglass-protection-drift',
    ],
    product: 'Tells every use, every attempt and every change of them at once.',
    todo: 'Mend what each finding names; then try each account, and write down who keeps its key.',
    guidance: guidance('define-at-least-two-emergency-access-accounts'),
  },
  {
    id: 'top-roles-mfa',
    title: 'Everyone in the four top roles is registered for MFA and asked for it at sign-in',
    checks: ['posture-ca-admin-mfa', 'posture-ca-exclusions', 'posture-admin-mfa-unregistered'],
    detections: [
      'admin-signin-no-mfa',
      'admin-portal-single-factor',
      'admin-signin-legacy-auth',
      'security-defaults-disabled',
      'ca-policy-weakened',
    ],
    roles: topRoles,
    ofEveryone: true,
    todo: 'Ask for MFA by a Conditional Access policy for roles that is on, and have those named register.',
    guidance: guidance(
      'turn-on-multifactor-authentication-and-register-all-other-highly-privileged-single-user-non-federated-administrator-accounts',
    ),
  },
];
