/** A process that starts Azurite on the folder it is given, for a test that kills it. */
import { startAzurite } from '../../local/azurite.ts';

const { stop: _, ...storage } = await startAzurite({ folder: process.argv[2] ?? '' });
process.stdout.write(`${JSON.stringify(storage)}\n`);
