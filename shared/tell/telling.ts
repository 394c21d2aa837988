import type { DetectionInfo } from '../detect/detection-info.ts';
import { WatchError } from '../errors.ts';
import type { KeptFinding } from '../finding.ts';
import type { Incident } from '../incident.ts';
import type { Policy } from '../policy.ts';
import { tenantPolicy } from '../policy.ts';
import type { Delivery } from '../record/outbox.ts';
import type { EntryKind } from '../respond/journal.ts';
import { linkLifeMs } from '../respond/link.ts';
import { recipientOf } from '../route/on-call.ts';
import { resolveSecrets } from '../secrets.ts';
import { isoOf } from '../time.ts';
import { type Alert, type AlertKind, composeAlert, type Recipient } from './alert.ts';
import { canaryAlert } from './canary-alert.ts';
import { channels } from './channels/index.ts';
import { digestAlert } from './digest-alert.ts';
import type { KeptCase } from './notify.ts';
import { transports as openTransports, type TransportOptions } from './transports.ts';

export type TellingDeps = Pick<TransportOptions, 'standIns' | 'sendGraphMail' | 'sendAcsMail'> & {
  policy: Policy;
  infos: readonly DetectionInfo[];
  /** Where the secrets are that the policy names. */
  env: Readonly<Record<string, string | undefined>>;
  allowLoopback: boolean;
  /**
   * The path of a link for one person, that works without sign-in. Left out: nobody gets one.
   *
   * @throws {WatchError} STORE_UNAVAILABLE: the message waits, for the link is what it is for.
   */
  linkFor?: (incident: Incident, recipient: Recipient, deliveryId: string) => Promise<string>;
};

export type Telling = {
  /** @throws {WatchError} as `linkFor`; DELIVERY_REJECTED for a person who is no longer in the policy. */
  compose(
    delivery: Delivery,
    kept: Pick<KeptCase, 'incident' | 'findings' | 'entries'>,
  ): Promise<Alert>;
  /** @throws {WatchError} DELIVERY_UNAVAILABLE or DELIVERY_MISCONFIGURED to be tried again, DELIVERY_REJECTED to be given up. */
  send(channel: string, alert: Alert): Promise<void>;
};

/** A channel that takes longer has failed for now; less than a delivery stays claimed, see notify.ts. */
export const longestAnswerMs = 10_000;

/** What the journal calls the changes that need its words: nothing else says why. */
const entryOf: Partial<Record<AlertKind, EntryKind>> = { lapsed: 'lapsed', reopened: 'reopened' };

/** How the policy's channels are composed for and sent to. */
export function telling(deps: TellingDeps): Telling {
  const { policy, infos, env, allowLoopback } = deps;
  const transports = openTransports({ ...deps, allowLoopback, timeoutMs: longestAnswerMs });
  const infoById = new Map(infos.map((info) => [info.id, info]));
  const channelByType = new Map(channels.map((channel) => [channel.type, channel]));
  const kindOf = (name: string) => channelByType.get(policy.channels[name]?.type ?? '');
  const consoleUrl = policy.console?.url ?? null;

  async function personalOf(delivery: Delivery, incident: Incident): Promise<Alert['personal']> {
    const { person, channel, id } = delivery;
    if (person === undefined) return null;
    const to = recipientOf(person, policy);
    if (!to) throw new WatchError('DELIVERY_REJECTED', `people.${person}: no longer in the policy`);
    if (!kindOf(channel)?.isPersonal || !deps.linkFor || consoleUrl === null)
      return { to, link: null };
    const until = isoOf(Date.now() + linkLifeMs);
    const url = onConsole(consoleUrl, await deps.linkFor(incident, to, id));
    return { to, link: { url, until } };
  }

  return {
    async compose(delivery, { incident, findings, entries }) {
      const { id: deliveryId, kind, channel, createdAt } = delivery;
      // What was closed with an earlier trouble is no part of this one, unless it is news again.
      const isOfNow = ({ finding, period = 1 }: KeptFinding) =>
        period >= incident.response.period || delivery.findings.includes(finding.id);
      const open = findings.filter((one) => one.state === 'open' && isOfNow(one));
      const tenant = {
        id: incident.tenantId,
        name: tenantPolicy(policy, incident.tenantId)?.name ?? incident.tenantId,
      };
      if (kind === 'digest') {
        const listUrl = consoleUrl === null ? null : onConsole(consoleUrl, '/incidents');
        return digestAlert({ deliveryId, incident, findings, tenant, listUrl });
      }
      if (kind === 'canary') {
        const path = `/canaries/${encodeURIComponent(channel)}/${encodeURIComponent(incident.id)}`;
        const isAsked = consoleUrl !== null && kindOf(channel)?.provenBy === 'reader';
        const link = isAsked ? onConsole(consoleUrl, path) : null;
        const canary = canaryAlert(channel, link, Date.parse(createdAt));
        return { ...canary, id: deliveryId, incident: incident.id, tenant };
      }
      return composeAlert({
        deliveryId,
        kind,
        // The thread's place of this message, whatever happened to the incident since.
        incident: { ...incident, revision: delivery.revision },
        findings: open.length > 0 ? open : findings,
        news: delivery.findings,
        about: (id) => infoById.get(id),
        tenant,
        consoleUrl,
        at: createdAt,
        because: entries.findLast(
          (entry) => entry.kind === entryOf[kind] && entry.revision <= delivery.revision,
        )?.text,
        onCall: (delivery.onCall ?? []).flatMap((id) => recipientOf(id, policy) ?? []),
        personal: await personalOf(delivery, incident),
      });
    },
    async send(name, alert) {
      const settings = policy.channels[name];
      const channel = settings && channelByType.get(settings.type);
      if (!settings || !channel) {
        throw new WatchError('DELIVERY_MISCONFIGURED', `channel ${name}: no longer in the policy`);
      }
      await withinTime(
        name,
        channel.send(alert, resolveSecrets(`channel ${name}`, settings, env), transports),
      );
    },
  };
}

/** A console may lie beneath a path. */
const onConsole = (consoleUrl: string, path: string) => `${consoleUrl.replace(/\/+$/, '')}${path}`;

/** A transport bounds each of its steps; this bounds them all together. */
async function withinTime(channel: string, sending: Promise<void>): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new WatchError('DELIVERY_UNAVAILABLE', `channel ${channel}: took too long`)),
    longestAnswerMs,
  );
  try {
    await Promise.race([sending, promise]);
  } finally {
    clearTimeout(timer);
  }
}
