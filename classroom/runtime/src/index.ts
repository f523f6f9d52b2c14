export { createRooms } from './rooms.ts';
export type {
  Attachment,
  Capacity,
  OutputPiece,
  Room,
  RoomFiles,
  RoomOwner,
  RoomProcess,
  Rooms,
  RoomsEvent,
  RoomsOptions,
  RoomUsage,
  StartRequest,
  Viewer,
} from './api.ts';
export {
  RuntimeError,
  type CapacityName,
  type FileErrorDetails,
  type LimitName,
  type RuntimeErrorCode,
} from './errors.ts';
