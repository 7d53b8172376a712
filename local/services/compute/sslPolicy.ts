import { createHash } from "node:crypto";
import type { Inputs, TypeRules } from "../../rules/rules";
import { alreadyExists, api, nameError, selfLink } from "./names";

const id = ({ project, name }: Inputs) => `projects/${project}/global/sslPolicies/${name}`;

export const sslPolicy: TypeRules = {
    noun: "SslPolicy",
    generatedNoun: "ComputeSslPolicy",
    api,
    id,
    validators: { name: nameError },
    validateInputs: ({ name, profile = "COMPATIBLE", customFeatures = [] }) => {
        const is = `Error in SSL Policy ${name}: the profile is set to ${profile} but`;
        return profile === "CUSTOM" && customFeatures.length === 0
            ? `${is} no custom_features are set.`
            : profile !== "CUSTOM" && customFeatures.length > 0
              ? `${is} using custom_features requires the profile to be CUSTOM.`
              : undefined;
    },
    changesOnUpdate: ["enabledFeatures", "fingerprint"],
    alreadyExists: (inputs) => alreadyExists(id(inputs)),
    state: (inputs, { cloud }, old) => ({
        creationTimestamp: old?.creationTimestamp ?? cloud.now().toISOString(),
        enabledFeatures: inputs.customFeatures ?? [],
        fingerprint: createHash("sha256").update(JSON.stringify(inputs)).digest().subarray(0, 8).toString("base64"),
        selfLink: selfLink(id(inputs)),
    }),
};
