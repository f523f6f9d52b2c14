import type { Attachment, RoomProcess } from '@rowhouse/classroom-runtime';
import { SocketError } from './errors.ts';
import type { Line } from './line.ts';
import { createViewer } from './viewer.ts';

/** Processes that one page may look at at once: a teacher's wall of a class. */
const MOST_ATTACHMENTS = 64;

/** What one connection looks at: one cursor a process. */
export interface Attachments {
  /** Attaching again starts over from the new offset. @throws SocketError `too-many-attachments`; RuntimeError `ERR_OFFSET` */
  attach(process: RoomProcess, from: number, readOnly: boolean): void;
  /** Of a process that this connection does not look at: nothing happens. @throws RuntimeError `ERR_OFFSET` */
  acknowledge(process: string, offset: number): void;
  detach(process: string): void;
  detachAll(): void;
}

export function createAttachments(line: Line): Attachments {
  const attachments = new Map<string, Attachment>();
  const detach = (process: string) => {
    attachments.get(process)?.detach();
    attachments.delete(process);
  };
  return {
    attach(process, from, readOnly) {
      const { id } = process.info;
      detach(id);
      if (attachments.size >= MOST_ATTACHMENTS) throw new SocketError('too-many-attachments');
      const attachment: Attachment = process.attach(
        createViewer(line, id, () => {
          if (attachments.get(id) === attachment) attachments.delete(id);
        }),
        from,
        readOnly,
      );
      attachments.set(id, attachment);
    },
    acknowledge: (process, offset) => attachments.get(process)?.acknowledge(offset),
    detach,
    detachAll() {
      for (const process of attachments.keys()) detach(process);
    },
  };
}
