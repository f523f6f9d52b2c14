// Sixteen downloads read as fast as the server sends, from a process of its own; runs until it is killed.
import { openDownload, openTelemetry } from '../shared/loads.ts';
import { programSettings } from '../shared/programs.ts';
import { takeTicket } from '../shared/tickets.ts';

const { mainPort, from } = programSettings<{ mainPort: number; from: string }>();
for (let test = 0; test < 4; test += 1) {
  const source = { mainPort, from, ticket: await takeTicket(mainPort, from) };
  await openTelemetry(source);
  for (let connection = 0; connection < 4; connection += 1) {
    const socket = await openDownload(source, () => {});
    socket.once('close', () => process.exit(1)); // a load that ends would make the round an idle one
  }
}
