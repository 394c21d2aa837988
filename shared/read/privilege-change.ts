import type { Party } from '../finding.ts';

/**
 * The gain or loss of privilege that one audit row tells of, whichever service wrote it.
 * The watchlist lives from it, and so do the detections of granted roles.
 */
export type PrivilegeChange = {
  effect: 'grant' | 'revoke';
  /** A role of the directory, or membership (or ownership) of a group that may carry one. */
  of:
    | { kind: 'role'; templateId: string | null; name: string }
    | { kind: 'group'; id: string; name: string; as: 'member' | 'owner' };
  holder: Party;
  tier: 'active' | 'eligible';
  /** `/`, or `/administrativeUnits/{id}`. */
  scope: string;
  /** When it ends by itself, epoch milliseconds. */
  until: number | undefined;
  /** `request` rows change nothing yet; they matter when refused. `notice` repeats what holds already. */
  stage: 'done' | 'request' | 'notice';
  way: PrivilegeWay;
};

/** How the change was made, which decides the detection that speaks of it. */
export type PrivilegeWay =
  | 'core' // written to the directory, by whomever
  | 'core-scoped'
  | 'pim-permanent'
  | 'pim-timebound'
  | 'pim-extended'
  | 'pim-activation'
  | 'pim-notice'; // PIM noticed an assignment made without it
