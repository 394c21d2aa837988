// What sign-ins with scripts and tools bring along, for the examples of detections.

/** Application ids of the command lines that Microsoft maintains. */
export const commandLines = [
  '04b07795-8ddb-461a-bbee-02f9e1bf7b46',
  '1950a258-227b-4e31-a9cf-717495945fc2',
  '14d82eec-204b-4c2f-b7e8-296a70dab67e',
  'fb78d390-0c51-40cd-8e17-fdbfab77341b',
  '9bc3ab49-b65d-410a-85ad-de819febfddc',
  '12128f48-ec9e-42f0-b203-ea49fb6af367',
];

/** Of those that are retired. */
export const retiredCommandLines = [
  '1b730954-1685-4b74-9bfd-dac224a7b894',
  'a0c73c16-a7e3-4564-9a95-2bdf47383716',
  '90f610bf-206d-4950-b61d-37fa6fd1b224',
  '31359c7f-bd7e-475c-86db-fdb8c937548e',
];

/** How attack tools call themselves, and the libraries that kits are made of. */
export const offensiveAgents = [
  'AzureHound/v2.1.7',
  'BloodHound',
  'ROADtools',
  'roadrecon',
  'roadtx/1.0',
  'AADInternals',
  'TeamFiltration V3',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Teams/1.3.00.30866 Chrome/80.0.3987.165 Electron/8.5.1',
  'TREVORspray',
  'axios/1.8.4',
  'node-fetch/1.0 (+https://github.com/bitinn/node-fetch)',
  'undici',
  'python-requests/2.32.3',
  'aiohttp/3.9',
  'curl/8.7.1',
  'Wget/1.21',
  'fasthttp',
  'Go-http-client/1.1',
  'go-resty/2.7.0',
];
