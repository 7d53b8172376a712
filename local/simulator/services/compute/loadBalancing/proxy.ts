import { loadBalancingLimits } from "slipway/facts";
import type { Cloud } from "../../../cloud/cloud";
import { GoogleError } from "../../../cloud/errors";
import type { Context, Inputs, TypeRules } from "../../../rules/rules";
import { invalidField, selfLink } from "../names";
import { balancing, changedOf, type References, usedPath } from "./calls";
import {
    createdState,
    fingerprint,
    generatedNumber,
    pathIn,
    referencePath,
    required,
    requireUnused,
    sharedRules,
    verifyRegion,
} from "./references";
import { otherScheme } from "./urlMap";

const certificateApi = "certificatemanager.googleapis.com";

/** The path of a resource of Certificate Manager, from its path or its full name. */
const certificatePath = (value: string) => value.replace(/^(https:)?\/\/[^/]+\/(v1\/)?/, "");

function requireCertificateResource(cloud: Cloud, path: string): void {
    if (!cloud.store.read(`//${certificateApi}/${path}`)) {
        throw new GoogleError(404, `The resource '${path}' was not found`, { reason: "notFound" });
    }
}

/**
 * https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/services/compute/resource_compute_target_https_proxy.go
 */
function requireReferences({ certificateManagerCertificates = [] }: Inputs): void {
    const isReference = (value: string) => /^(https:)?\/\/|projects\/.*\/locations\/.*\/certificates\//.test(value);
    const wrong = certificateManagerCertificates.find((value: string) => !isReference(value));
    if (wrong !== undefined) {
        throw new Error(
            `Invalid value for certificate_manager_certificates: ${wrong} is an invalid format for a certificateManagerCertificate resource`,
        );
    }
}

/**
 * A global proxy has certificates of its own only for an internal load balancer:
 * https://cloud.google.com/compute/docs/reference/rest/v1/targetHttpsProxies (`certificateManagerCertificates`).
 */
function verifyInternal(inputs: Inputs, cloud: Cloud): void {
    const map = required(cloud, referencePath(inputs.urlMap, inputs, "urlMaps"));
    if (otherScheme(map.state as Inputs, "INTERNAL_MANAGED", cloud)) {
        const [value] = inputs.certificateManagerCertificates;
        throw new GoogleError(
            400,
            `Invalid value for field 'resource.sslCertificates[0]': '//${certificateApi}/${certificatePath(value)}'. Cloud certificate reference is not supported for TargetHttpsProxy creation.`,
            { reason: "invalid" },
        ).recordedIn("https://github.com/hashicorp/terraform-provider-google/issues/24730");
    }
}

/** A proxy for HTTPS needs certificates, in its own scope: https://cloud.google.com/load-balancing/docs/ssl-certificates */
function verifyCertificates(inputs: Inputs, cloud: Cloud): void {
    const { certificateMap, certificateManagerCertificates = [], sslCertificates = [], region } = inputs;
    const { max } = loadBalancingLimits.rows.sslCertificates;
    if (!certificateMap && certificateManagerCertificates.length === 0 && sslCertificates.length === 0) {
        throw invalidField("sslCertificates", "", "An SSL certificate must be specified.");
    }
    if (sslCertificates.length > max) {
        throw invalidField("sslCertificates", sslCertificates.length, `There can be ${max} SSL certificates at most.`);
    }
    if (certificateMap) {
        requireCertificateResource(cloud, certificatePath(certificateMap));
    }
    if (region === undefined && certificateManagerCertificates.length > 0) {
        verifyInternal(inputs, cloud);
    }
    for (const value of certificateManagerCertificates) {
        const path = certificatePath(value);
        requireCertificateResource(cloud, path);
        const [, location] = /\/locations\/([^/]+)\//.exec(path) ?? [];
        if (region !== undefined && location !== region) {
            throw invalidField(
                "certificateManagerCertificates",
                value,
                `The certificate must be in the region '${region}'.`,
            );
        }
        // https://cloud.google.com/certificate-manager/docs/certificates (scopes): the text is approximate.
        if (region === undefined && cloud.store.read(`//${certificateApi}/${path}`)?.state.scope !== "ALL_REGIONS") {
            throw invalidField(
                "certificateManagerCertificates",
                value,
                "The certificate must have the scope ALL_REGIONS.",
            );
        }
    }
    for (const value of sslCertificates) {
        required(cloud, referencePath(value, inputs, "sslCertificates"));
    }
}

function verify(inputs: Inputs, { cloud }: Context): void {
    verifyRegion(inputs);
    required(cloud, referencePath(inputs.urlMap, inputs, "urlMaps"));
    if (inputs.sslPolicy) {
        required(cloud, referencePath(inputs.sslPolicy, inputs, "sslPolicies"));
    }
}

const rules = (collection: string, kind: string): Omit<TypeRules, "noun"> => ({
    ...sharedRules(collection),
    verify,
    state: (inputs, context, old) => ({
        ...createdState(inputs, context, old, collection),
        proxyId: generatedNumber(inputs, collection),
        ...(inputs.region === undefined && { fingerprint: fingerprint(inputs), proxyBind: inputs.proxyBind ?? false }),
    }),
    remove: (inputs, { cloud }) => requireUnused(kind, pathIn(collection)(inputs), cloud, "forwardingRules"),
});

const http = rules("targetHttpProxies", "target_http_proxy");
const https = rules("targetHttpsProxies", "target_https_proxy");

const secure = {
    ...https,
    verify: (inputs: Inputs, context: Context) => {
        requireReferences(inputs);
        verify(inputs, context);
        verifyCertificates(inputs, context.cloud);
    },
};

const ofProxy: References = (inputs) => [
    ["urlMaps", [usedPath(inputs.urlMap, inputs, "urlMaps")]],
    ["sslPolicies", [usedPath(inputs.sslPolicy, inputs, "sslPolicies")]],
];

export const httpProxy: TypeRules = {
    ...http,
    noun: "TargetHttpProxy",
    generatedNoun: "ComputeTargetHttpProxy",
    cost: "free",
    changesOnUpdate: ["fingerprint"],
    calls: balancing("targetHttpProxies", ofProxy, false, changedOf({ urlMap: "setUrlMap" })),
};

export const httpsProxy: TypeRules = {
    ...secure,
    normalize: { certificateMap: (value) => certificatePath(String(value)) },
    noun: "TargetHttpsProxy",
    generatedNoun: "ComputeTargetHttpsProxy",
    cost: "free",
    changesOnUpdate: ["fingerprint"],
    state: (inputs, context, old) => ({
        ...https.state?.(inputs, context, old),
        tlsEarlyData: inputs.tlsEarlyData ?? "DISABLED",
    }),
    calls: balancing(
        "targetHttpsProxies",
        ofProxy,
        false,
        changedOf({
            urlMap: "setUrlMap",
            sslCertificates: "setSslCertificates",
            sslPolicy: "setSslPolicy",
            certificateMap: "setCertificateMap",
            quicOverride: "patch",
        }),
    ),
};

export const regionHttpProxy: TypeRules = {
    ...http,
    noun: "RegionTargetHttpProxy",
    generatedNoun: "ComputeRegionTargetHttpProxy",
    cost: "free",
    calls: balancing("targetHttpProxies", ofProxy, false, changedOf({ urlMap: "setUrlMap" })),
};

export const regionHttpsProxy: TypeRules = {
    ...secure,
    noun: "RegionTargetHttpsProxy",
    generatedNoun: "ComputeRegionTargetHttpsProxy",
    cost: "free",
    calls: balancing(
        "targetHttpsProxies",
        ofProxy,
        false,
        changedOf({
            urlMap: "setUrlMap",
            sslCertificates: "setSslCertificates",
            sslPolicy: "patch",
            certificateManagerCertificates: "patch",
        }),
    ),
};

/**
 * https://cloud.google.com/load-balancing/docs/tcp/internal-proxy, https://cloud.google.com/load-balancing/docs/tcp: the texts are approximate.
 */
export const regionTcpProxy: TypeRules = {
    ...sharedRules("targetTcpProxies"),
    noun: "RegionTargetTcpProxy",
    generatedNoun: "ComputeRegionTargetTcpProxy",
    cost: "free",
    verify: (inputs, { cloud }) => {
        verifyRegion(inputs);
        const { backendService, loadBalancingScheme } = inputs;
        if (!backendService) {
            return;
        }
        const { state } = required(cloud, referencePath(backendService, inputs, "backendServices"));
        const { protocol, loadBalancingScheme: scheme = "INTERNAL" } = state as Inputs;
        if (protocol !== "TCP") {
            throw invalidField("service", backendService, "The protocol of the backend service must be TCP.");
        }
        if (!String(scheme).endsWith("_MANAGED") || (loadBalancingScheme ?? scheme) !== scheme) {
            throw invalidField(
                "service",
                backendService,
                `The load balancing scheme of the backend service, ${scheme}, is not that of the proxy.`,
            );
        }
    },
    state: (inputs, context, old) => ({
        proxyBind: false,
        ...inputs,
        ...createdState(inputs, context, old, "targetTcpProxies"),
        ...(inputs.backendService && {
            backendService: selfLink(referencePath(inputs.backendService, inputs, "backendServices")),
        }),
        proxyId: generatedNumber(inputs, "targetTcpProxies"),
    }),
    remove: (inputs, { cloud }) =>
        requireUnused("target_tcp_proxy", pathIn("targetTcpProxies")(inputs), cloud, "forwardingRules"),
    calls: balancing(
        "targetTcpProxies",
        (inputs) => [["backendServices", [usedPath(inputs.backendService, inputs, "backendServices")]]],
        false,
    ),
};
