import { guidance, type Item, microsoft365Roles } from './item.ts';
import { joinedDeviceHolders } from './looks/administrators.ts';

const practices = guidance('stage-4-continue-building-defenses');

/** Six months and beyond. */
export const stage4: readonly Item[] = [
  {
    id: 'everyday-work-without-privilege',
    title: 'Everyday work is done without privilege; it is taken when needed, and given back',
    checks: ['posture-permanent-assignment', 'posture-admin-mailbox-or-daily-use'],
    detections: [
      'privileged-role-assigned-active',
      'pim-activation-too-frequent',
      'pim-activation-long-or-no-justification',
      'admin-off-hours',
    ],
    ofEveryone: true,
    todo: 'Make standing assignments eligible, and separate accounts from everyday work.',
    guidance: practices,
  },
  {
    id: 'audit-logs-kept',
    title: 'Audit logs of privileged accounts are exported, to be kept',
    checks: ['posture-log-export-incomplete'],
    detections: ['entra-diagnostics-changed', 'log-stream-silent', 'eventhub-tampered'],
    unseen: 'How long whatever reads the event hub keeps them.',
    product: 'Keeps its findings, with the ids of their records; the logs themselves it does not.',
    todo: 'Export all categories, and archive them for as long as your law asks.',
    guidance: practices,
  },
  {
    id: 'roles-still-least',
    title: 'Roles and their holders were reviewed, programs among them: still the least needed',
    checks: [
      'posture-role-review-overdue',
      'posture-global-admin-count',
      'posture-eligible-unused',
      'posture-app-privileged',
    ],
    detections: ['app-role-privileged-granted', 'sp-promotes-admin', 'role-flapping'],
    ofEveryone: true,
    todo: 'Review the roles, and take from people and programs what they do not need.',
    guidance: guidance('review-administrator-roles-in-microsoft-entra-id'),
  },
  {
    id: 'joined-device-admins',
    title: 'Administrators of joined devices were reviewed',
    checks: [],
    detections: ['laps-or-device-admin-secret-read', 'device-registration-policy-changed'],
    look: joinedDeviceHolders,
    unseen:
      'Who else is made a local administrator by device settings, and whether it was reviewed.',
    todo: 'Review them, and vouch for it.',
    guidance: guidance('review-users-who-have-administration-of-microsoft-entra-joined-devices'),
  },
  {
    id: 'm365-role-members',
    title: 'Members of the administrative roles of Microsoft 365 were reviewed',
    checks: ['posture-role-review-overdue', 'posture-privileged-inactive'],
    detections: [],
    roles: microsoft365Roles,
    unseen: 'Role groups inside Exchange, Purview and the other services.',
    todo: 'Add these roles to an access review that repeats.',
    guidance: guidance('review-members-of-built-in-microsoft-365-admin-roles'),
  },
  {
    id: 'incident-plan-validated',
    title: 'The plan for incidents is tried, learnt from, revised and handed out',
    checks: ['posture-breakglass-untested'],
    detections: ['breakglass-signin-success'],
    unseen: 'Drills other than a sign-in of a break-glass account, and what was learnt.',
    todo: 'Hold a drill, write down what was missed, and vouch for it.',
    guidance: guidance('validate-incident-response-plan'),
  },
  {
    id: 'subscription-ownership',
    title: 'Subscriptions belong to the right owners',
    checks: ['posture-subscription-owner-external', 'posture-rbac-root'],
    detections: ['rbac-privileged-assigned', 'elevate-access-azure'],
    unseen: 'Who ought to own a subscription, and who pays for it.',
    todo: 'Transfer what belongs to somebody else, and vouch for the rest.',
    guidance: guidance('additional-steps-for-organizations-managing-access-to-azure'),
  },
];
