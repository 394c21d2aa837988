import type { SignInEvent } from '../../read/event.ts';
import { fold } from '../../read/raw.ts';
import type { Severity } from '../../severity.ts';

/** `isOffensive`: nobody's everyday tool, whatever the policy expects. */
export type ScriptedTool = { name: string; severity: Severity; isOffensive: boolean };

const azureCli = '04b07795-8ddb-461a-bbee-02f9e1bf7b46';

/** The command lines of Microsoft, by application id. */
const everyday = new Map([
  [azureCli, 'Azure CLI'],
  ['1950a258-227b-4e31-a9cf-717495945fc2', 'Azure PowerShell'],
  ['14d82eec-204b-4c2f-b7e8-296a70dab67e', 'Microsoft Graph PowerShell'],
  ['fb78d390-0c51-40cd-8e17-fdbfab77341b', 'Exchange Online PowerShell'],
  ['9bc3ab49-b65d-410a-85ad-de819febfddc', 'SharePoint Online Management Shell'],
  ['12128f48-ec9e-42f0-b203-ea49fb6af367', 'Teams PowerShell'],
]);

/** Those that Microsoft or their makers have retired: what still uses their ids is old, or only borrows them. */
const retired = new Map([
  ['1b730954-1685-4b74-9bfd-dac224a7b894', 'Azure AD PowerShell'],
  ['a0c73c16-a7e3-4564-9a95-2bdf47383716', 'Exchange Online Remote PowerShell'],
  ['90f610bf-206d-4950-b61d-37fa6fd1b224', 'AADRM PowerShell'],
  ['31359c7f-bd7e-475c-86db-fdb8c937548e', 'PnP Management Shell'],
]);

/** How tools made for breaking in call themselves, unless told otherwise. */
const attackTools = [
  ['azurehound', 'AzureHound'],
  ['bloodhound', 'BloodHound'],
  ['roadtools', 'ROADtools'],
  ['roadrecon', 'ROADtools'],
  ['roadtx', 'ROADtools'],
  ['aadinternals', 'AADInternals'],
  ['teamfiltration', 'TeamFiltration'],
  // A Teams client of 2020, which it passes itself off as.
  ['teams/1.3.00.30866', 'TeamFiltration'],
  ['trevorspray', 'TREVORspray'],
] as const;

/** Libraries that a sign-in comes with when a kit or a script makes it, and no program made for people. */
const library =
  /^node\b|\b(axios|undici|python|aiohttp|curl|wget|fasthttp|go-http-client|go-resty)\b/;

/** What signed in, where that was no browser and no program with windows. */
export function scriptedTool({ app, userAgent }: SignInEvent): ScriptedTool | undefined {
  const agent = fold(userAgent ?? '');
  const attack =
    attackTools.find(([word]) => agent.includes(word))?.[1] ?? libraryOf(agent, app.id);
  if (attack) return { name: attack, severity: 'high', isOffensive: true };
  const client = everyday.get(app.id ?? '');
  if (client) return { name: client, severity: 'low', isOffensive: false };
  // PowerShell that asks for a token without any of the modules made for it.
  const unusual = retired.get(app.id ?? '') ?? (/powershell\//.test(agent) ? 'PowerShell' : null);
  return unusual === null ? undefined : { name: unusual, severity: 'medium', isOffensive: false };
}

function libraryOf(agent: string, appId: string | null): string | undefined {
  // Azure CLI itself is written in Python and says so.
  if (appId === azureCli && agent.startsWith('python-requests/')) return undefined;
  return library.exec(agent)?.[0];
}
