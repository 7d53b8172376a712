import type { ComputedBy } from "../computed";

export const computedBy: ComputedBy = {
    "gcp:tags/tagKey:TagKey": () => ({ id: "tagKeys/281474976710656", name: "281474976710656" }),
    "gcp:tags/tagValue:TagValue": () => ({ id: "tagValues/281478395625645", name: "281478395625645" }),
    "gcp:organizations/project:Project": ({ projectId }) => ({ id: `projects/${projectId}`, number: "123" }),
    "gcp:organizations/getProject:getProject": ({ projectId }) => {
        if (projectId === "acme-missing") {
            throw new Error("it may not exist");
        }
        return { number: "123", billingAccount: projectId === "acme-free" ? "" : "ABCDEF-012345-6789AB" };
    },
};
