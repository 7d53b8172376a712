export const api = "servicenetworking.googleapis.com";

/** The name of a network's connection to the services of a producer in the store, by default of Google. */
export const connectionName = (network: string, service = api): string =>
    service === api ? `//${api}/connections/${network}` : `//${api}/services/${service}/connections/${network}`;
