import type { Party, RoleRef } from '../finding.ts';
import type { AuditEvent, AuditTarget, LogEvent } from '../read/event.ts';
import type { PrivilegeChange } from '../read/privilege-change.ts';
import { isGuid } from '../read/raw.ts';
import { builtInRoleName, globalAdministrator, privilegedRoles } from '../roles.ts';
import { parseTime } from '../time.ts';
import type { Snapshot, SnapshotAccount } from './directory.ts';
import { addTurn, heldAt, type Turn } from './turns.ts';

/** Which accounts of a tenant the policy names, by object id or UPN. */
export type DeclaredAccounts = Readonly<
  Record<'emergency' | 'exposed' | 'shared' | 'automation' | 'external', readonly string[]>
>;
export type AccountKind = keyof DeclaredAccounts;

export type WatchedTenant = {
  id: string;
  accounts: DeclaredAccounts;
  privilegedRoles: { add: readonly string[]; remove: readonly string[] };
};

/** A role held over time: directly, or (`via`) through a group that the snapshot knows. */
type Holding = { role: RoleRef; tier: 'active' | 'eligible'; via: string | null; turns: Turn[] };

/** What is remembered of one account; plain JSON, as it is stored. */
export type WatchedAccount = {
  id: string;
  type: 'user' | 'servicePrincipal' | 'group';
  name: string | null;
  holdings: Holding[];
  memberships: { group: string; turns: Turn[] }[];
  enabled: Turn[];
  /** Epoch milliseconds of the latest change of its password that succeeded. */
  passwordChangedAt: number | null;
  /** When Entra called one of its sign-ins, or the account itself, risky. */
  riskyAt: number[];
  /** As the last snapshot had it. */
  snapshot: SnapshotAccount | null;
};

/** A removal of a person's role that was no mere end of an activation: the moment shared secrets are due. */
export type PrivilegeLoss = { at: number; who: string };

export type WatchState = {
  accounts: Map<string, WatchedAccount>;
  losses: PrivilegeLoss[];
  /** When the snapshot was taken, epoch milliseconds. */
  takenAt: number | null;
};

export const emptyWatchState = (): WatchState => ({
  accounts: new Map(),
  losses: [],
  takenAt: null,
});

/** How much of each is remembered; the oldest goes. */
export const mostLosses = 20;
export const mostRiskTimes = 20;

/** Only these audit operations set a new password. A forced change at the next sign-in does not yet. */
const setsPassword = new Set([
  'change user password',
  'reset user password',
  'reset password',
  'reset password (by admin)',
  'reset password (self-service)',
  'change password (self-service)',
  'update passwordprofile',
]);

/**
 * Who is privileged in one tenant, at any moment: what the policy declares, what the snapshot says,
 * and what the log stream has changed since, in the order of the events and not of their arrival.
 */
export class Watchlist {
  readonly tenant: WatchedTenant;
  readonly state: WatchState;
  readonly roles: ReadonlySet<string>;
  readonly #declared = new Map<AccountKind, { ids: Set<string>; names: Set<string> }>();
  readonly #idsByName = new Map<string, string>();

  constructor(tenant: WatchedTenant, state: WatchState = emptyWatchState()) {
    this.tenant = tenant;
    this.state = state;
    this.roles = privilegedRoles(tenant.privilegedRoles);
    this.learn(state);
  }

  /** Takes over what is known by now, here and elsewhere together. */
  learn(state: WatchState): void {
    Object.assign(this.state, state);
    for (const account of state.accounts.values()) this.#learnName(account);
    this.#resolveDeclared();
  }

  /** Takes over a snapshot; what the stream said after it was taken still stands. */
  takeSnapshot(snapshot: Snapshot): void {
    const at = parseTime(snapshot.takenAt) ?? 0;
    this.state.takenAt = at;
    const present = new Set<string>();
    for (const known of snapshot.accounts) {
      present.add(known.id);
      this.#takeAccount(known, at);
    }
    for (const account of this.state.accounts.values()) {
      if (!present.has(account.id)) this.#endMissing(account, [], at);
    }
    this.#resolveDeclared();
  }

  /** @returns the ids of the accounts that the event changed, to be stored. */
  apply(event: LogEvent): string[] {
    if (event.kind === 'signIn') {
      return [
        ...this.#meet(event.account),
        ...this.#applyRisk(event.account, event.risk.level, event.at),
      ];
    }
    if (event.kind === 'risk') {
      const isRisky = /^(atrisk|confirmedcompromised)$/.test(event.state);
      return isRisky ? this.#applyRisk(event.account, event.level, event.at) : [];
    }
    if (event.kind !== 'audit' || event.result !== 'success') return [];
    return [
      ...[event.actor, ...event.targets.map(({ party }) => party)].flatMap((party) =>
        this.#meet(party),
      ),
      ...(event.privilege ? this.#applyPrivilege(event, event.privilege) : []),
      ...this.#applyAccountChange(event),
    ];
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
    const isDeclared = (['emergency', 'shared', 'exposed'] as const).some((kind) =>
      this.is(kind, party),
    );
    return isDeclared || this.rolesOf(party, at).length > 0;
  }

  /** Break-glass accounts hold the role by definition, whether or not a snapshot has shown it. */
  isGlobalAdministrator(party: Party, at: number): boolean {
    if (this.is('emergency', party)) return true;
    return this.rolesOf(party, at).some(({ templateId }) => templateId === globalAdministrator);
  }

  isBreakGlass(party: Party | null): boolean {
    return party !== null && this.is('emergency', party);
  }

  /** Whether the policy declares the account as one of a kind: by object id, by UPN where the log has no id. */
  is(kind: AccountKind, party: Party): boolean {
    const declared = this.#declared.get(kind);
    if (!declared) return false;
    const id = this.idOf(party);
    if (id && declared.ids.has(id)) return true;
    const name = party.name?.toLowerCase();
    if (!name || !declared.names.has(name)) return false;
    // A name whose id we know is that account alone: names are given again after a deletion.
    return !this.#idsByName.has(name) || !party.id;
  }

  /** The declared break-glass accounts, with the ids of the groups that each is known to be in. */
  breakGlassAccounts(at: number): { party: Party; ids: string[] }[] {
    return [...(this.#declared.get('emergency')?.ids ?? [])].map((id) => {
      const account = this.state.accounts.get(id);
      const groups = [
        ...(account?.memberships ?? [])
          .filter(({ turns }) => heldAt(turns, at))
          .map(({ group }) => group),
        ...(account?.holdings ?? []).flatMap(({ via }) => via ?? []),
      ];
      return { party: { type: 'user', id, name: account?.name ?? null }, ids: [id, ...groups] };
    });
  }

  idOf(party: Party): string | undefined {
    if (party.id) return party.id;
    const name = party.name?.toLowerCase() ?? '';
    // Some sign-ins carry the object id where the UPN belongs.
    const isId =
      this.state.accounts.has(name) ||
      (isGuid(name) && [...this.#declared.values()].some(({ ids }) => ids.has(name)));
    return this.#idsByName.get(name) ?? (isId ? name : undefined);
  }

  account(party: Party): WatchedAccount | undefined {
    const id = this.idOf(party);
    return id ? this.state.accounts.get(id) : undefined;
  }

  /** Ids and names of which one must occur in a record for it to concern a watched account. */
  watched(): { ids: ReadonlySet<string>; names: ReadonlySet<string> } {
    const ids = new Set(this.state.accounts.keys());
    const names = new Set(this.#idsByName.keys());
    for (const declared of this.#declared.values()) {
      for (const id of declared.ids) ids.add(id);
      for (const name of declared.names) names.add(name);
    }
    return { ids, names };
  }

  /** How many accounts and names it knows; it never knows fewer, so the same size is the same list. */
  get size(): number {
    return this.state.accounts.size + this.#idsByName.size;
  }

  /** Whether the policy names an account by a UPN whose id nobody has told yet. */
  hasUnresolvedNames(): boolean {
    return [...this.#declared.values()].some(({ names }) =>
      [...names].some((name) => !this.#idsByName.has(name)),
    );
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

  /** An account that the policy names by its UPN tells its id, which it keeps whatever it is called. */
  #meet(party: Party | null): string[] {
    const name = party?.name?.toLowerCase();
    if (!party?.id || party.type !== 'user' || !name || this.#idsByName.has(name)) return [];
    if (![...this.#declared.values()].some(({ names }) => names.has(name))) return [];
    const account = this.#accountFor(party.id, party);
    account.name = party.name;
    this.#learnName(account);
    this.#resolveDeclared();
    return [party.id];
  }

  #applyPrivilege(event: AuditEvent, change: PrivilegeChange): string[] {
    if (change.stage === 'request') return [];
    const holderId = this.idOf(change.holder);
    if (!holderId) return [];
    if (change.of.kind === 'group')
      return this.#applyMembership(event, change, holderId, change.of);
    const { templateId, name } = change.of;
    if (!templateId || !this.roles.has(templateId)) return [];
    const role = { templateId, name, scope: change.scope };
    const account = this.#accountFor(holderId, change.holder);
    const isHeld = change.effect === 'grant';
    const turn: Turn = {
      at: event.at,
      held: isHeld,
      ...(isHeld && change.until && { until: change.until }),
      // PIM notices what has held for a while already.
      ...(change.stage === 'notice' && { isState: true }),
    };
    if (isHeld) addTurn(this.#holdingSince(event.at, account, role, change.tier).turns, turn);
    else this.#endHolding(account, role, change.tier, turn);
    if (isHeld && change.way === 'pim-activation') {
      // Whoever activates was eligible before, and is afterwards.
      const eligible = this.#holdingSince(event.at, account, role, 'eligible');
      addTurn(eligible.turns, { at: event.at, held: true, isState: true });
    }
    if (!isHeld) this.#noteLoss(event, change);
    return account.type === 'group'
      ? [holderId, ...this.#endThroughGroup(holderId, role, turn)]
      : [holderId];
  }

  #endHolding(account: WatchedAccount, role: RoleRef, tier: Holding['tier'], turn: Turn): void {
    const direct = account.holdings.filter(
      (one) => one.via === null && one.role.templateId === role.templateId && one.tier === tier,
    );
    const sameScope = direct.filter((one) => one.role.scope === role.scope);
    // A removal does not always tell the scope: then it ends what the snapshot knows under any.
    const ended = sameScope.length > 0 ? sameScope : direct;
    if (ended.length === 0) ended.push(this.#holding(account, role, tier, null));
    for (const { turns } of ended) addTurn(turns, turn);
  }

  /** A holding that the snapshot, though taken later, does not show has ended before it was taken. */
  #holdingSince(at: number, account: WatchedAccount, role: RoleRef, tier: Holding['tier']) {
    const holding = this.#holding(account, role, tier, null);
    const { takenAt } = this.state;
    if (holding.turns.length === 0 && takenAt !== null && at < takenAt)
      addTurn(holding.turns, { at: takenAt, held: false, isState: true });
    return holding;
  }

  /** Members that the snapshot listed through a group lose what the group loses. */
  #endThroughGroup(group: string, role: RoleRef, turn: Turn): string[] {
    if (turn.held) return [];
    const changed: string[] = [];
    for (const account of this.state.accounts.values()) {
      for (const holding of account.holdings) {
        if (holding.via !== group || holding.role.templateId !== role.templateId) continue;
        addTurn(holding.turns, turn);
        changed.push(account.id);
      }
    }
    return changed;
  }

  #applyMembership(
    event: AuditEvent,
    change: PrivilegeChange,
    holderId: string,
    group: { id: string; as: 'member' | 'owner' },
  ): string[] {
    // Only groups that the watchlist knows can carry a role; owners hold nothing themselves.
    if (group.as === 'owner' || !this.state.accounts.has(group.id)) return [];
    // At the end of an activation the member is eligible still; PIM tells an end of that by itself.
    if (change.effect === 'revoke' && isEndOfActivation(event, change)) return [];
    const account = this.#accountFor(holderId, change.holder);
    const isHeld = change.effect === 'grant';
    const turn: Turn = {
      at: event.at,
      held: isHeld,
      ...(isHeld && change.until && { until: change.until }),
    };
    let membership = account.memberships.find((one) => one.group === group.id);
    if (!membership) {
      membership = { group: group.id, turns: [] };
      account.memberships.push(membership);
    }
    addTurn(membership.turns, turn);
    if (!isHeld) {
      for (const { via, turns } of account.holdings) if (via === group.id) addTurn(turns, turn);
      this.#noteLoss(event, change);
    }
    return [holderId];
  }

  #noteLoss(event: AuditEvent, change: PrivilegeChange): void {
    if (isEndOfActivation(event, change) || change.holder.type !== 'user') return;
    const loss = { at: event.at, who: change.holder.name ?? change.holder.id ?? 'unknown' };
    if (this.state.losses.some(({ at, who }) => at === loss.at && who === loss.who)) return;
    this.state.losses.push(loss);
    this.state.losses.sort((a, b) => a.at - b.at).splice(0, this.state.losses.length - mostLosses);
  }

  #applyAccountChange(event: AuditEvent): string[] {
    if (event.operation === 'add group') return this.#applyNewGroup(event);
    const isPassword = setsPassword.has(event.operation);
    const target = event.targets.find(({ kind }) => kind === 'user');
    const isEnabled = enabledAfter(event.operation, target);
    if (!isPassword && isEnabled === undefined) return [];
    const account = target && this.account(target.party);
    if (!account) return [];
    if (isPassword) account.passwordChangedAt = Math.max(account.passwordChangedAt ?? 0, event.at);
    if (isEnabled !== undefined) addTurn(account.enabled, { at: event.at, held: isEnabled });
    return [account.id];
  }

  /** A group made for roles: whoever joins it before it gets one will hold that too. */
  #applyNewGroup(event: AuditEvent): string[] {
    const made = event.targets.find(({ changes }) =>
      isTrue(changes.get('isassignabletorole')?.after),
    );
    if (!made?.party.id) return [];
    return [this.#accountFor(made.party.id, { ...made.party, type: 'group' }).id];
  }

  #applyRisk(party: Party, level: string, at: number): string[] {
    if (level !== 'medium' && level !== 'high') return [];
    const account = this.account(party);
    if (!account || account.riskyAt.includes(at)) return [];
    account.riskyAt.push(at);
    account.riskyAt.sort((a, b) => a - b).splice(0, account.riskyAt.length - mostRiskTimes);
    return [account.id];
  }

  #takeAccount(known: SnapshotAccount, at: number): void {
    const account = this.#accountFor(known.id, {
      type: known.type,
      id: known.id,
      name: known.userPrincipalName ?? known.displayName ?? null,
    });
    account.type = known.type;
    account.snapshot = known;
    account.name = known.userPrincipalName ?? known.displayName ?? account.name;
    if (typeof known.enabled === 'boolean')
      addTurn(account.enabled, { at, held: known.enabled, isState: true });
    const changed = parseTime(known.lastPasswordChangeAt);
    if (changed) account.passwordChangedAt = Math.max(account.passwordChangedAt ?? 0, changed);
    const kept: Holding[] = [];
    for (const { roleTemplateId, roleName, scope, state, via, until } of known.assignments ?? []) {
      const name = builtInRoleName(roleTemplateId) ?? roleName ?? roleTemplateId;
      const role = { templateId: roleTemplateId, name, scope: scope ?? '/' };
      const holding = this.#holding(
        account,
        role,
        state === 'eligible' ? 'eligible' : 'active',
        via ?? null,
      );
      const end = parseTime(until);
      addTurn(holding.turns, { at, held: true, isState: true, ...(end && { until: end }) });
      kept.push(holding);
    }
    this.#endMissing(account, kept, at);
    this.#learnName(account);
  }

  /** What the snapshot no longer shows had ended when it was taken, unless the stream said so later. */
  #endMissing(account: WatchedAccount, present: readonly Holding[], at: number): void {
    for (const holding of account.holdings) {
      if (!present.includes(holding)) addTurn(holding.turns, { at, held: false, isState: true });
    }
  }

  #holding(
    account: WatchedAccount,
    role: RoleRef,
    tier: Holding['tier'],
    via: string | null,
  ): Holding {
    const found = account.holdings.find(
      (one) =>
        one.role.templateId === role.templateId &&
        one.role.scope === role.scope &&
        one.tier === tier &&
        one.via === via,
    );
    if (found) return found;
    const holding: Holding = { role, tier, via, turns: [] };
    account.holdings.push(holding);
    return holding;
  }

  #accountFor(id: string, party: Party): WatchedAccount {
    const found = this.state.accounts.get(id);
    if (found) return found;
    const type = party.type === 'servicePrincipal' || party.type === 'group' ? party.type : 'user';
    const account: WatchedAccount = {
      id,
      type,
      name: party.name,
      holdings: [],
      memberships: [],
      enabled: [],
      passwordChangedAt: null,
      riskyAt: [],
      snapshot: null,
    };
    this.state.accounts.set(id, account);
    this.#learnName(account);
    return account;
  }

  #learnName({ id, type, name, snapshot }: WatchedAccount): void {
    if (type !== 'user') return;
    if (name?.includes('@')) this.#idsByName.set(name.toLowerCase(), id);
    // People sign in with their mail address too. It may be the UPN of somebody else, who goes first.
    const mail = snapshot?.mail?.toLowerCase();
    if (mail?.includes('@') && !this.#idsByName.has(mail)) this.#idsByName.set(mail, id);
  }

  #resolveDeclared(): void {
    for (const [kind, accounts] of Object.entries(this.tenant.accounts) as [
      AccountKind,
      string[],
    ][]) {
      const ids = new Set<string>();
      const names = new Set<string>();
      for (const account of accounts) {
        const key = account.toLowerCase();
        if (!key.includes('@')) ids.add(key);
        else {
          names.add(key);
          const id = this.#idsByName.get(key);
          if (id) ids.add(id);
        }
      }
      for (const id of ids) {
        const name = this.state.accounts.get(id)?.name?.toLowerCase();
        if (name?.includes('@')) names.add(name);
      }
      this.#declared.set(kind, { ids, names });
    }
  }
}

const isEndOfActivation = (event: AuditEvent, { way }: PrivilegeChange) =>
  way === 'pim-activation' || event.isPimTwin;

const enabling = new Map([
  ['enable account', true],
  ['restore user', true],
  ['disable account', false],
  ['delete user', false],
  ['hard delete user', false],
]);

/** Whether an account can be used after an operation on it; undefined where it says nothing of that. */
function enabledAfter(operation: string, target: AuditTarget | undefined): boolean | undefined {
  const after = target?.changes.get('accountenabled')?.after;
  if (operation === 'update user' && after !== undefined && after !== null) return isTrue(after);
  return enabling.get(operation);
}

const isTrue = (value: unknown): boolean =>
  Array.isArray(value) ? value.some(isTrue) : String(value).toLowerCase() === 'true';

function uniqueRoles(roles: readonly RoleRef[]): RoleRef[] {
  return [...new Map(roles.map((role) => [`${role.templateId} ${role.scope}`, role])).values()];
}
