import { idFor, type Site } from './people.ts';

export const apps = {
  office: { id: '4765445b-32c6-49b0-83e6-1d93765276ca', name: 'OfficeHome' },
  exchange: { id: '00000002-0000-0ff1-ce00-000000000000', name: 'Office 365 Exchange Online' },
  teams: { id: '1fec8e78-bce4-4aaf-ab1b-5451cc387264', name: 'Microsoft Teams' },
  sharePoint: { id: '00000003-0000-0ff1-ce00-000000000000', name: 'SharePoint Online' },
  expenses: { id: idFor('app expenses'), name: 'Contoso Expenses' },
  portal: { id: 'c44b4083-3bb0-49c1-b47d-974e53cbdf3c', name: 'Azure Portal' },
  graph: { id: '00000003-0000-0000-c000-000000000000', name: 'Microsoft Graph' },
  /** The logon at a computer, which tells nothing of factors. */
  windows: { id: '38aa3b87-a06d-4817-b275-7a316988d93b', name: 'Windows Sign In' },
} as const;

export type Place = {
  city: string;
  state: string;
  country: string;
  latitude: number;
  longitude: number;
};

/** Where the offices are. */
export const places: Record<Site, Place> = {
  Seattle: {
    city: 'Seattle',
    state: 'Washington',
    country: 'US',
    latitude: 47.60621,
    longitude: -122.33207,
  },
  Berlin: { city: 'Berlin', state: 'Berlin', country: 'DE', latitude: 52.52, longitude: 13.405 },
};
/** Where nobody of contoso works. */
export const lisbon: Place = {
  city: 'Lisbon',
  state: 'Lisboa',
  country: 'PT',
  latitude: 38.7223,
  longitude: -9.1393,
};
