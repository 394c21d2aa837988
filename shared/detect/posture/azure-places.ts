import { cleanLine } from '../../clean-text.ts';
import type { Snapshot } from '../../watch/directory.ts';
import { nameOfScope } from '../rows/azure-roles.ts';

const subscriptionPath = /^\/subscriptions\/([^/]+)$/;

/** A scope of Azure in words: by the name of the subscription, where it is one of those that were read. */
export function placeInAzure(scope: string, { azure }: Pick<Snapshot, 'azure'>): string {
  const path = scope.toLowerCase();
  const id = subscriptionPath.exec(path)?.[1];
  const name = azure?.subscriptions.find((one) => one.id === id)?.name;
  return cleanLine(name ? `subscription ${name}` : nameOfScope(path), 80);
}
