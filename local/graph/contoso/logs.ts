import { dayMs, hourMs, idFor, minuteMs, timeAt } from '../identifiers.ts';
import type { LogRow, Tenant } from '../model.ts';
import { domains, ids, tenantId } from './names.ts';

const portal = 'c44b4083-3bb0-49c1-b47d-974e53cbdf3c';

type SignIn = { name: 'ga1' | 'ga3' | 'sec1' | 'sync1' | 'ord1'; at: number; lagMs: number };

function signIn({ name, at, lagMs }: SignIn, clientAppUsed = 'Browser'): LogRow {
  const text = `sign-in ${name} ${at}`;
  return {
    arrivesAt: at + lagMs,
    fields: {
      id: idFor(text),
      createdDateTime: timeAt(at),
      userId: ids[name],
      userPrincipalName: `${name}@${domains.own}`,
      userDisplayName: `Test ${name}`,
      appId: portal,
      appDisplayName: 'Azure Portal',
      clientAppUsed,
      conditionalAccessStatus: 'success',
      correlationId: idFor(`correlation ${text}`),
      ipAddress: '198.51.100.7',
      isInteractive: true,
      riskDetail: 'none',
      riskLevelAggregated: 'none',
      riskLevelDuringSignIn: 'none',
      riskState: 'none',
      riskEventTypes_v2: [],
      resourceDisplayName: 'Windows Azure Service Management API',
      resourceId: '797f4846-ba00-4fd7-ba43-dac1f8f63013',
      status: { errorCode: 0, failureReason: 'Other.', additionalDetails: null },
      deviceDetail: {
        deviceId: '',
        displayName: '',
        operatingSystem: 'Windows',
        browser: 'Edge',
        isCompliant: null,
        isManaged: null,
        trustType: '',
      },
      location: { city: 'Seattle', state: 'Washington', countryOrRegion: 'US' },
    },
  };
}

/** What Graph keeps of the last days. Rows come late, and not in the order of their times. */
export function contosoLogs(now: number): Pick<Tenant, 'signIns' | 'directoryAudits'> {
  const hourly = Array.from({ length: 24 }, (_, index) =>
    signIn({
      name: (['ga1', 'ga3', 'sec1', 'ord1'] as const)[index % 4] ?? 'ord1',
      at: now - index * hourMs - 7 * minuteMs,
      lagMs: (index % 3) * 4 * minuteMs + minuteMs,
    }),
  );
  const silent = signIn({ name: 'ga1', at: now - 2 * hourMs, lagMs: 5 * minuteMs });
  return {
    signIns: [
      ...hourly,
      signIn({ name: 'sync1', at: now - 2 * dayMs, lagMs: 5 * minuteMs }, 'Exchange ActiveSync'),
      {
        ...silent,
        fields: {
          ...silent.fields,
          id: idFor('silent sign-in of ga1'),
          isInteractive: false,
          signInEventTypes: ['nonInteractiveUser'],
        },
      },
    ],
    directoryAudits: [
      {
        arrivesAt: now - hourMs + 3 * minuteMs,
        fields: {
          id: `PIM_${idFor('audit of the activation')}`,
          activityDateTime: timeAt(now - hourMs),
          activityDisplayName: 'Add member to role completed (PIM activation)',
          category: 'RoleManagement',
          correlationId: idFor('correlation of the activation'),
          loggedByService: 'PIM',
          operationType: 'Assign',
          result: 'success',
          resultReason: 'CHG-1001',
          initiatedBy: {
            app: null,
            user: {
              id: ids.ga1,
              displayName: null,
              userPrincipalName: `ga1@${domains.own}`,
              ipAddress: '198.51.100.7',
            },
          },
          targetResources: [
            {
              id: '62e90394-69f5-4237-9190-012177145e10',
              displayName: 'Global Administrator',
              type: 'Role',
              userPrincipalName: null,
              groupType: null,
              modifiedProperties: [],
            },
            {
              id: ids.ga1,
              displayName: 'Test ga1',
              type: 'User',
              userPrincipalName: null,
              groupType: null,
              modifiedProperties: [],
            },
            {
              id: tenantId,
              displayName: 'Contoso Test',
              type: 'Directory',
              userPrincipalName: null,
              groupType: null,
              modifiedProperties: [],
            },
          ],
          additionalDetails: [{ key: 'TemplateId', value: '62e90394-69f5-4237-9190-012177145e10' }],
        },
      },
    ],
  };
}
