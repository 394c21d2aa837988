import { type Case, found } from './case.ts';
import { ownPassword, passwordRow, signIn } from './records.ts';
import { apps, at, byApp, hub, people } from './world.ts';

const { ruth, hank, tara, gust, uma, cfo } = people;
const other = (who: { id: string } = ruth) => found('admin-password-changed-by-other', who, 'high');
const self = (severity = 'low', who: { id: string } = ruth) =>
  found('admin-password-changed-self', who, severity);
const failedOn = (who: { id: string } = ruth) =>
  found('admin-password-reset-failed', who, 'medium');
const service = (displayName: string) => ({
  initiatedBy: byApp({ id: apps.backup.id, name: displayName }),
});
const resetService = {
  initiatedBy: {
    user: {
      id: '',
      displayName: null,
      userPrincipalName: 'fim_password_service@support.onmicrosoft.com',
      ipAddress: null,
    },
  },
};
const click = { correlationId: 'one click' };
const risky = (time: string, level: string, state = 'atRisk') =>
  signIn(ruth, {
    createdDateTime: time,
    riskLevelDuringSignIn: level,
    riskState: state,
    authenticationDetails: [],
  });
const atRisk = found('admin-risk-detected', ruth, 'high');
const changedAtRisk = found('risky-signin-then-auth-change', ruth, 'critical');

export const passwords: readonly Case[] = [
  ...[
    'Reset user password',
    'Reset password',
    'Reset password (by admin)',
    'Update PasswordProfile',
    'Set force change user password',
  ].map(
    (operation): Case => ({
      name: `by another: ${operation}`,
      records: [passwordRow(operation, ruth), passwordRow(operation, tara)],
      expect: [other()],
    }),
  ),
  {
    name: 'by an application',
    records: [passwordRow('Update PasswordProfile', ruth, { initiatedBy: byApp(apps.backup) })],
    expect: [other()],
  },
  {
    name: 'rows of one click',
    records: [
      passwordRow('Reset password (by admin)', ruth, click),
      passwordRow('Reset user password', ruth, click),
      passwordRow('Set force change user password', ruth, click),
    ],
    expect: [other()],
  },
  ...[
    'Change user password',
    'Reset password (self-service)',
    'Change password (self-service)',
  ].map(
    (operation): Case => ({
      name: `their own: ${operation}`,
      records: [ownPassword(operation, ruth), ownPassword(operation, tara)],
      expect: [self()],
    }),
  ),
  {
    name: 'self-service, done by the service for them',
    records: [
      ownPassword('Reset password (self-service)', ruth, click),
      passwordRow('Reset user password', ruth, { ...click, ...resetService }),
    ],
    expect: [self()],
  },
  {
    name: 'self-service that names a service as its actor',
    records: [
      passwordRow(
        'Reset password (self-service)',
        ruth,
        service('Microsoft password reset service'),
      ),
    ],
    expect: [self()],
  },
  {
    name: 'whose: active, eligible, by group, executives',
    records: [hank, uma, cfo, gust].map((who) => passwordRow('Reset user password', who)),
    expect: [other(hank), other(uma), other(cfo), other(gust)],
  },
  ...['Change user password', 'Reset user password', 'Reset password (self-service)'].map(
    (operation): Case => ({
      name: `failed: ${operation}`,
      records: [
        ownPassword(operation, ruth, { result: 'failure' }),
        passwordRow(operation, hank, { result: 'timeout' }),
        passwordRow(operation, tara, { result: 'failure' }),
      ],
      expect: [failedOn(), failedOn(hank)],
    }),
  ),
  {
    name: 'blocked from self-service',
    records: [ownPassword('Blocked from self-service password reset', ruth)],
    expect: [failedOn()],
  },
  ...['medium', 'high'].map(
    (level): Case => ({
      name: `their own, after a sign-in of ${level} risk`,
      records: [risky('2026-11-19T12:30:00Z', level), ownPassword('Change user password', ruth)],
      expect: [atRisk, self('high'), changedAtRisk],
      // The risk, and the change after it.
      incidents: 2,
    }),
  ),
  {
    name: 'their own, a day and more after the risk, or before it',
    records: [
      risky('2026-11-19T11:00:00Z', 'high'),
      risky(at('12:30'), 'high'),
      ownPassword('Change user password', ruth),
    ],
    expect: [atRisk, atRisk, self()],
    incidents: 2,
  },
  {
    name: 'their own, after Entra called the account risky',
    records: [
      hub(
        'RiskyUsers',
        'Risky user',
        {
          id: ruth.id,
          userPrincipalName: ruth.upn,
          riskLastUpdatedDateTime: '2026-11-20T11:00:00.1110000Z',
          riskState: 'atRisk',
          riskLevel: 'high',
        },
        { time: '11/20/2026 11:01:00 AM' },
      ),
      ownPassword('Change user password', ruth),
    ],
    expect: [atRisk, self('high'), changedAtRisk],
    incidents: 2,
  },
];
