export const api = "servicenetworking.googleapis.com";

/** Under which name the connection of a network is kept, by the network's path. */
export const connectionName = (network: string): string => `//${api}/connections/${network}`;
