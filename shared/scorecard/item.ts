import type { DetectionId } from '../detect/detection-ids.ts';
import type { Unknown } from '../detect/posture-check.ts';
import type { Party } from '../finding.ts';
import type { TenantPolicy } from '../policy.ts';
import type { Snapshot } from '../watch/directory.ts';
import type { Watchlist } from '../watch/watchlist.ts';
import type { ItemId } from './item-ids.ts';

/** What an item may look at by itself, where no check asks what it asks. */
export type Facts = {
  watchlist: Watchlist;
  snapshot: Snapshot;
  tenant: TenantPolicy;
  /** The moment that is judged, epoch milliseconds. */
  now: number;
};

/**
 * What a look at the directory shows: something against the item (`against` null: nobody in
 * particular), what can't be told, or a remark that decides nothing. None of it: all is well.
 */
export type Sight = { against: Party | null; what: string } | Unknown | { note: string };
export type Look = (facts: Facts) => readonly Sight[];

/** One item of the guidance: how far it is seen, and by what. */
export type Item = {
  id: ItemId;
  /** As it is when it is met. */
  title: string;
  /** Posture checks: whatever one of them finds is against the item. */
  checks: readonly DetectionId[];
  /** Detections that watch over it in the log stream. */
  detections: readonly DetectionId[];
  /** The item is that something is noticed: then its detections must be on, and these streams arrive. */
  notices?: { streams: readonly string[] };
  /** It speaks of these roles alone, by template id. */
  roles?: ReadonlySet<string>;
  /** It speaks of every administrator: where none is known, nothing is known. */
  ofEveryone?: true;
  look?: Look;
  /** What of it no machine sees. Where a person may vouch for the item, somebody has to. */
  unseen?: string;
  /** Why none of it is seen from here; it stays outside unless somebody vouches for it. */
  outside?: string;
  /** What Glasswatch itself does for it. */
  product?: string;
  todo: string;
  guidance: string;
};

/** By section of the page that the items follow; left out, the page itself. */
export const guidance = (section: string) =>
  `https://learn.microsoft.com/entra/identity/role-based-access-control/security-planning#${section}`;

/** The four that the guidance begins with. */
export const topRoles: ReadonlySet<string> = new Set([
  '62e90394-69f5-4237-9190-012177145e10', // Global Administrator
  'e8611ab8-c189-46e8-94e1-60213ab1f814', // Privileged Role Administrator
  '29232cdf-9323-42fd-ade2-1d097af3e4de', // Exchange Administrator
  'f28a1f50-f6e7-4571-818b-6a12f2af6b6c', // SharePoint Administrator
]);

/** Roles over services of Microsoft 365, as far as Entra holds them. */
export const microsoft365Roles: ReadonlySet<string> = new Set([
  '29232cdf-9323-42fd-ade2-1d097af3e4de', // Exchange Administrator
  '31392ffb-586c-42d1-9346-e59415a2cc4e', // Exchange Recipient Administrator
  'f28a1f50-f6e7-4571-818b-6a12f2af6b6c', // SharePoint Administrator
  '69091246-20e8-4a56-aa4d-066075b2a7a8', // Teams Administrator
  'baf37b3a-610e-45da-9e62-d9d1e5e8914b', // Teams Communications Administrator
  '75941009-915a-4869-abe7-691bff18279e', // Skype for Business Administrator
  '2b745bdf-0803-4d80-aa65-822c4493daac', // Office Apps Administrator
  '11648597-926c-4cf3-9c36-bcebb0ba8dcc', // Power Platform Administrator
  'a9ea8996-122f-4c74-9520-8edcd192826c', // Fabric Administrator
  '44367163-eba1-44c3-98af-f5787879f96a', // Dynamics 365 Administrator
  '17315797-102d-40b4-93e0-432062caca18', // Compliance Administrator
  '810a2642-a034-447f-a5e8-41beaa378541', // Yammer Administrator
  'fdd7a751-b60b-444a-984c-02652fe8fa1c', // Groups Administrator
]);
