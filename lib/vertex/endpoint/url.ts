/** The parts of an {@link https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.endpoints endpoint} for its URL. */
export interface Addressed {
    dedicatedEndpointEnabled?: boolean;
    dedicatedEndpointDns?: string;
    privateServiceConnectConfig?: object;
    network?: string;
}

/** Where an existing endpoint can be reached. */
export const accessOf = ({ dedicatedEndpointEnabled, privateServiceConnectConfig, network }: Addressed): string =>
    dedicatedEndpointEnabled ? "dedicated" : (privateServiceConnectConfig ?? network) ? "private" : "shared";

/** The URL of the method `predict`; empty for private endpoints. */
export function urlOf(path: string, dns: string | undefined, access: string, region: string): string {
    const hosts: Record<string, string | undefined> = {
        dedicated: dns?.replace("https://", ""),
        shared: `${region}-aiplatform.googleapis.com`,
    };
    const host = hosts[access];
    return host ? `https://${host}/v1/${path}:predict` : "";
}
