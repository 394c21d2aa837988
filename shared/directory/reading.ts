import type { TenantPolicy } from '../policy.ts';
import { privilegedRoles } from '../roles.ts';
import type { Snapshot } from '../watch/directory.ts';
import type { DirectoryPart } from '../watch/tenant-fields.ts';
import { directoryParts } from '../watch/tenant-fields.ts';
import { readAt } from './carry.ts';
import { type Access, type Gap, gapOf } from './gap.ts';
import type { GraphReader, Reader } from './reader.ts';
import { refusedSince } from './refused-since.ts';

type Given = {
  graph: GraphReader;
  arm: Reader | undefined;
  tenant: TenantPolicy;
  previous: Snapshot | undefined;
  now: number;
};

/** One reading of a directory: what it reads with, and what was not to be had. */
export class Reading {
  readonly graph: GraphReader;
  readonly arm: Reader | undefined;
  readonly tenant: TenantPolicy;
  readonly previous: Snapshot | undefined;
  readonly now: number;
  readonly access: Access = { permissions: undefined, plans: undefined };
  readonly privileged: ReadonlySet<string>;
  readonly #gaps = new Map<DirectoryPart, Gap>();

  constructor({ graph, arm, tenant, previous, now }: Given) {
    this.graph = graph;
    this.arm = arm;
    this.tenant = tenant;
    this.previous = previous;
    this.now = now;
    this.privileged = privilegedRoles(tenant.privilegedRoles);
  }

  /** Notes why something is missing. */
  note(part: DirectoryPart, errors: readonly unknown[]): Gap {
    const gap = gapOf(part, errors, this.access);
    this.noteGap(gap);
    return gap;
  }

  noteGap(gap: Gap): void {
    this.#gaps.set(gap.part, gap);
  }

  /** What stands there in its place is as old as that. */
  noteAge(part: DirectoryPart): void {
    const gap = this.#gaps.get(part);
    const asOf = this.previous && readAt(this.previous, part);
    if (gap && asOf) gap.asOf = asOf;
  }

  /** Reads what may be missing. Undefined: it is, and why is noted. */
  async optional<T>(part: DirectoryPart, read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      this.note(part, [error]);
    }
  }

  gapIn(part: DirectoryPart): Gap | undefined {
    return this.#gaps.get(part);
  }

  gaps(): Gap[] {
    return directoryParts.flatMap((part) => {
      const gap = this.#gaps.get(part);
      if (!gap) return [];
      const since = refusedSince(gap, this.previous, this.now);
      return [since === undefined ? gap : { ...gap, refusedSince: since }];
    });
  }
}
