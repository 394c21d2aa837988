import type { DetectionInfo } from '../detect/detection-info.ts';
import { WatchError } from '../errors.ts';
import type { Policy } from '../policy.ts';
import { tenantPolicy } from '../policy.ts';
import { composeAlert } from './alert.ts';
import type { Resolved } from './channel.ts';
import { channels } from './channels/index.ts';
import { digestAlert } from './digest-alert.ts';
import type { NotifyDeps } from './notify.ts';
import { transports as openTransports } from './transports.ts';

type TellingDeps = {
  policy: Policy;
  infos: readonly DetectionInfo[];
  /** Where the secrets are that the policy names. */
  env: Readonly<Record<string, string | undefined>>;
  allowLoopback: boolean;
};

/** A channel that takes longer has failed for now; less than a delivery stays claimed, see notify.ts. */
const longestAnswerMs = 10_000;

/** How the policy's channels are composed for and sent to. */
export function telling({
  policy,
  infos,
  env,
  allowLoopback,
}: TellingDeps): Pick<NotifyDeps, 'compose' | 'send'> {
  const transports = openTransports({ allowLoopback, timeoutMs: longestAnswerMs });
  const infoById = new Map(infos.map((info) => [info.id, info]));
  const channelByType = new Map(channels.map((channel) => [channel.type, channel]));
  return {
    compose(delivery, { incident, findings }) {
      const open = findings.filter(({ state }) => state === 'open');
      const tenant = {
        id: incident.tenantId,
        name: tenantPolicy(policy, incident.tenantId)?.name ?? incident.tenantId,
      };
      const deliveryId = delivery.id;
      if (delivery.kind === 'digest')
        return digestAlert({ deliveryId, incident, findings, tenant });
      return composeAlert({
        deliveryId,
        kind: delivery.kind,
        // The thread's place of this message, whatever happened to the incident since.
        incident: { ...incident, revision: delivery.revision },
        findings: open.length > 0 ? open : findings,
        news: delivery.findings,
        about: (id) => infoById.get(id),
        tenant,
        consoleUrl: policy.console?.url ?? null,
      });
    },
    async send(name, alert) {
      const settings = policy.channels[name];
      const channel = settings && channelByType.get(settings.type);
      if (!settings || !channel) {
        throw new WatchError('DELIVERY_MISCONFIGURED', `channel ${name}: no longer in the policy`);
      }
      await withinTime(name, channel.send(alert, resolveSecrets(name, settings, env), transports));
    },
  };
}

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

/** @throws {WatchError} DELIVERY_MISCONFIGURED that names the missing variable. */
function resolveSecrets<T extends object>(
  channel: string,
  settings: T,
  env: TellingDeps['env'],
): Resolved<T> {
  const resolved = Object.entries(settings).map(([key, value]) => {
    const name = (value as { env?: unknown } | null)?.env;
    if (typeof name !== 'string') return [key, value];
    const secret = env[name];
    if (secret) return [key, secret];
    throw new WatchError(
      'DELIVERY_MISCONFIGURED',
      `channel ${channel}: the setting ${name} is empty`,
    );
  });
  return Object.fromEntries(resolved) as Resolved<T>;
}
