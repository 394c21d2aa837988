import { DefaultAzureCredential, ManagedIdentityCredential } from '@azure/identity';

export type Identity = {
  /** Only the app's managed identity; else whatever works here, such as `az login`. */
  isManaged?: boolean | undefined;
  /** Of a user-assigned identity. */
  clientId?: string | undefined;
};

export function credentialOf({ isManaged, clientId }: Identity) {
  if (!isManaged) {
    return new DefaultAzureCredential(clientId ? { managedIdentityClientId: clientId } : {});
  }
  return clientId ? new ManagedIdentityCredential({ clientId }) : new ManagedIdentityCredential();
}
