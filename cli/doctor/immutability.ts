import type { ContainerClient } from '@azure/storage-blob';
import { reach } from '../../shared/azure/store-error.ts';
import { isLoopbackHost } from '../../shared/tell/host-rules.ts';
import { fine, type Line, notKnown, toFix } from './line.ts';

/** Whether a container keeps what it holds from everybody, the app included. */
export async function immutabilityLine(
  name: string,
  container: ContainerClient,
  what: string,
): Promise<Line> {
  const properties = await reach(`looking at the container ${container.containerName}`, () =>
    container.getProperties({ abortSignal: AbortSignal.timeout(8_000) }),
  );
  const { hasImmutabilityPolicy, isImmutableStorageWithVersioningEnabled } = properties;
  if (hasImmutabilityPolicy || isImmutableStorageWithVersioningEnabled) {
    return fine(
      name,
      `the container ${what} is immutable; whether that is locked the portal tells`,
    );
  }
  const says = `the container ${what} has no immutability policy: who can write it can rewrite it`;
  // The emulator knows of no such thing.
  if (isLoopbackHost(new URL(container.url).hostname)) {
    return notKnown(name, `${says}; on this machine there is none`);
  }
  return toFix(
    name,
    says,
    'Set isEvidenceLocked in infra/main.parameters.json, then: azd provision',
  );
}
