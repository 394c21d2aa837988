import { builtInRoleName } from '../../roles.ts';
import { minuteMs } from '../../time.ts';
import { audit, by, target } from './records.ts';

/** Example records that happen one after another: times are minutes from noon. */
export type Person = { id: string; upn: string };
type Fields = Readonly<Record<string, unknown>>;

const noon = Date.parse('2026-11-20T12:00:00Z');
export const hour = 60;
export const day = 24 * hour;

export const timeOf = (minutes: number) => new Date(noon + minutes * minuteMs).toISOString();

/** The same record at another time, as a record and a flow of its own. */
export function later<T extends { properties: Fields }>(minutes: number, record: T): T {
  const at = timeOf(minutes);
  const { properties } = record;
  return {
    ...record,
    time: at,
    correlationId: `flow ${minutes}`,
    properties: {
      ...properties,
      id: `${properties.id} ${minutes}`,
      correlationId: `flow ${minutes}`,
      ...('createdDateTime' in properties ? { createdDateTime: at } : { activityDateTime: at }),
    },
  };
}

/** Somebody loses a role: what is taken away stands in the old values. */
export const roleTaken = (who: Person, templateId: string, fields: Fields = {}) =>
  audit('Remove member from role', {
    targetResources: [
      {
        ...target(who),
        modifiedProperties: Object.entries({
          'Role.DisplayName': builtInRoleName(templateId),
          'Role.TemplateId': templateId,
        }).map(([displayName, value]) => ({
          displayName,
          oldValue: JSON.stringify(value),
          newValue: null,
        })),
      },
    ],
    ...fields,
  });

/** A change of the tenant's settings. */
export const controlRow = (operationName: string, who: Person, fields: Fields = {}) =>
  audit(operationName, {
    category: 'Policy',
    initiatedBy: by(who),
    targetResources: [{ id: 'policy-1', type: 'Policy', displayName: 'Require MFA' }],
    ...fields,
  });
