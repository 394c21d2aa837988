/**
 * What kind of method a name means. Graph's report of registrations, the policy of authentication
 * methods, authentication strengths and the sign-in log each write their own names for the same
 * things, and the sets are open: a name that is not known here is neither strong nor a phone.
 *
 * @see https://learn.microsoft.com/entra/identity/authentication/concept-authentication-strengths
 */

/** `FIDO2 security key`, `fido2SecurityKey`: case and separators differ from one source to the next. */
const plain = (method: string) => method.toLowerCase().replace(/[^a-z0-9]/g, '');

const phishingResistant =
  /^(fido|passkey|windowshello|macossecureenclave|platformcredential|x509certificate)/;

/** A certificate that counts as one factor alone is in no strength that asks for more. */
const notResistant = new Set(['x509certificatesinglefactor']);

const phones = new Set([
  ...['phone', 'mobilephone', 'alternatemobilephone', 'officephone'],
  ...['sms', 'textmessage', 'mobilesms', 'voice', 'voicecall', 'mobilecall', 'alternatemobilecall'],
]);

/** First factors, what only resets a password, and what is gone tomorrow. */
const noSecondFactor = new Set([
  ...['password', 'apppassword', 'qrcode', 'qrcodepin', 'email', 'securityquestion'],
  ...['securityquestions', 'temporaryaccesspass', 'temporaryaccesspassonetime'],
  'temporaryaccesspassmultiuse',
]);

/** Passkeys, Windows Hello for Business, certificates: a false page gets nothing that is of use elsewhere. */
export const hasPhishingResistant = (methods: readonly string[]): boolean =>
  methods.map(plain).some((method) => phishingResistant.test(method) && !notResistant.has(method));

/** Those that prove more than a password, and last. A name that is not known counts: it may well be one. */
export const secondFactorsOf = (methods: readonly string[]): string[] =>
  methods.filter((method) => !noSecondFactor.has(plain(method)));

/** Text messages and calls, and no other second factor. */
export function hasOnlyPhone(methods: readonly string[]): boolean {
  const second = secondFactorsOf(methods);
  return second.length > 0 && second.every((method) => phones.has(plain(method)));
}
