import { expect, test } from 'vitest';
import {
  hasOnlyPhone,
  hasPhishingResistant,
  secondFactorsOf,
} from '../../../shared/detect/posture/methods.ts';

test.each([
  'fido2',
  'Fido2',
  'fido2SecurityKey',
  'FIDO2 security key',
  'passKeyDeviceBound',
  'passKeyDeviceBoundAuthenticator',
  'passKeyDeviceBoundWindowsHello',
  'passKeySynced',
  'Passkey (Microsoft Authenticator)',
  'windowsHelloForBusiness',
  'Windows Hello for Business',
  'macOsSecureEnclaveKey',
  'x509Certificate',
  'X509Certificate',
  'x509CertificateMultiFactor',
])('%s resists phishing', (method) => {
  expect(hasPhishingResistant(['password', method])).toBe(true);
  expect(hasOnlyPhone(['mobilePhone', method])).toBe(false);
});

test.each([
  'microsoftAuthenticatorPush',
  'microsoftAuthenticatorPasswordless',
  'softwareOneTimePasscode',
  'hardwareOneTimePasscode',
  'x509CertificateSingleFactor',
  'carrierPigeon',
  'notFido2',
])('%s does not, and is no phone', (method) => {
  expect(hasPhishingResistant([method])).toBe(false);
  expect(hasOnlyPhone(['mobilePhone', method])).toBe(false);
  expect(secondFactorsOf([method])).toEqual([method]);
});

test.each([
  'mobilePhone',
  'Mobile phone',
  'alternateMobilePhone',
  'officePhone',
  'Sms',
  'Text message',
  'Voice',
  'mobileSMS',
])('%s is a phone', (method) => {
  expect(hasPhishingResistant([method])).toBe(false);
  expect(hasOnlyPhone([method])).toBe(true);
});

test.each([
  'password',
  'email',
  'securityQuestion',
  'temporaryAccessPass',
  'temporaryAccessPassOneTime',
  'appPassword',
  'qrCode',
])('%s is no second factor: it adds nothing to a phone', (method) => {
  expect(hasPhishingResistant([method])).toBe(false);
  expect(hasOnlyPhone([method])).toBe(false);
  expect(hasOnlyPhone([method, 'mobilePhone'])).toBe(true);
  expect(secondFactorsOf([method, 'mobilePhone'])).toEqual(['mobilePhone']);
});

test('without any method there is neither', () => {
  expect(hasPhishingResistant([])).toBe(false);
  expect(hasOnlyPhone([])).toBe(false);
});
