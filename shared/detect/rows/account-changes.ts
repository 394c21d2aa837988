import type { Party } from '../../finding.ts';
import type { AuditEvent, AuditTarget } from '../../read/event.ts';
import { asTexts, saysTrue } from '../../read/raw.ts';

/** The account that a row of the audit log is about. */
export const accountTarget = ({ targets }: AuditEvent): AuditTarget | undefined =>
  targets.find(({ kind }) => kind === 'user');

/** Whether a row gives a property another value. Some rows list what stayed as it was. */
export function isChanged({ changes }: AuditTarget, property: string): boolean {
  const change = changes.get(property);
  if (!change || (isEmpty(change.before) && isEmpty(change.after))) return false;
  const [before, after] = [textOf(change.before), textOf(change.after)];
  // Of what is no plain text the row says that it changed by naming it.
  return before !== after || before === '';
}

const isEmpty = (value: unknown) =>
  (value ?? '') === '' || (Array.isArray(value) && value.length === 0);
const textOf = (value: unknown) => asTexts(value).join(' ').toLowerCase();

/** The account that a row lets sign in again. */
export function enabledAccount(event: AuditEvent): Party | undefined {
  const target = accountTarget(event);
  const change = target?.changes.get('accountenabled');
  // Some rows list what stayed as it was.
  if (!target || saysTrue(change?.before)) return undefined;
  const isUpdate = event.operation === 'update user' && saysTrue(change?.after);
  return isUpdate || event.operation === 'enable account' ? target.party : undefined;
}
