import { idFor, type Person } from '../../local/sample-day/people.ts';
import type { Fields } from '../../local/sample-day/records.ts';

/** What somebody signs in on. */
export type Device = { detail: Fields; userAgent: string };

const edgeOn = (version: string) =>
  `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0 Safari/537.36 Edg/${version}.0.0`;

/** The company's laptop. Its browser is newer in the afternoon than in the morning. */
export function laptopOf({ upn, name }: Person, version = '154.0'): Device {
  return {
    detail: {
      deviceId: idFor(`laptop ${upn}`),
      displayName: `LT-${name.slice(0, 4).toUpperCase()}`,
      operatingSystem: 'Windows11',
      browser: `Edge ${version}.0`,
      isCompliant: true,
      isManaged: true,
      trustType: 'Azure AD joined',
    },
    userAgent: edgeOn(version),
  };
}

/** Their own telephone: registered, and managed by nobody. */
export function phoneOf({ upn }: Person): Device {
  return {
    detail: {
      deviceId: idFor(`phone ${upn}`),
      displayName: 'iPhone',
      operatingSystem: 'Ios 26.1',
      browser: 'Mobile Safari 26.1',
      isCompliant: false,
      isManaged: false,
      trustType: 'Azure AD registered',
    },
    userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 26_1 like Mac OS X) Mobile/15E148',
  };
}

/** Another browser on the same laptop, which does not tell the tenant which one that is. */
export const otherBrowser: Device = {
  detail: { deviceId: '', operatingSystem: 'Windows10', browser: 'Firefox 150.0' },
  userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:150.0) Gecko/20100101 Firefox/150.0',
};

/** A command line, which tells even less. */
export const commandLine: Device = {
  detail: { deviceId: '', operatingSystem: 'Windows10', browser: 'Python Requests 2.32' },
  userAgent: 'python-requests/2.32.3',
};
