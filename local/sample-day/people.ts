import { guidFrom } from '../guid-from.ts';

/** Everybody at contoso on the sample day. All of them are invented. */
export type Person = { id: string; upn: string; name: string; site: Site };
export type Site = 'Seattle' | 'Berlin';
export type Group = { id: string; name: string };
export type Workload = { id: string; appId: string; name: string; address: string };
export type Role = { id: string; name: string };

/** The same id for the same name, on every day: the directory does not change with the seed. */
export const idFor = (name: string): string => guidFrom(`contoso ${name}`);

const person = (upn: string, name: string, site: Site = 'Seattle', id = idFor(upn)): Person => ({
  id,
  upn,
  name,
  site,
});

/** As in policy.yaml. */
export const tenant = { id: '3f8c1e52-6d0a-4b7e-9c41-5a2f7be08d16', name: 'Contoso' } as const;

export const roles = {
  globalAdministrator: { id: '62e90394-69f5-4237-9190-012177145e10', name: 'Global Administrator' },
  privilegedRole: {
    id: 'e8611ab8-c189-46e8-94e1-60213ab1f814',
    name: 'Privileged Role Administrator',
  },
  privilegedAuthentication: {
    id: '7be44c8a-adaf-4e2a-84d6-ab2649e08a13',
    name: 'Privileged Authentication Administrator',
  },
  security: { id: '194ae4cb-b126-40b2-bd5b-6091b380977d', name: 'Security Administrator' },
  securityOperator: { id: '5f2222b1-57c3-48ba-8ad5-d4759f1fde6f', name: 'Security Operator' },
  conditionalAccess: {
    id: 'b1be1c3e-b65d-4f19-8427-f6fa0d97feb9',
    name: 'Conditional Access Administrator',
  },
  exchange: { id: '29232cdf-9323-42fd-ade2-1d097af3e4de', name: 'Exchange Administrator' },
  sharePoint: { id: 'f28a1f50-f6e7-4571-818b-6a12f2af6b6c', name: 'SharePoint Administrator' },
  user: { id: 'fe930be7-5e62-47db-91af-98c3a49a38b1', name: 'User Administrator' },
  helpdesk: { id: '729827e3-9c14-49f7-bb1b-9608f156bbb8', name: 'Helpdesk Administrator' },
  application: { id: '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3', name: 'Application Administrator' },
  globalReader: { id: 'f2ef992c-3afb-46b9-b7cf-a126ee74c451', name: 'Global Reader' },
} as const satisfies Record<string, Role>;

/** Who holds which role: see directory.ts. */
export const admins = {
  ines: person('ines.moreau.adm@contoso.com', 'Ines Moreau (admin)'),
  tomas: person('tomas.berg.adm@contoso.com', 'Tomas Berg (admin)', 'Berlin'),
  priya: person('priya.nair.adm@contoso.com', 'Priya Nair (admin)'),
  mei: person('mei.tanaka.adm@contoso.com', 'Mei Tanaka (admin)'),
  noor: person('noor.rahimi.adm@contoso.com', 'Noor Rahimi (admin)', 'Berlin'),
  lucia: person('lucia.ferri.adm@contoso.com', 'Lucia Ferri (admin)', 'Berlin'),
  rafael: person('rafael.costa.adm@contoso.com', 'Rafael Costa (admin)'),
  sven: person('sven.lindqvist.adm@contoso.com', 'Sven Lindqvist (admin)', 'Berlin'),
  ben: person('ben.okafor.adm@contoso.com', 'Ben Okafor (admin)'),
  hana: person('hana.sato.adm@contoso.com', 'Hana Sato (admin)'),
  omar: person('omar.haddad.adm@contoso.com', 'Omar Haddad (admin)', 'Berlin'),
  /** A guest: their password lies in fabrikam. */
  kay: person('kay.wolf_fabrikam.com#EXT#@contoso.onmicrosoft.com', 'Kay Wolf'),
} as const;

export const breakGlass = [
  person(
    'breakglass-1@contoso.onmicrosoft.com',
    'Break glass 1',
    'Seattle',
    '9d4a6f0b-27c3-4e18-8b5d-c60e13fa7294',
  ),
  person('breakglass-2@contoso.onmicrosoft.com', 'Break glass 2'),
] as const;

/** Meant as the third: on the wrong domain, with nothing but a password, and locked out by a policy. */
export const brokenGlass = person('breakglass-3@contoso.com', 'Break glass 3');

export const shared = person('soc-shift@contoso.com', 'SOC shift');
/** Finance; the policy calls her exposed. */
export const exposed = person('diane.keller@contoso.com', 'Diane Keller');

/** People to whom something happens today: see notable.ts. They do nothing else. */
export const promoted = {
  oscar: person('oscar.lind@contoso.com', 'Oscar Lind'),
  yuki: person('yuki.mori@contoso.com', 'Yuki Mori'),
  /** A guest with a name that wants to be a link, a mention, markup and written backwards. */
  mallory: person(
    'mallory_example.net#EXT#@contoso.onmicrosoft.com',
    '\u202e**M**\u202c [ok](https://evil.example) <at>all</at><b>x</b>',
  ),
} as const;

export const groups = {
  /** Carries User Administrator. */
  operators: { id: idFor('Identity Operators'), name: 'Identity Operators' },
  /** A member of the former. */
  night: { id: idFor('Identity Operators Night'), name: 'Identity Operators Night' },
} as const satisfies Record<string, Group>;

export const plainGroups: readonly Group[] = [
  'Project Heron',
  'All Seattle',
  'Book Club',
  'Payroll Readers',
  'VPN Users',
  'Design Review',
].map((name) => ({ id: idFor(name), name }));

const workload = (name: string, address: string, id = idFor(name)): Workload => ({
  id,
  appId: idFor(`app ${name}`),
  name,
  address,
});

export const workloads = {
  /** Holds User Administrator; the policy calls it automation. */
  hrSync: workload('contoso-hr-sync', '198.51.100.201', '51e7c2d8-0b94-4f6a-a3d7-8e2c95b1f460'),
  build: workload('build-agent', '198.51.100.202'),
  reports: workload('sales-reports', '198.51.100.203'),
  /** Gets a role that it should not have. */
  archiver: workload('invoice-archiver', '198.51.100.204'),
  /** PIM's own service. */
  pim: workload('MS-PIM', ''),
} as const;

export const managedIdentities = ['vm-backup-01', 'func-thumbnails', 'aks-agentpool'].map((name) =>
  workload(name, ''),
);

const names = `Ada Thorne|Bela Novak|Carl Jansen|Dora Quint|Emil Vasquez|Fay Oduya|Gus Marlow|Hedda Roth
Ivo Petrak|June Ashby|Kofi Mensa|Lena Strand|Milo Faber|Nina Castell|Otto Weiss|Pia Lundgren
Quinn Avery|Rosa Delmar|Sami Kallas|Tess Ward|Ugo Brandt|Vera Solis|Wim Dekker|Xenia Hart
Yara Blum|Zeno Pike|Anouk Reyes|Bram Holt|Cleo Winter|Dario Senn|Elif Kaya|Finn Archer`;

/** Everybody else, who holds no role. */
export const staff: readonly Person[] = names
  .split(/[|\n]/)
  .map((name, index) =>
    person(
      `${name.toLowerCase().replace(' ', '.')}@contoso.com`,
      name,
      index % 3 === 0 ? 'Berlin' : 'Seattle',
    ),
  );
