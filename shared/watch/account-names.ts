import type { Party } from '../finding.ts';
import { isGuid } from '../read/raw.ts';
import type { WatchedAccount, WatchState } from './watch-state.ts';

/** Which accounts of a tenant the policy names, by object id or UPN. */
export type DeclaredAccounts = Readonly<
  Record<'emergency' | 'exposed' | 'shared' | 'automation' | 'external', readonly string[]>
>;
export type AccountKind = keyof DeclaredAccounts;

/** Who is meant by an id or a name: the accounts that are remembered, and those that the policy declares. */
export class AccountNames {
  readonly #written: DeclaredAccounts;
  readonly #declared = new Map<AccountKind, { ids: Set<string>; names: Set<string> }>();
  readonly #idsByName = new Map<string, string>();

  constructor(declared: DeclaredAccounts) {
    this.#written = declared;
  }

  get size(): number {
    return this.#idsByName.size;
  }

  /** Learns the names of accounts, and by them which ids the policy's names stand for. */
  learn(state: WatchState, accounts: Iterable<WatchedAccount>): void {
    for (const account of accounts) this.#learnOne(account);
    for (const kind of Object.keys(this.#written) as AccountKind[]) this.#resolve(kind, state);
  }

  /** The id of a party; one that the record leaves out is found by the name. */
  idOf({ id, name }: Party, { accounts }: WatchState): string | undefined {
    if (id) return id;
    const key = name?.toLowerCase() ?? '';
    // Some sign-ins carry the object id where the UPN belongs.
    const isId = accounts.has(key) || (isGuid(key) && this.#isDeclaredId(key));
    return this.#idsByName.get(key) ?? (isId ? key : undefined);
  }

  /** Whether the policy declares an account as one of a kind: by object id, by UPN where the log has no id. */
  is(kind: AccountKind, party: Party, state: WatchState): boolean {
    const declared = this.#declared.get(kind);
    if (!declared) return false;
    const id = this.idOf(party, state);
    if (id && declared.ids.has(id)) return true;
    const name = party.name?.toLowerCase();
    if (!name || !declared.names.has(name)) return false;
    // A name whose id we know is that account alone: names are given again after a deletion.
    return !this.#idsByName.has(name) || !party.id;
  }

  /**
   * Whether an id or UPN that the policy writes means a party. Anybody may be called by the id of
   * another; and a name whose id we know is that account alone: names are given again after a deletion.
   */
  isMeant(party: Party, written: string, state: WatchState): boolean {
    const key = written.toLowerCase();
    const known = this.#idsByName.get(key);
    if (this.idOf(party, state) === (known ?? key)) return true;
    return known === undefined && key.includes('@') && party.name?.toLowerCase() === key;
  }

  /** Whether the policy names this one, whose id nobody has told yet. */
  isNewlyMet(name: string): boolean {
    return !this.#idsByName.has(name) && this.#isDeclaredName(name);
  }

  idsOf(kind: AccountKind): readonly string[] {
    return [...(this.#declared.get(kind)?.ids ?? [])];
  }

  declaredIds(): string[] {
    return [...this.#declared.values()].flatMap(({ ids }) => [...ids]);
  }

  /** Whether the policy names an account by a UPN whose id nobody has told yet. */
  hasUnresolved(): boolean {
    return [...this.#declared.values()].some(({ names }) =>
      [...names].some((name) => !this.#idsByName.has(name)),
    );
  }

  #isDeclaredId(id: string): boolean {
    return [...this.#declared.values()].some(({ ids }) => ids.has(id));
  }

  #isDeclaredName(name: string): boolean {
    return [...this.#declared.values()].some(({ names }) => names.has(name));
  }

  #learnOne({ id, type, name, snapshot }: WatchedAccount): void {
    if (type !== 'user') return;
    if (name?.includes('@')) this.#idsByName.set(name.toLowerCase(), id);
    // People sign in with their mail address too. It may be the UPN of somebody else, who goes first.
    const mail = snapshot?.mail?.toLowerCase();
    if (mail?.includes('@') && !this.#idsByName.has(mail)) this.#idsByName.set(mail, id);
  }

  #resolve(kind: AccountKind, { accounts }: WatchState): void {
    const written = this.#written[kind].map((account) => account.toLowerCase());
    const names = new Set(written.filter((key) => key.includes('@')));
    const ids = new Set(written.filter((key) => !key.includes('@')));
    for (const name of names) {
      const id = this.#idsByName.get(name);
      if (id) ids.add(id);
    }
    for (const id of ids) {
      const name = accounts.get(id)?.name?.toLowerCase();
      if (name?.includes('@')) names.add(name);
    }
    this.#declared.set(kind, { ids, names });
  }
}
