import { idFor, type Person, type Site, type Workload } from '../../local/sample-day/people.ts';
import { times } from './moment.ts';

/** Contoso when it has grown. Nobody of them exists. */
const first =
  'Ada Bela Carl Dora Emil Fay Gus Hedda Ivo June Kofi Lena Milo Nina Otto Pia Quinn Rosa Sami Tess Ugo Vera Wim Xenia Yara Zeno'.split(
    ' ',
  );
const last =
  'Thorne Novak Jansen Quint Vasquez Oduya Marlow Roth Petrak Ashby Mensa Strand Faber Castell Weiss Lundgren Avery Delmar Kallas Ward Brandt Solis Dekker Hart Blum Pike'.split(
    ' ',
  );

export function personOf(upn: string, name: string, site: Site): Person {
  return { id: idFor(upn), upn, name, site };
}

/** They hold no role. Some share a name, as people do. */
export const staff: readonly Person[] = times(3_000, (n) => {
  const name = `${first[n % first.length]} ${last[Math.floor(n / first.length) % last.length]}`;
  const upn = `${name.toLowerCase().replace(' ', '.')}${n < 676 ? '' : Math.floor(n / 676)}@contoso.com`;
  return personOf(upn, name, n % 3 === 0 ? 'Berlin' : 'Seattle');
});

const admin = (name: string, site: Site) =>
  personOf(`${name.toLowerCase().replace(' ', '.')}.adm@contoso.com`, `${name} (admin)`, site);

export const admins = {
  ines: admin('Ines Moreau', 'Seattle'),
  tomas: admin('Tomas Berg', 'Berlin'),
  priya: admin('Priya Nair', 'Seattle'),
  mei: admin('Mei Tanaka', 'Seattle'),
  noor: admin('Noor Rahimi', 'Berlin'),
  paul: admin('Paul Osei', 'Seattle'),
  kaja: admin('Kaja Lind', 'Berlin'),
  ravi: admin('Ravi Menon', 'Seattle'),
  olga: admin('Olga Brandt', 'Berlin'),
  luis: admin('Luis Prado', 'Seattle'),
  lucia: admin('Lucia Ferri', 'Berlin'),
  jonas: admin('Jonas Holm', 'Berlin'),
  rafael: admin('Rafael Costa', 'Seattle'),
  tara: admin('Tara Quist', 'Seattle'),
  ian: admin('Ian Walsh', 'Berlin'),
  judith: admin('Judith Amar', 'Seattle'),
  hana: admin('Hana Sato', 'Seattle'),
  omar: admin('Omar Haddad', 'Berlin'),
  ben: admin('Ben Okafor', 'Seattle'),
  uma: admin('Uma Rao', 'Berlin'),
  dirk: admin('Dirk Vogel', 'Berlin'),
  sven: admin('Sven Lindqvist', 'Berlin'),
  erin: admin('Erin Kovacs', 'Seattle'),
  hank: admin('Hank Bauer', 'Seattle'),
  zoe: admin('Zoe Adler', 'Berlin'),
} as const;

/** Kept for the day on which nobody else gets in: today is none. */
export const breakGlass = [1, 2].map((n) =>
  personOf(`breakglass-${n}@contoso.onmicrosoft.com`, `Break glass ${n}`, 'Seattle'),
);

/** What writes the directory on the ground into the one in the cloud. */
export const connector = personOf(
  'Sync_AADC01_3f2b19c04d7e@contoso.onmicrosoft.com',
  'On-Premises Directory Synchronization Service Account',
  'Berlin',
);
/** Scans to mail, and knows nothing but a password. */
export const printer = personOf('scanner.floor3@contoso.com', 'Scanner floor 3', 'Seattle');

export const partnerTenant = '7c9b2f10-58ce-4d36-a1f4-93d0be27c845';
export const guests: readonly Person[] = times(120, (n) =>
  personOf(
    `guest${n}_fabrikam.com#EXT#@contoso.onmicrosoft.com`,
    `Guest ${n}`,
    n % 2 === 0 ? 'Berlin' : 'Seattle',
  ),
);
/** Gone, and their telephones do not know it. */
export const leavers = times(40, (n) =>
  personOf(`leaver${n}@contoso.com`, `Leaver ${n}`, n % 3 === 0 ? 'Berlin' : 'Seattle'),
);

const program = (name: string, address: string): Workload => ({
  id: idFor(name),
  appId: idFor(`app ${name}`),
  name,
  address,
});
export const programs = {
  /** Declared automation: makes and disables accounts. */
  hr: program('contoso-hr-connector', '198.51.100.201'),
  /** Declared automation: renews certificates. */
  renewals: program('contoso-certificate-renewal', '198.51.100.202'),
  /** Sets up what the teams run in Azure. */
  pipeline: program('contoso-platform-pipeline', '198.51.100.203'),
  pim: program('MS-PIM', ''),
} as const;
export const services = times(60, (n) => program(`service-${n}`, `198.18.250.${n + 1}`));
export const managedIdentities = times(40, (n) => program(`mi-app-${n}`, ''));

/** Services of Microsoft's, as they sign what they write. */
export const platform = (name: string): Workload => ({ ...program(name, ''), appId: '' });
