import type { Party, RoleRef } from '../finding.ts';
import type { AuditEvent, LogEvent } from '../read/event.ts';
import { globalAdministrator, privilegedRoles, roleTier } from '../roles.ts';
import { type AccountKind, AccountNames, type DeclaredAccounts } from './account-names.ts';
import type { Snapshot } from './directory.ts';
import { learnAccountChange, learnNewGroup } from './learn-account.ts';
import { learnPrivilege } from './learn-privilege.ts';
import { takeSnapshot } from './take-snapshot.ts';
import { heldAt } from './turns.ts';
import { accountIn, emptyWatchState, type WatchedAccount, type WatchState } from './watch-state.ts';

export type WatchedTenant = {
  id: string;
  accounts: DeclaredAccounts;
  privilegedRoles: { add: readonly string[]; remove: readonly string[] };
};

/**
 * Who is privileged in one tenant, at any moment: what the policy declares, what the snapshot says,
 * and what the log stream has changed since, in the order of the events and not of their arrival.
 */
export class Watchlist {
  readonly tenant: WatchedTenant;
  readonly state: WatchState;
  readonly roles: ReadonlySet<string>;
  readonly #names: AccountNames;

  constructor(tenant: WatchedTenant, state: WatchState = emptyWatchState()) {
    this.tenant = tenant;
    this.state = state;
    this.roles = privilegedRoles(tenant.privilegedRoles);
    this.#names = new AccountNames(tenant.accounts);
    this.learn(state);
  }

  /** Takes over what is known by now, here and elsewhere together. */
  learn(state: WatchState): void {
    Object.assign(this.state, state);
    this.#names.learn(this.state, state.accounts.values());
  }

  /** Takes over a snapshot; what the stream said after it was taken still stands. */
  takeSnapshot(snapshot: Snapshot): void {
    takeSnapshot(this.state, snapshot);
    this.#names.learn(this.state, this.state.accounts.values());
  }

  /** @returns the ids of the accounts that the event changed, to be stored. */
  apply(event: LogEvent): string[] {
    if (event.kind === 'signIn') return this.#meet(event.account);
    return event.kind === 'audit' && event.result === 'success' ? this.#applyAudit(event) : [];
  }

  /** The privileged roles that a user, service principal or group held at a moment, eligible ones included. */
  rolesOf(party: Party, at: number): RoleRef[] {
    const id = this.idOf(party);
    return id ? this.#rolesById(id, at, new Set()) : [];
  }

  /**
   * Whether an account is watched as an administrator: it holds a privileged role, or the policy
   * declares it a break-glass, shared or exposed account.
   */
  isPrivileged(party: Party, at: number): boolean {
    const kinds = ['emergency', 'shared', 'exposed'] as const;
    return kinds.some((kind) => this.is(kind, party)) || this.rolesOf(party, at).length > 0;
  }

  /** Break-glass accounts hold the role by definition, whether or not a snapshot has shown it. */
  isGlobalAdministrator(party: Party, at: number): boolean {
    if (this.is('emergency', party)) return true;
    return this.rolesOf(party, at).some(({ templateId }) => templateId === globalAdministrator);
  }

  /**
   * The ids of the people who held a role at a moment, eligible ones included. A break-glass account
   * of which nothing is known counts as a Global Administrator.
   *
   * @returns undefined until a snapshot has told who there is.
   */
  holdersOf(templateId: string, at: number): string[] | undefined {
    const { accounts, takenAt } = this.state;
    if (takenAt === null) return undefined;
    const isIt = (role: RoleRef) => role.templateId === templateId;
    const holders = [...accounts.values()]
      .filter(({ id, type }) => type === 'user' && this.#rolesById(id, at, new Set()).some(isIt))
      .map(({ id }) => id);
    if (templateId !== globalAdministrator) return holders;
    const isUntold = (id: string) => !accounts.get(id)?.holdings.some(({ role }) => isIt(role));
    return [...new Set([...holders, ...this.#names.idsOf('emergency').filter(isUntold)])];
  }

  isBreakGlass(party: Party | null): boolean {
    return party !== null && this.is('emergency', party);
  }

  /** Whether the policy declares the account as one of a kind. */
  is(kind: AccountKind, party: Party): boolean {
    return this.#names.is(kind, party, this.state);
  }

  /** Whether an id or UPN that the policy writes means a party. */
  isMeant(party: Party, written: string): boolean {
    return this.#names.isMeant(party, written, this.state);
  }

  /** The declared break-glass accounts, with the ids of the groups that each is known to be in. */
  breakGlassAccounts(at: number): { party: Party; ids: string[] }[] {
    return this.#names.idsOf('emergency').map((id) => {
      const account = this.state.accounts.get(id);
      const joined = (account?.memberships ?? []).filter(({ turns }) => heldAt(turns, at));
      const carried = (account?.holdings ?? []).flatMap(({ via }) => via ?? []);
      const ids = [id, ...joined.map(({ group }) => group), ...carried];
      return { party: { type: 'user', id, name: account?.name ?? null }, ids };
    });
  }

  /** Whether somebody is privileged of whom no snapshot knows more than that. */
  hasNewcomers(at: number): boolean {
    return [...this.state.accounts.values()].some(
      ({ id, snapshot }) => snapshot === null && this.#rolesById(id, at, new Set()).length > 0,
    );
  }

  idOf(party: Party): string | undefined {
    return this.#names.idOf(party, this.state);
  }

  account(party: Party): WatchedAccount | undefined {
    const id = this.idOf(party);
    return id ? this.state.accounts.get(id) : undefined;
  }

  /** The ids of which one must occur in a record that names its account by id, for it to concern a watched one. */
  watchedIds(): ReadonlySet<string> {
    return new Set([...this.state.accounts.keys(), ...this.#names.declaredIds()]);
  }

  /** How many accounts and names it knows; it never knows fewer, so the same size is the same list. */
  get size(): number {
    return this.state.accounts.size + this.#names.size;
  }

  /** Whether the policy names an account by a UPN whose id nobody has told yet. */
  hasUnresolvedNames(): boolean {
    return this.#names.hasUnresolved();
  }

  #rolesById(id: string, at: number, seen: Set<string>): RoleRef[] {
    if (seen.has(id)) return [];
    seen.add(id);
    const account = this.state.accounts.get(id);
    if (!account) return [];
    const own = account.holdings
      .filter(({ role, turns }) => this.roles.has(role.templateId) && heldAt(turns, at))
      .map(({ role }) => role);
    const carried = account.memberships
      .filter(({ turns }) => heldAt(turns, at))
      .flatMap(({ group }) => this.#rolesById(group, at, seen));
    return uniqueRoles([...own, ...carried]);
  }

  #applyAudit(event: AuditEvent): string[] {
    const met = [event.actor, ...event.targets.map(({ party }) => party)].flatMap((party) =>
      this.#meet(party),
    );
    const { privilege } = event;
    const holderId = privilege && this.idOf(privilege.holder);
    const changed = holderId
      ? learnPrivilege(this.state, event, privilege, holderId, this.roles)
      : [];
    const target = event.targets.find(({ kind }) => kind === 'user');
    const account = target && this.account(target.party);
    const isChanged = target && account && learnAccountChange(account, event, target);
    const made = learnNewGroup(this.state, event);
    for (const id of [...changed, ...made]) this.#learnName(id);
    return [...met, ...changed, ...made, ...(isChanged ? [account.id] : [])];
  }

  /** An account that the policy names by its UPN tells its id, which it keeps whatever it is called. */
  #meet(party: Party | null): string[] {
    const name = party?.name?.toLowerCase();
    if (!party?.id || party.type !== 'user' || !name || !this.#names.isNewlyMet(name)) return [];
    accountIn(this.state, party.id, party).name = party.name;
    this.#learnName(party.id);
    return [party.id];
  }

  #learnName(id: string): void {
    const account = this.state.accounts.get(id);
    if (account) this.#names.learn(this.state, [account]);
  }
}

/** In an order that does not depend on which was heard of first: the gravest come first. */
function uniqueRoles(roles: readonly RoleRef[]): RoleRef[] {
  const byKey = new Map(roles.map((role) => [`${role.templateId} ${role.scope}`, role]));
  return [...byKey]
    .sort(
      ([a, one], [b, other]) =>
        roleTier(one.templateId) - roleTier(other.templateId) || (a < b ? -1 : 1),
    )
    .map(([, role]) => role);
}
