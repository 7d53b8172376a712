import { createHash } from "node:crypto";
import type { Inputs, TypeRules } from "../../rules/rules";
import { balancing } from "./loadBalancing/calls";
import { pathIn, requireUnused, sharedRules, verifyRegion } from "./loadBalancing/references";
import { invalidField, selfLink } from "./names";

const encrypted = (key: string, ...ciphers: string[]) => ciphers.map((cipher) => `TLS_${key}_WITH_${cipher}`);
const inBlocks = ["AES_128_CBC_SHA", "AES_256_CBC_SHA"];
const authenticated = ["AES_128_GCM_SHA256", "AES_256_GCM_SHA384"];
const streamed = [...authenticated, "CHACHA20_POLY1305_SHA256"];

const restricted = [...encrypted("ECDHE_ECDSA", ...streamed), ...encrypted("ECDHE_RSA", ...streamed)];
const modern = [...restricted, ...encrypted("ECDHE_ECDSA", ...inBlocks), ...encrypted("ECDHE_RSA", ...inBlocks)];

/** "SSL policies": the features that each profile enables. */
const features: Record<string, string[]> = {
    COMPATIBLE: [...modern, ...encrypted("RSA", ...authenticated, ...inBlocks, "3DES_EDE_CBC_SHA")],
    MODERN: modern,
    RESTRICTED: restricted,
};

const id = pathIn("sslPolicies");

function refusedFeatures({ name, profile = "COMPATIBLE", customFeatures = [] }: Inputs): string | undefined {
    const is = `Error in SSL Policy ${name}: the profile is set to ${profile} but`;
    return profile === "CUSTOM" && customFeatures.length === 0
        ? `${is} no custom_features are set.`
        : profile !== "CUSTOM" && customFeatures.length > 0
          ? `${is} using custom_features requires the profile to be CUSTOM.`
          : undefined;
}

const rules: Omit<TypeRules, "noun"> = {
    ...sharedRules("sslPolicies"),
    verify: (inputs) => {
        verifyRegion(inputs);
        // https://cloud.google.com/load-balancing/docs/ssl-policies-concepts
        const { minTlsVersion, profile = "COMPATIBLE" } = inputs;
        if (minTlsVersion === "TLS_1_3" && profile !== "RESTRICTED") {
            throw invalidField("minTlsVersion", minTlsVersion, "TLS 1.3 requires the profile RESTRICTED.");
        }
    },
    changesOnUpdate: ["enabledFeatures", "fingerprint"],
    state: (inputs, { cloud }, old) => ({
        creationTimestamp: old?.creationTimestamp ?? cloud.now().toISOString(),
        enabledFeatures: [...(features[inputs.profile ?? "COMPATIBLE"] ?? inputs.customFeatures ?? [])].sort(),
        fingerprint: createHash("sha256").update(JSON.stringify(inputs)).digest().subarray(0, 8).toString("base64"),
        selfLink: selfLink(id(inputs)),
    }),
    remove: (inputs, { cloud }) => requireUnused("ssl_policy", id(inputs), cloud, "targetHttpsProxies"),
};

export const sslPolicy: TypeRules = {
    ...rules,
    noun: "SslPolicy",
    generatedNoun: "ComputeSslPolicy",
    cost: "free",
    plan: { sslPolicyCustomizeDiff: { refuse: refusedFeatures } },
};

export const regionSslPolicy: TypeRules = {
    ...rules,
    noun: "RegionSslPolicy",
    generatedNoun: "ComputeRegionSslPolicy",
    cost: "free",
    plan: { regionSslPolicyCustomizeDiff: { refuse: refusedFeatures } },
    calls: balancing("sslPolicies", () => [], "patch"),
};
