import type { AuditTarget } from '../../read/event.ts';
import { asTexts, isRaw, saysTrue } from '../../read/raw.ts';
import type { Severity } from '../../severity.ts';
import { nameOf } from '../wording.ts';
import { newNetworks } from './networks.ts';
import { isBrokenOff, policyJson } from './policy-json.ts';
import { namesOnly } from './policy-settings.ts';

type Location = { isTold: boolean; isTrusted: boolean; ranges: string[]; countries: string[] };

/** What a row says was trusted or widened; undefined where nothing was. Of a row that tells nothing, that. */
export function widenedLocation(
  target: AuditTarget | undefined,
  isNew: boolean,
): { what: string[]; severity: Severity } | undefined {
  const [before, after] = [locationOf(target, 'before'), locationOf(target, 'after')];
  if (isNew) return after?.isTrusted ? { what: ['new, and trusted'], severity: 'high' } : undefined;
  if (!before || !after?.isTold)
    return { what: ['changed, the record does not tell how'], severity: 'low' };
  const added = [
    ...newNetworks(after.ranges, before.ranges),
    ...after.countries.filter((country) => !before.countries.includes(country)),
  ];
  const what = [
    ...(after.isTrusted && !before.isTrusted ? ['trusted now'] : []),
    ...added.map((one) => `${nameOf({ id: null, name: one })} added`),
  ];
  return what.length > 0 ? { what, severity: after.isTrusted ? 'high' : 'medium' } : undefined;
}

/**
 * Its fields are properties of the row, or stand in one that is the whole location.
 *
 * @returns undefined where text broke off: what is missing may have been there.
 */
function locationOf(
  target: AuditTarget | undefined,
  side: 'before' | 'after',
): Location | undefined {
  const fields: Record<string, unknown> = {};
  for (const [name, change] of target?.changes ?? []) {
    const value = policyJson(change[side]);
    if (isBrokenOff(value)) return undefined;
    if (isRaw(value)) Object.assign(fields, value);
    else if (name !== namesOnly && value !== null) fields[name] = value;
  }
  const list = (...keys: string[]) =>
    keys.flatMap((key) => asTexts(fields[key])).map((text) => text.toLowerCase());
  const networks = Array.isArray(fields.ipranges) ? fields.ipranges.filter(isRaw) : [];
  const isOpen = [fields.includeunknowncountriesandregions, fields.applytounknowncountry].some(
    saysTrue,
  );
  return {
    isTold: Object.keys(fields).length > 0,
    isTrusted: saysTrue(fields.istrusted) || list('categories').includes('trusted'),
    ranges: [
      ...networks
        .flatMap(({ cidraddress }) => asTexts(cidraddress))
        .map((text) => text.toLowerCase()),
      ...list('ipranges', 'cidripranges'),
    ],
    countries: [
      ...list('countriesandregions', 'countryisocodes'),
      ...(isOpen ? ['unknown countries'] : []),
    ],
  };
}
