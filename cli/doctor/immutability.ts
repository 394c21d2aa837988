import type { ContainerClient } from '@azure/storage-blob';
import { reach } from '../../shared/azure/store-error.ts';
import { isLoopbackHost } from '../../shared/tell/host-rules.ts';
import { azdValue } from './azd-value.ts';
import { fine, type Line, notKnown, toFix } from './line.ts';

/** Whether a container keeps what it holds from everybody, the app included. */
export async function immutabilityLine(
  name: string,
  container: Pick<ContainerClient, 'containerName' | 'url' | 'getProperties'>,
  what: string,
): Promise<Line> {
  const properties = await reach(`looking at the container ${container.containerName}`, () =>
    container.getProperties({ abortSignal: AbortSignal.timeout(8_000) }),
  );
  const { hasImmutabilityPolicy, isImmutableStorageWithVersioningEnabled } = properties;
  if (hasImmutabilityPolicy || isImmutableStorageWithVersioningEnabled) {
    return fine(
      name,
      `the container ${what} is immutable; whether that is locked: ${showPolicy(what)}`,
    );
  }
  const says = `the container ${what} has no immutability policy: who can write it can rewrite it`;
  // The emulator knows of no such thing.
  if (isLoopbackHost(new URL(container.url).hostname)) {
    return notKnown(
      name,
      `${says}; on this machine there is none`,
      'Nothing to do here: in Azure the templates give it one.',
    );
  }
  return toFix(
    name,
    says,
    `azd provision (the templates give it one; it holds until it is taken off, and for good once it is locked: docs/deploy.md#9-lock-the-evidence). Then look: ${showPolicy(what)}`,
  );
}

const showPolicy = (container: string) =>
  `az storage container immutability-policy show --account-name ${azdValue('GLASSWATCH_EVIDENCE_ACCOUNT')} --container-name ${container} --query state --output tsv`;
