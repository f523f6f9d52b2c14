/** Interfaces of the router, with the fixed indexes by which a capture tells them apart. */
export const ROUTER_INTERFACES = {
  toClient: { name: 'toclient', index: 11 },
  toServer: { name: 'toserver', index: 12 },
} as const;
