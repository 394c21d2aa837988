import { describe, expect, test } from 'vitest';
import { audit } from '../../shared/detect/examples/records.ts';
import { exampleTenantId } from '../../shared/detect/examples/tenant.ts';
import { settingChanges } from '../../shared/detect/rows/pim-settings.ts';
import { normalise } from '../../shared/read/normalise.ts';

function changesOf(fields: object) {
  const read = normalise(audit('Update role setting in PIM', { ...fields }), exampleTenantId);
  if (!('event' in read) || read.event.kind !== 'audit') throw new Error('not an audit event');
  return settingChanges(read.event);
}

const weighed = (fields: object) => {
  const { weakened, eased, other } = changesOf(fields);
  if (weakened.length > 0) return 'weakened';
  return eased.length > 0 ? 'eased' : other.length > 0 ? 'other' : 'nothing';
};

const change = (displayName: string, oldValue: unknown, newValue: unknown) => ({
  targetResources: [{ type: 'Role', modifiedProperties: [{ displayName, oldValue, newValue }] }],
});
const rules = (...all: object[]) => JSON.stringify({ rules: all });

describe('in words', () => {
  test.each([
    ['weakened', 'MFA on activation requirement disabled'],
    ['weakened', 'MFA on activation disabled'],
    ['weakened', 'Multi-factor authentication on activation no longer required'],
    ['weakened', 'MFA on active assignment requirement disabled'],
    ['weakened', 'Authentication context requirement disabled'],
    ['weakened', 'Approval disabled'],
    ['weakened', 'Justification on activation requirement removed'],
    ['weakened', 'Ticket info requirement disabled'],
    ['weakened', 'Permanently active assignments enabled'],
    ['weakened', 'Permanent active assignment allowed'],
    ['weakened', 'Expiration of active assignments turned off'],
    ['weakened', 'Maximum activation duration updated to 24:00:00'],
    ['weakened', 'Maximum activation duration updated to 1.00:00:00'],
    ['weakened', 'Maximum activation duration set to PT12H'],
    ['weakened', 'Maximum activation duration set to P1D'],
    ['weakened', 'Maximum activation duration set to 600 (Minutes)'],
    ['weakened', 'Maximum activation duration increased to 4 hours'],
    ['weakened', 'Activation maximum duration changed from 1 hour to 2 hours'],
    ['weakened', 'Approval requirement changed from True to False'],
    ['eased', 'Permanently eligible assignments enabled'],
    ['eased', 'Approver settings - Default recipients settings disabled'],
    [
      'eased',
      'Notification updates in eligible members activate the role - Admin settings - Default recipients settings disabled',
    ],
    [
      'other',
      'Notification updates in eligible members activate the role - Admin settings - Default recipients settings enabled',
    ],
    ['other', 'MFA on activation requirement enabled'],
    ['other', 'Approval enabled with approvers MFA disabled'],
    ['other', 'Permanently active assignments disabled'],
    ['other', 'Permanent active assignments not allowed'],
    ['other', 'Maximum activation duration updated to 02:00:00'],
    ['other', 'Maximum activation duration set to 8 hours'],
    ['other', 'Activation maximum duration changed from 8 hours to 1 hour'],
    ['other', 'Maximum active assignment duration set to 365 (Days)'],
    ['other', 'CustomExtension_PreApproval_EndUser_Assignment removed:  ()'],
    ['nothing', ' '],
  ])('%s: %s', (weight, sentence) => {
    expect(weighed({ resultReason: sentence })).toBe(weight);
    expect(weighed({ resultReason: `Setting changes in this session: ${sentence}. ` })).toBe(
      weight,
    );
  });

  test('each of a session is told by itself', () => {
    const reason =
      'Setting changes in this session: Maximum activation duration updated to 02:00:00. CustomExtension_PreApproval_EndUser_Assignment added:  (). MFA on activation requirement disabled. Approval enabled with approvers Ada.';
    expect(changesOf({ resultReason: reason })).toEqual({
      weakened: ['MFA on activation requirement disabled'],
      eased: [],
      other: [
        'Maximum activation duration updated to 02:00:00',
        'CustomExtension_PreApproval_EndUser_Assignment added: ()',
        'Approval enabled with approvers Ada',
      ],
    });
  });

  test('what is cut off may be anything', () => {
    const approvers = `Approval enabled with approvers ${'Ada, '.repeat(300)}`;
    expect(weighed({ resultReason: `${approvers}. MFA on activation requirement disabled.` })).toBe(
      'eased',
    );
  });

  test('MFA that gives way to an authentication context is no plain loss', () => {
    const swap =
      'MFA on activation requirement disabled. Authentication context requirement enabled';
    expect(weighed({ resultReason: swap })).toBe('eased');
    expect(weighed({ resultReason: `${swap}. Approval disabled` })).toBe('weakened');
  });
});

describe('by values', () => {
  test.each([
    ['weakened', 'a flag', change('MfaRequired', '"true"', '"false"')],
    ['other', 'a flag set', change('MfaRequired', '"false"', '"true"')],
    [
      'weakened',
      'one item of a list',
      change('EnabledRules', '["MultiFactorAuthentication","Justification"]', '["Justification"]'),
    ],
    [
      'weakened',
      'the last item of a list',
      change('EnabledRules', '["MultiFactorAuthentication"]', '[]'),
    ],
    [
      'other',
      'one more item',
      change('EnabledRules', '["Justification"]', '["Justification","Ticketing"]'),
    ],
    ['weakened', 'a longer activation', change('MaximumDuration', '"PT8H"', '"PT10H"')],
    ['other', 'a shorter activation', change('MaximumDuration', '"PT8H"', '"PT1H"')],
    ['weakened', 'a permanent assignment', change('PermanentAssignment', '"False"', '"True"')],
    ['nothing', 'ids alone', change('TemplateId', '""', '"62e90394-69f5-4237-9190-012177145e10"')],
    ['nothing', 'the same again', change('MfaRequired', '"true"', '"true"')],
  ])('%s: %s', (weight, _, fields) => {
    expect(weighed(fields)).toBe(weight);
  });

  test('rules within rules, as text within text', () => {
    const rule = (mfaRequired: boolean) => ({
      ruleIdentifier: 'MfaRule',
      setting: JSON.stringify({ mfaRequired }),
    });
    const grant = {
      ruleIdentifier: 'ExpirationRule',
      setting: '{"maximumGrantPeriod":"08:00:00"}',
    };
    const fields = change(
      'UserMemberSettings',
      rules(rule(true), grant),
      rules(grant, rule(false)),
    );
    expect(changesOf(fields)).toEqual({
      weakened: ['usermembersettings rules MfaRule setting mfaRequired: true > false'],
      eased: [],
      other: [],
    });
  });

  test.each([
    ['eased', 'Expiration_Admin_Eligibility'],
    ['weakened', 'Expiration_Admin_Assignment'],
  ])('%s: %s no longer asks for an end', (weight, id) => {
    const rule = (isExpirationRequired: boolean) => rules({ id, isExpirationRequired });
    expect(weighed(change('Policy', rule(true), rule(false)))).toBe(weight);
  });

  test('recipients of mail', () => {
    const rule = (isDefaultRecipientsEnabled: boolean) =>
      rules({ id: 'Notification_Admin_EndUser_Assignment', isDefaultRecipientsEnabled });
    expect(weighed(change('Policy', rule(true), rule(false)))).toBe('eased');
    expect(weighed(change('Policy', rule(false), rule(true)))).toBe('other');
  });

  test('a value of great depth, or of no sense, is passed over', () => {
    const deep = `${'['.repeat(5_000)}${']'.repeat(5_000)}`;
    expect(weighed(change('MfaRequired', deep, 'true'))).toBe('other');
    expect(weighed(change('MfaRequired', { toString: 1 }, [null, [4], 4]))).toBe('other');
  });
});
