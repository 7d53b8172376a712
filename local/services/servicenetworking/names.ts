export const api = "servicenetworking.googleapis.com";

/** The name of a network's connection in the store. */
export const connectionName = (network: string): string => `//${api}/connections/${network}`;
