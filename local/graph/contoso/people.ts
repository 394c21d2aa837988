import { registered, user } from '../builders.ts';
import { dayMs, hourMs, idFor, timeAt } from '../identifiers.ts';
import type { Entity, Fields, User } from '../model.ts';
import { domains, ids, ordinary, skuIds } from './names.ts';

const authenticator = ['microsoftAuthenticatorPush', 'softwareOneTimePasscode'];
const passkey = ['passKeyDeviceBound'];

const plan = (service: string, servicePlanId: string) => ({
  assignedDateTime: '2025-01-15T08:00:00Z',
  capabilityStatus: 'Enabled',
  service,
  servicePlanId,
});
const mailPlans = [plan('exchange', skuIds.exchange), plan('AADPremiumService', skuIds.p2)];
const adminPlans = [plan('AADPremiumService', skuIds.p2)];

/** As `/authentication/methods` tells: everybody has a password. */
function methodsOf(name: string, kinds: readonly string[]): Entity[] {
  const createdDateTime = '2025-01-15T08:00:00Z';
  const more = kinds.flatMap((kind) => {
    if (kind.startsWith('passKey')) {
      return [
        { type: 'fido2', id: idFor(`fido2 ${name}`), model: 'Security key', displayName: 'Key' },
      ];
    }
    if (kind === 'microsoftAuthenticatorPush') {
      return [{ type: 'microsoftAuthenticator', id: idFor(`push ${name}`), displayName: 'Phone' }];
    }
    return [];
  });
  return [
    {
      '@odata.type': '#microsoft.graph.passwordAuthenticationMethod',
      id: '28c10230-6103-485e-b985-444c60001490',
      createdDateTime,
      password: null,
    },
    ...more.map(({ type, ...fields }) => ({
      '@odata.type': `#microsoft.graph.${type}AuthenticationMethod`,
      createdDateTime,
      ...fields,
    })),
  ];
}

type Told = {
  fields?: Fields;
  methods?: readonly string[];
  hasMailbox?: boolean;
  domain?: string;
  passwordAgeDays?: number;
  /** Null: they never did. */
  idleDays?: number | null;
};

const identity = (signInType: string, issuer: string, issuerAssignedId: string | null) => ({
  signInType,
  issuer,
  issuerAssignedId,
});

/** The people of Contoso Test, as they are at one moment. */
export function contosoPeople(now: number): User[] {
  const ago = (days: number) => timeAt(now - days * dayMs);
  const lastSeen = (days: number) => {
    const at = timeAt(now - days * dayMs - 3 * hourMs);
    return {
      lastSignInDateTime: at,
      lastNonInteractiveSignInDateTime: at,
      lastSuccessfulSignInDateTime: at,
    };
  };
  const synced = (name: string) => ({
    onPremisesSyncEnabled: true,
    onPremisesLastSyncDateTime: timeAt(now - 0.5 * hourMs),
    onPremisesImmutableId: Buffer.from(name).toString('base64'),
  });

  const person = (name: string, told: Told = {}): User => {
    const { methods = authenticator, hasMailbox = true, domain = domains.own } = told;
    const { idleDays = 1, passwordAgeDays = 45 } = told;
    const userPrincipalName = String(told.fields?.userPrincipalName ?? `${name}@${domain}`);
    const changedAt = ago(passwordAgeDays);
    return user(name, domain, {
      hasMailbox,
      methods: methodsOf(name, methods),
      // Disabled accounts are missing in the report.
      ...(told.fields?.accountEnabled !== false && { registration: registered(methods, ago(1)) }),
      ...(idleDays !== null && { signIn: lastSeen(idleDays) }),
      fields: {
        displayName: `Test ${name}`,
        createdDateTime: ago(600),
        lastPasswordChangeDateTime: changedAt,
        signInSessionsValidFromDateTime: changedAt,
        identities: [identity('userPrincipalName', domains.initial, userPrincipalName)],
        assignedPlans: hasMailbox ? mailPlans : adminPlans,
        assignedLicenses: [{ skuId: hasMailbox ? skuIds.e5 : skuIds.p2, disabledPlans: [] }],
        ...told.fields,
      },
    });
  };
  /** An account for administration: in the cloud, and no mail. */
  const admin = (name: string, told: Told = {}) =>
    person(name, { hasMailbox: false, methods: passkey, ...told });

  const guestName = `guest1_fabrikam.example#EXT#@${domains.initial}`;
  const emergency = (name: string, told: Told) =>
    admin(name, {
      domain: domains.initial,
      ...told,
      fields: { passwordPolicies: 'DisablePasswordExpiration', ...told.fields },
    });

  const pra1 = admin('pra1', { methods: ['email'] });
  const sec1 = admin('sec1');
  return [
    admin('ga1'),
    admin('ga2'),
    admin('ga3', { passwordAgeDays: 140 }),
    { ...pra1, registration: { ...registered(['email'], ago(1)), isMfaCapable: false } },
    {
      ...person('sync1', { fields: synced('sync1') }),
      inboxRules: [forwardingRule('sync1', 'collector@fabrikam.example')],
    },
    admin('spo1', { idleDays: 120 }),
    {
      ...sec1,
      risk: {
        level: 'high',
        state: 'atRisk',
        detail: 'none',
        updatedAt: timeAt(now - 5 * hourMs),
      },
    },
    admin('usr1'),
    admin('app1'),
    admin('hd1', { fields: { accountEnabled: false }, idleDays: 60 }),
    person('guest1', {
      hasMailbox: false,
      fields: {
        userPrincipalName: guestName,
        mail: 'guest1@fabrikam.example',
        userType: 'Guest',
        creationType: 'Invitation',
        externalUserState: 'Accepted',
        identities: [identity('federated', 'ExternalAzureAD', null)],
        assignedPlans: [],
        assignedLicenses: [],
      },
    }),
    person('msa1', {
      hasMailbox: false,
      fields: {
        userPrincipalName: `msa1_outlook.example#EXT#@${domains.initial}`,
        mail: 'msa1@outlook.example',
        creationType: 'Invitation',
        externalUserState: 'Accepted',
        identities: [identity('federated', 'MicrosoftAccount', null)],
        assignedPlans: [],
        assignedLicenses: [],
      },
    }),
    emergency('bg1', { idleDays: 40, passwordAgeDays: 200 }),
    emergency('bg2', { idleDays: 40, methods: [], passwordAgeDays: 200 }),
    emergency('bg3', { idleDays: null, fields: { accountEnabled: false }, passwordAgeDays: 500 }),
    ...ordinary.map((name, index) =>
      person(name, {
        // Hybrid: two of three come from the domain of the house.
        ...(index % 3 !== 0 && { fields: synced(name) }),
        ...(index % 20 === 7 && { idleDays: null }),
        passwordAgeDays: 10 + index,
        idleDays: index % 20 === 7 ? null : index % 9,
      }),
    ),
  ];
}

const forwardingRule = (name: string, address: string): Entity => ({
  id: `AQAAAJ5${Buffer.from(ids[name as 'sync1'])
    .toString('base64url')
    .slice(0, 12)}`,
  displayName: 'Invoices',
  sequence: 1,
  isEnabled: true,
  hasError: false,
  isReadOnly: false,
  conditions: { subjectContains: ['invoice'] },
  actions: {
    forwardTo: [{ emailAddress: { name: address, address } }],
    stopProcessingRules: true,
  },
  exceptions: null,
});
