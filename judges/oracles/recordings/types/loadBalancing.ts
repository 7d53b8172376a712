import type { Inputs } from "../../../../local/simulator/rules/rules";
import { compute, computed, mapped, none, type RecordedType } from "./recordedType";

/** The provider drops the policy `NONE`, as its function `resourceComputeRegionBackendServiceDecoder` does. */
function backendService({ id, connectionDraining, subsetting, ...rest }: Inputs): Inputs {
    return {
        ...rest,
        generatedId: id,
        ...(connectionDraining && { connectionDrainingTimeoutSec: connectionDraining.drainingTimeoutSec }),
        ...(subsetting && subsetting.policy !== "NONE" && { subsetting }),
    };
}

const service: Pick<RecordedType, "renames" | "flat" | "isNew"> = {
    renames: { ...computed, enableCDN: "enableCdn", ...none("port usedBy region cdnPolicy.signedUrlKeyNames") },
    flat: backendService,
    isNew: true,
};

const urlMap: Pick<RecordedType, "renames" | "flat" | "isNew"> = {
    renames: computed,
    flat: ({ id, ...rest }) => ({ ...rest, mapId: id }),
    isNew: true,
};

/** The certificates of one kind; undefined if there are none. */
function certificates(all: string[] | undefined, isManaged: boolean): string[] | undefined {
    const found = all?.filter((each) => each.startsWith("//certificatemanager") === isManaged) ?? [];
    return found.length > 0 ? found : undefined;
}

/** The API has certificates of both kinds in one list. */
const httpsProxy: Pick<RecordedType, "renames" | "flat" | "isNew"> = {
    renames: computed,
    flat: ({ id, sslCertificates, ...rest }) => ({
        ...rest,
        proxyId: id,
        sslCertificates: certificates(sslCertificates, false),
        certificateManagerCertificates: certificates(sslCertificates, true),
    }),
    isNew: true,
};

const rules = (values: unknown) =>
    mapped(values, ({ kind: _, headerAction, ...rule }) => ({
        ...rule,
        ...(headerAction?.requestHeadersToAdds && { headerAction }),
    }));

/** The lengths of windows, which the server chooses. */
const windows = none(
    ["daily", "hourly"].map((kind) => `snapshotSchedulePolicy.schedule.${kind}Schedule.duration`).join(" "),
);

/** Types of load balancers, and the disks and policies of machines. */
export const loadBalancingTypes: RecordedType[] = [
    { token: "gcp:compute/backendService:BackendService", path: compute("global/backendServices/{name}"), ...service },
    {
        token: "gcp:compute/regionBackendService:RegionBackendService",
        path: compute("regions/{region}/backendServices/{name}"),
        ...service,
        renames: { ...service.renames, region: "region" },
    },
    {
        token: "gcp:compute/backendBucket:BackendBucket",
        path: compute("global/backendBuckets/{name}"),
        renames: { ...computed, ...none("usedBy cdnPolicy.signedUrlKeyNames") },
        isNew: true,
    },
    {
        token: "gcp:compute/healthCheck:HealthCheck",
        path: compute("global/healthChecks/{name}"),
        renames: computed,
        isNew: true,
    },
    {
        token: "gcp:compute/regionHealthCheck:RegionHealthCheck",
        path: compute("regions/{region}/healthChecks/{name}"),
        renames: { ...computed, region: "region" },
        flat: ({ id, ...rest }) => ({ ...rest, healthCheckId: id }),
        isNew: true,
    },
    {
        token: "gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup",
        path: compute("regions/{region}/networkEndpointGroups/{name}"),
        renames: { ...computed, ...none("creationTimestamp size zone annotations defaultPort") },
        isNew: true,
    },
    {
        token: "gcp:compute/securityPolicy:SecurityPolicy",
        path: compute("global/securityPolicies/{name}"),
        renames: { ...computed, creationTimestamp: "" },
        flat: (rest) => ({ ...rest, rules: rules(rest.rules) }),
        isNew: true,
    },
    {
        token: "gcp:compute/regionSecurityPolicy:RegionSecurityPolicy",
        path: compute("regions/{region}/securityPolicies/{name}"),
        renames: { ...computed, creationTimestamp: "", labelFingerprint: "" },
        flat: ({ id, ...rest }) => ({ ...rest, policyId: id, rules: rules(rest.rules) }),
        own: ["selfLinkWithPolicyId"],
        isNew: true,
    },
    {
        token: "gcp:compute/targetHttpsProxy:TargetHttpsProxy",
        path: compute("global/targetHttpsProxies/{name}"),
        ...httpsProxy,
    },
    {
        token: "gcp:compute/regionTargetHttpsProxy:RegionTargetHttpsProxy",
        path: compute("regions/{region}/targetHttpsProxies/{name}"),
        ...httpsProxy,
        renames: { ...computed, ...none("fingerprint quicOverride tlsEarlyData") },
    },
    { token: "gcp:compute/uRLMap:URLMap", path: compute("global/urlMaps/{name}"), ...urlMap },
    { token: "gcp:compute/regionUrlMap:RegionUrlMap", path: compute("regions/{region}/urlMaps/{name}"), ...urlMap },
    {
        token: "gcp:compute/disk:Disk",
        path: compute("zones/{zone}/disks/{name}"),
        renames: { ...computed, ...none("licenseCodes status locationHint storageType") },
        flat: ({ id, sizeGb, sourceImage, sourceSnapshot, ...rest }) => ({
            ...rest,
            diskId: id,
            size: sizeGb,
            image: sourceImage,
            snapshot: sourceSnapshot,
        }),
        isNew: true,
    },
    {
        token: "gcp:compute/resourcePolicy:ResourcePolicy",
        path: compute("regions/{region}/resourcePolicies/{name}"),
        renames: { ...computed, ...none("creationTimestamp status resourceStatus"), ...windows },
        flat: ({ diskConsistencyGroupPolicy, ...rest }) => ({
            ...rest,
            ...(diskConsistencyGroupPolicy && { diskConsistencyGroupPolicy: { enabled: true } }),
        }),
        isNew: true,
    },
];
