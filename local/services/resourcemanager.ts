import { GoogleError } from "../cloud/errors";
import { projectName } from "../cloud/projects";
import { policyTypes } from "../rules/policy";
import type { Service } from "../rules/rules";

const service: Service = {
    types: policyTypes({
        token: "gcp:projects/iAM",
        property: "project",
        api: "cloudresourcemanager.googleapis.com",
        id: ({ project }) => project,
        name: ({ project }) => projectName(project),
        described: ({ project }) => `project "${project}"`,
        missing: () => new GoogleError(403, "The caller does not have permission", { reason: "forbidden" }),
        reason: "badRequest",
    }),
    functions: {
        "gcp:organizations/getProject:getProject": ({ projectId }, { cloud, project }) => {
            const id = projectId ?? project;
            if (!cloud.projects.find(id)) {
                throw new Error(`the user does not have permission to access Project "${id}" or it may not exist`);
            }
            return {
                id: `projects/${id}`,
                projectId: id,
                name: id,
                number: cloud.projects.number(id),
                labels: {},
                effectiveLabels: {},
                pulumiLabels: {},
                tags: {},
                orgId: "",
                folderId: "",
                billingAccount: "",
                autoCreateNetwork: false,
                deletionPolicy: "PREVENT",
            };
        },
    },
};

export default service;
