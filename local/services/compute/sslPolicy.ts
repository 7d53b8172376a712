import { createHash } from "node:crypto";
import type { Inputs, TypeRules } from "../../rules/rules";
import { api, refusedName, selfLink, taken } from "./names";

const id = ({ project, name }: Inputs) => `projects/${project}/global/sslPolicies/${name}`;

export const sslPolicy: TypeRules = {
    noun: "SslPolicy",
    generatedNoun: "ComputeSslPolicy",
    api,
    autoname: "name",
    id,
    defaults: { minTlsVersion: "TLS_1_0", profile: "COMPATIBLE" },
    values: {
        minTlsVersion: ["TLS_1_0", "TLS_1_1", "TLS_1_2", "TLS_1_3"],
        postQuantumKeyExchange: ["DEFAULT", "ENABLED", "DEFERRED"],
        profile: ["COMPATIBLE", "MODERN", "RESTRICTED", "CUSTOM", "FIPS_202205"],
    },
    refused: { name: refusedName },
    refusedTogether: ({ name, profile = "COMPATIBLE", customFeatures = [] }) => {
        const is = `Error in SSL Policy ${name}: the profile is set to ${profile} but`;
        return profile === "CUSTOM" && customFeatures.length === 0
            ? `${is} no custom_features are set.`
            : profile !== "CUSTOM" && customFeatures.length > 0
              ? `${is} using custom_features requires the profile to be CUSTOM.`
              : undefined;
    },
    replaceOnChange: ["description", "name", "project"],
    sets: ["customFeatures", "enabledFeatures"],
    changesOnUpdate: ["enabledFeatures", "fingerprint"],
    taken: (inputs) => taken(id(inputs)),
    state: (inputs, { cloud }, old) => ({
        creationTimestamp: old?.creationTimestamp ?? cloud.now().toISOString(),
        enabledFeatures: inputs.customFeatures ?? [],
        fingerprint: createHash("sha256").update(JSON.stringify(inputs)).digest().subarray(0, 8).toString("base64"),
        selfLink: selfLink(id(inputs)),
    }),
};
