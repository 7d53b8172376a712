import type { ComputedBy, Inputs } from "../computed";

export const computedBy: ComputedBy = {
    ...Object.fromEntries(
        Object.entries({
            "backendBucket:BackendBucket": "backendBuckets",
            "backendService:BackendService": "backendServices",
            "regionBackendService:RegionBackendService": "backendServices",
            "regionNetworkEndpointGroup:RegionNetworkEndpointGroup": "networkEndpointGroups",
            "regionSecurityPolicy:RegionSecurityPolicy": "securityPolicies",
            "regionSslPolicy:RegionSslPolicy": "sslPolicies",
            "regionTargetHttpProxy:RegionTargetHttpProxy": "targetHttpProxies",
            "regionTargetHttpsProxy:RegionTargetHttpsProxy": "targetHttpsProxies",
            "regionTargetTcpProxy:RegionTargetTcpProxy": "targetTcpProxies",
            "regionUrlMap:RegionUrlMap": "urlMaps",
            "securityPolicy:SecurityPolicy": "securityPolicies",
            "serviceAttachment:ServiceAttachment": "serviceAttachments",
            "targetHttpProxy:TargetHttpProxy": "targetHttpProxies",
            "targetHttpsProxy:TargetHttpsProxy": "targetHttpsProxies",
            "uRLMap:URLMap": "urlMaps",
        }).map(([type, collection]) => [
            `gcp:compute/${type}`,
            ({ name, region }: Inputs, project: string) => ({
                id: `projects/${project}/${region ? `regions/${region}` : "global"}/${collection}/${name}`,
            }),
        ]),
    ),
    "gcp:certificatemanager/certificate:Certificate": ({ name, location = "global" }, project) => ({
        id: `projects/${project}/locations/${location}/certificates/${name}`,
    }),
    "gcp:certificatemanager/certificateMap:CertificateMap": ({ name }, project) => ({
        id: `projects/${project}/locations/global/certificateMaps/${name}`,
    }),
    "gcp:certificatemanager/dnsAuthorization:DnsAuthorization": ({ name, location = "global", domain }, project) => ({
        id: `projects/${project}/locations/${location}/dnsAuthorizations/${name}`,
        dnsResourceRecords: [
            { name: `_acme-challenge.${domain}.`, type: "CNAME", data: "1a2b.authorize.certificatemanager.goog." },
        ],
    }),
};
