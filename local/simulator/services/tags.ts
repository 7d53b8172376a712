import { GoogleError } from "../cloud/errors";
import { policyTypes } from "../rules/policy";
import type { Service } from "../rules/rules";
import { locationTagBinding, tagBinding } from "./tags/binding";
import { getTagKey, getTagValue, idOf, nameOf, tagKey, tagValue } from "./tags/key";

const title = "Cloud Resource Manager API";

function policies(kind: "tagKeys" | "tagValues", property: "tagKey" | "tagValue") {
    return policyTypes({
        token: `gcp:tags/${property}Iam`,
        property,
        asGiven: true,
        id: (inputs) => idOf(kind, inputs[property]),
        name: (inputs) => nameOf(idOf(kind, inputs[property])),
        describe: (inputs) => `tags ${property.toLowerCase()} "${idOf(kind, inputs[property])}"`,
        project: (inputs, { cloud, project }) =>
            cloud.store.read(nameOf(idOf(kind, inputs[property])))?.project || (project ?? ""),
        api: ["cloudresourcemanager.googleapis.com", title],
        missing: () => new GoogleError(403, "The caller does not have permission", { reason: "forbidden" }),
        reason: "badRequest",
    });
}

const service: Service = {
    types: {
        "gcp:tags/tagKey:TagKey": tagKey,
        "gcp:tags/tagValue:TagValue": tagValue,
        "gcp:tags/tagBinding:TagBinding": tagBinding,
        "gcp:tags/locationTagBinding:LocationTagBinding": locationTagBinding,
        ...policies("tagKeys", "tagKey"),
        ...policies("tagValues", "tagValue"),
    },
    functions: {
        "gcp:tags/getTagKey:getTagKey": getTagKey,
        "gcp:tags/getTagValue:getTagValue": getTagValue,
    },
    functionMethods: {
        "gcp:tags/getTagKey:getTagKey": ["cloudresourcemanager.tagKeys.list"],
        "gcp:tags/getTagValue:getTagValue": ["cloudresourcemanager.tagValues.list"],
    },
};

export default service;
