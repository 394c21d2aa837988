/** An authentication strength; null or left out is what the snapshot does not tell. */
type Strength = {
  id?: string | null | undefined;
  combinations?: readonly string[] | null | undefined;
};

const phishingResistantStrength = '00000000-0000-0000-0000-000000000004';

/** Each of them is one factor by itself; two of them, joined by a comma, are two. */
const singleFactors = new Set(
  [
    ...['password', 'sms', 'voice', 'email', 'qrCodePin', 'hardwareOath', 'softwareOath'],
    ...['microsoftAuthenticatorPush', 'x509CertificateSingleFactor', 'federatedSingleFactor'],
  ].map((method) => method.toLowerCase()),
);

const phishingResistant = new Set([
  'fido2',
  'windowshelloforbusiness',
  'x509certificatemultifactor',
]);

/** A strength of the tenant's own may be content with one factor. */
export const isMultiFactor = (strength: Strength): boolean =>
  !combinationsOf(strength).some((one) => singleFactors.has(one));

export function isPhishingResistant(strength: Strength): boolean {
  if (strength.id?.toLowerCase() === phishingResistantStrength) return true;
  const combinations = combinationsOf(strength);
  return combinations.length > 0 && combinations.every((one) => phishingResistant.has(one));
}

const combinationsOf = ({ combinations }: Strength) =>
  (combinations ?? []).map((one) => one.replaceAll(' ', '').toLowerCase());
