/** A process that runs a functions process with the options it is given, for a test that kills it. */
import { startFunctionsProcess } from '../../local/functions-process.ts';

const { httpUrl } = await startFunctionsProcess(JSON.parse(process.argv[2] ?? ''));
process.stdout.write(httpUrl);
