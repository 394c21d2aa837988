import { cleanLine } from '../clean-text.ts';
import { nameOf } from '../detect/wording.ts';
import type { Finding, KeptFinding } from '../finding.ts';
import { type Incident, isBreakGlassIncident } from '../incident.ts';
import type { Act, Entry } from './journal.ts';

/** One thing to be done in an emergency. All texts are text, and hold no links. */
export type ChecklistItem = {
  id: ChecklistItemId;
  /** Whom it falls on, and what it is. */
  text: string;
  isDone: boolean;
  /** How it was done, by whom and when; of what is not done, what is known of it. */
  how: string | null;
  /** Whether people may tick it, or take the tick away. What ticked itself stays ticked. */
  canTick: boolean;
};

type Scene = {
  incident: Incident;
  findings: readonly KeptFinding[];
  entries: readonly Entry[];
  acts: readonly Act[];
  /** Epoch milliseconds. */
  now: number;
};

/** In the order of the night. */
const texts = {
  'managers-told': 'Whoever took the incident: tell the key managers, by telephone.',
  'security-told': 'Whoever took the incident: tell the security officers.',
  'playbook-opened': 'Whoever took the incident: open the attack playbook, and keep to it.',
  'support-asked': 'The tenant’s owner: ask Microsoft support, if it takes their help.',
  'sessions-revoked':
    'An administrator: revoke the sessions of the account, unless it is needed right now.',
  'credential-rotated':
    'The custodians: replace the credential of the account, its password and its methods.',
  'sign-ins-reviewed':
    'An analyst: look at the sign-in report of the account and of all administrators, once it has arrived.',
  'federation-switched':
    'The identity team: if federation is down, switch the domain to managed sign-in with password hash sync. Tick it once it is switched back, or was never needed.',
  'mail-watched': 'An analyst: watch the mail of privileged accounts, rules and forwarding too.',
  'logs-saved': 'An analyst: save the logs of these hours for forensics and law.',
  'acts-reviewed':
    'Both who answer: go through what the account did, and undo what should not stay.',
} as const;

export type ChecklistItemId = keyof typeof texts;

export const checklistItemIds = Object.keys(texts) as ChecklistItemId[];

export const isChecklistItem = (id: string): id is ChecklistItemId =>
  (checklistItemIds as readonly string[]).includes(id);

/**
 * What is to be done about a break-glass incident, and what of it is done. Pure. Each time the
 * incident is opened again the list begins anew.
 *
 * @returns nothing for incidents of another matter.
 */
export function checklistOf(scene: Scene): ChecklistItem[] {
  const { incident } = scene;
  if (!isBreakGlassIncident(incident)) return [];
  const period = thisPeriod(scene);
  const byItself = doneByItself(period);
  const hints = hintsOf(period);
  return checklistItemIds.map((id) => {
    const done = byItself[id];
    if (done) return { id, text: texts[id], isDone: true, how: done, canTick: false };
    const tick = lastTick(id, period.entries);
    return {
      id,
      text: texts[id],
      isDone: tick?.data.isDone === true,
      how: [tick && tickInWords(tick), hints[id]].filter(Boolean).join(' ') || null,
      canTick: incident.status !== 'resolved',
    };
  });
}

/** What belongs to the incident since it was opened, or opened again. */
type Period = Scene & {
  /** When the account was first used in it, epoch milliseconds. */
  usedAt: number | null;
};

function thisPeriod(scene: Scene): Period {
  const { entries, incident } = scene;
  const ends = entries
    .filter(({ kind, data }) => isEnding(kind) && data.period !== incident.response.period)
    .map(({ at }) => Date.parse(at));
  const endedAt = Math.max(-Infinity, ...ends);
  const findings = scene.findings.filter(
    ({ state, period = 1 }) => state !== 'withdrawn' && period >= incident.response.period,
  );
  const acts = scene.acts.filter(({ at }) => Date.parse(at) > endedAt);
  const uses = [
    ...findings
      // One that is told anew happened before; what is new of it is among the acts.
      .filter(
        ({ finding, detectedAt }) =>
          usedBy.has(finding.detection) && Date.parse(detectedAt) > endedAt,
      )
      .map(({ finding }) => finding.time),
    ...acts.filter(({ isOwn, isSuccess }) => isOwn && isSuccess).map(({ at }) => at),
  ];
  return {
    ...scene,
    findings,
    acts,
    entries: entries.filter(({ data }) => data.period === incident.response.period),
    usedAt: uses.length === 0 ? null : Math.min(...uses.map((at) => Date.parse(at))),
  };
}

const isEnding = (kind: Entry['kind']) => kind === 'resolved' || kind === 'over';
const usedBy = new Set(['breakglass-signin-success', 'breakglass-acts']);

function doneByItself(period: Period): Partial<Record<ChecklistItemId, string>> {
  const changes = changesByOthers(period);
  const revoked = changes.find(({ operations }) => operations.some(isRevocation));
  const rotated = changes.find(({ operations }) => operations.some(isRotation));
  const kept = keptRecords(period);
  return {
    ...(revoked && { 'sessions-revoked': changeInWords(revoked, isRevocation) }),
    ...(rotated && { 'credential-rotated': changeInWords(rotated, isRotation) }),
    ...(kept > 0 && {
      'logs-saved': `${kept} raw ${kept === 1 ? 'record of it is' : 'records of it are'} kept. To hand them on: npx glasswatch evidence export ${period.incident.id}`,
    }),
  };
}

type Change = { at: string; by: string; operations: readonly string[] };

/**
 * What others did to the account after its first use, oldest first. What the account does to itself
 * ticks nothing: whoever stole it replaces its password too. Nor does what came before: with that it
 * may have been stolen.
 */
function changesByOthers(period: Period): Change[] {
  const { acts, usedAt } = period;
  if (usedAt === null) return [];
  const found = changesOf(period, false);
  const acted = acts
    .filter(({ kind, isOwn, isSuccess }) => kind === 'audit' && !isOwn && isSuccess)
    .map(({ at, what }) => ({ at, by: '', operations: [what] }));
  return [...found, ...acted]
    .filter(({ at }) => Date.parse(at) > usedAt)
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at) || (a.by === '' ? 1 : -1));
}

const ownChanges = (period: Period) => changesOf(period, true);

/** The findings that tell of changes of the account, by itself or by others. */
function changesOf({ incident, findings }: Period, isOwn: boolean): Change[] {
  const { subject } = incident;
  const isAccount = (party: Finding['subject'] | null) =>
    party?.id && subject.id
      ? party.id === subject.id
      : Boolean(party?.name) && party?.name?.toLowerCase() === subject.name?.toLowerCase();
  return findings
    .map(({ finding }) => finding)
    .filter(
      ({ detection, subject: about, actor }) =>
        changedBy.has(detection) && isAccount(about) && isAccount(actor) === isOwn,
    )
    .map((finding) => ({
      at: finding.time,
      by: nameOf(finding.actor),
      operations: operationsOf(finding),
    }));
}

const changedBy = new Set(['breakglass-account-changed', 'sessions-revoked-privileged']);

/** As the log writes them, of all rows of one click. */
function operationsOf({ details }: Finding): string[] {
  const gathered = details.gathered as { operations?: unknown } | undefined;
  const others = Array.isArray(gathered?.operations) ? gathered.operations : [];
  return [details.operation, ...others].filter((one) => typeof one === 'string');
}

const isRevocation = (operation: string) =>
  /^(update stsrefreshtokenvalidfrom|revoke (user )?sign-?in sessions)/i.test(operation);

const isRotation = (operation: string) =>
  /^((reset|change) (user )?password|update passwordprofile|(user|admin) (registered|deleted|changed|updated) .*(security info|method)|(add|delete|remove) (fido2|passkey|windows hello|platform credential|passwordless phone|users strong authentication)|assign hardware oath)/i.test(
    operation,
  );

function changeInWords({ at, by, operations }: Change, is: (one: string) => boolean): string {
  const operation = cleanLine(operations.find(is), 100);
  return `Seen in the log: ${operation}${by && ` by ${by}`}, ${timeOf(at)}.`;
}

function keptRecords({ findings, acts }: Period): number {
  const refs = [
    ...findings.flatMap(({ records }) => records ?? []),
    ...acts.flatMap(({ record }) => record ?? []),
  ];
  return new Set(refs.map(({ recordId, sha256 }) => `${recordId} ${sha256}`)).size;
}

function hintsOf(period: Period): Partial<Record<ChecklistItemId, string>> {
  const { acts, findings } = period;
  const times = [...acts.map(({ at }) => at), ...findings.map(({ finding }) => finding.time)];
  const latest = times.toSorted((a, b) => Date.parse(a) - Date.parse(b)).at(-1);
  const changes = findings.filter(({ finding }) => finding.detection === 'breakglass-acts');
  const own = acts.filter(({ isOwn, kind }) => isOwn && kind !== 'signIn');
  const done = Math.max(own.length, changes.length);
  const changed = ownChanges(period).find(({ operations }) => operations.some(isRotation));
  return {
    'sign-ins-reviewed': latest
      ? `The latest that has arrived here is of ${timeOf(latest)}. Sign-in logs usually take 2 to 10 minutes.`
      : 'Nothing has arrived here yet. Sign-in logs usually take 2 to 10 minutes.',
    'acts-reviewed':
      done === 0
        ? 'No change by the account has arrived here so far.'
        : `${done} ${done === 1 ? 'change' : 'changes'} by the account so far: see the timeline.`,
    ...(changed && {
      'credential-rotated': `The account did it itself at ${timeOf(changed.at)}: that counts only if it was the custodians.`,
    }),
  };
}

const lastTick = (id: ChecklistItemId, entries: readonly Entry[]): Entry | undefined =>
  entries
    .filter(({ kind, data }) => kind === 'checked' && data.item === id)
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
    .at(-1);

function tickInWords({ by, at, data }: Entry): string {
  const note = cleanLine(data.note, 300);
  const what = data.isDone === true ? 'Ticked' : 'Tick taken away';
  return `${what} by ${cleanLine(by.name, 80)}, ${timeOf(at)}${note && `: ${note}`}.`;
}

/** `2026-11-20 02:05 UTC` */
const timeOf = (at: string) => `${at.slice(0, 16).replace('T', ' ')} UTC`;
