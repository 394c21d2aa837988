import { dayMs, isoOf } from '../../shared/time.ts';
import type { Snapshot, SnapshotAccount } from '../../shared/watch/directory.ts';
import { activated, active, eligible, group, registered, user } from '../graph/builders.ts';
import type { Group, Holding, User } from '../graph/model.ts';
import { admins, breakGlass, brokenGlass, groups, type Person, staff } from './people.ts';

const initialDomain = 'contoso.onmicrosoft.com';

type Account = SnapshotAccount & { userPrincipalName: string };

const ofType = ({ accounts }: Snapshot, type: SnapshotAccount['type']) =>
  accounts.filter((account) => account.type === type);

/** Whoever the snapshot knows, and the rest of the company, as Graph answers them. */
export function graphUsers(snapshot: Snapshot, now: number): User[] {
  const known = ofType(snapshot, 'user') as Account[];
  return [
    ...known.map((account) => adminUser(account, now)),
    ...staff.map((who) => ordinaryUser(who, now)),
  ];
}

function adminUser(account: Account, now: number): User {
  const { methods, enabled, userType, mail, createdAt } = account;
  const isGuest = userType === 'Guest';
  const isTiedToNobody = [...breakGlass, brokenGlass].some(({ id }) => id === account.id);
  const at = account.lastSignInAt ?? undefined;
  const built = user(account.userPrincipalName, initialDomain, {
    hasMailbox: false,
    registration: registered(methods ?? [], isoOf(now - dayMs)),
    ...(at && { signIn: signedInAt(at) }),
    ...(!isGuest && !isTiedToNobody && { managerId: managerOf(account.id).id }),
    fields: {
      userPrincipalName: account.userPrincipalName,
      displayName: account.displayName,
      accountEnabled: enabled,
      userType,
      mail,
      // An administrator without a mailbox is reached at the one of everyday work.
      otherMails: isTiedToNobody ? [] : [`${account.id.slice(0, 8)}@contoso.com`],
      createdDateTime: createdAt,
      lastPasswordChangeDateTime: account.lastPasswordChangeAt ?? createdAt,
      passwordPolicies: account.passwordPolicies,
      identities: [identityOf(account, isGuest)],
    },
  });
  return withId(built, account.id);
}

const identityOf = ({ userPrincipalName }: Account, isGuest: boolean) =>
  isGuest
    ? { signInType: 'federated', issuer: 'ExternalAzureAD', issuerAssignedId: null }
    : {
        signInType: 'userPrincipalName',
        issuer: initialDomain,
        issuerAssignedId: userPrincipalName,
      };

/** Two people answer for each other; somebody has to for everybody else. */
const managerOf = (id: string): Person => (id === admins.ines.id ? admins.tomas : admins.ines);

function ordinaryUser(who: Person, now: number): User {
  const built = user(who.upn, initialDomain, {
    registration: registered(['microsoftAuthenticatorPush'], isoOf(now - dayMs)),
    signIn: signedInAt(isoOf(now - dayMs)),
    fields: {
      userPrincipalName: who.upn,
      displayName: who.name,
      createdDateTime: isoOf(now - 700 * dayMs),
      lastPasswordChangeDateTime: isoOf(now - 30 * dayMs),
    },
  });
  return withId(built, who.id);
}

const signedInAt = (time: string) => ({
  lastSignInDateTime: time,
  lastNonInteractiveSignInDateTime: time,
  lastSuccessfulSignInDateTime: time,
});

/** The sample day has its own ids, which its records carry. */
const withId = (built: User, id: string): User => ({ ...built, fields: { ...built.fields, id } });

/** The groups, with those who hold something through them. */
export function graphGroups(snapshot: Snapshot): Group[] {
  return Object.values(groups).map(({ id, name }) => {
    const members = snapshot.accounts.filter(
      (account) => account.id !== id && account.assignments?.some(({ via }) => via === id),
    );
    const built = group(name, {
      members: members.map((account) => account.id),
      owners: [admins.ines.id],
      fields: { isAssignableToRole: true },
    });
    return { ...built, fields: { ...built.fields, id } };
  });
}

/** Who holds what of their own; what comes through a group is in nobody's list. */
export function graphHoldings(snapshot: Snapshot, now: number): Holding[] {
  const start = isoOf(now - 300 * dayMs);
  return snapshot.accounts.flatMap(({ id, assignments }) =>
    (assignments ?? [])
      .filter(({ via }) => !via)
      .flatMap(({ roleName, state, until }) => {
        const role = roleName ?? '';
        if (state === 'eligible') return eligible(id, role, { start });
        if (state !== 'activated') return active(id, role, { start });
        // It ran out hours ago: Graph shows no activation that is over.
        const isOver = until === null || until === undefined || Date.parse(until) <= now;
        return isOver ? [] : activated(eligible(id, role, { start }), start, until);
      }),
  );
}
